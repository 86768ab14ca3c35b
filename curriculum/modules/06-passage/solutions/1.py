"""Défi 1 : voir chaque passage, sur la table."""

from fabnum import station

porte = station.part("gate")
avant = None  # ce que le compteur disait la dernière fois


# Pour essayer : deux fois par seconde, à l’écran seulement. Rien n’est envoyé.
@station.every(0.5)
async def regarder():
    global avant
    passages = await porte.read()
    if passages != avant:
        print("entrées :", passages["entries"], "sorties :", passages["exits"])
    avant = passages


station.run()
