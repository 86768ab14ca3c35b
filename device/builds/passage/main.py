"""Le compteur de passage : combien entrent, combien sortent, sans caméra."""

from fabnum import station

# Deux capteurs de distance : leur ordre donne le sens du passage.
porte = station.part("gate")


@station.every(3600, fixed=True)  # chaque heure, jamais plus souvent : lire, montrer, envoyer
async def compter():
    passages = await porte.read()
    station.show(**passages)
    station.send(**passages)


station.run()
