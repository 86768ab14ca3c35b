"""Défi 2 : écrire ce que les gens envoient."""

from fabnum import station


@station.on_message
def afficher(texte):
    print(texte)


station.run()
