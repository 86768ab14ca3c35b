"""Le détecteur de passage : compte les mouvements devant une porte."""

from fabnum import station

# Le détecteur voit un mouvement. Il ne sait pas qui passe, ni dans quel sens.
detecteur = station.part("pir")


# Chaque heure, jamais plus souvent : envoyer le nombre de mouvements.
@station.every(3600, fixed=True)
async def compter():
    mouvements = await detecteur.read()
    station.send(**mouvements)


station.run()
