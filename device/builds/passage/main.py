"""Le compteur de passage : combien entrent, combien sortent, sans caméra."""

from fabnum import station

# Deux capteurs de distance. L’ordre des deux donne le sens du passage.
porte = station.part("gate")


# Chaque heure, jamais plus souvent : envoyer les entrées et les sorties.
@station.every(3600, fixed=True)
async def compter():
    passages = await porte.read()
    station.send(**passages)


station.run()
