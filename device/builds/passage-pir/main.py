"""Le détecteur de passage : combien de mouvements devant une porte."""

from fabnum import station

# Le détecteur voit un mouvement. Il ne sait pas qui passe, ni dans quel sens.
detecteur = station.part("pir")


@station.every(3600, fixed=True)  # chaque heure, jamais plus souvent : lire, montrer, envoyer
async def compter():
    mouvements = await detecteur.read()
    station.show(**mouvements)
    station.send(**mouvements)


station.run()
