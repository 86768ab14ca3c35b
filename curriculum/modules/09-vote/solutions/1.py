"""Défi 1 : la répétition. Les appuis s’affichent ici, rien n’est envoyé."""

from fabnum import station

boutons = [station.part("button%d" % numero) for numero in (1, 2, 3, 4, 5)]


@station.every(5)  # toutes les cinq secondes : montrer les appuis
async def repeter():
    votes = {}
    for bouton in boutons:
        votes.update(await bouton.read())
    station.show(**votes)


station.run()
