"""Le jardin partagé : dit quand il faut arroser."""

from fabnum import station

terre = station.part("soil")  # la sonde dans la terre
lumiere = station.part("bh1750")  # le capteur de lumière


# Toutes les dix minutes : lire la sonde, montrer la mesure, l’envoyer.
@station.every(600)
async def mesurer_la_terre():
    mesure = await terre.read()
    station.show(**mesure)
    station.send(**mesure)


# La lumière à part : si l’un des deux capteurs est en panne, l’autre continue.
@station.every(600)
async def mesurer_la_lumiere():
    mesure = await lumiere.read()
    station.show(**mesure)
    station.send(**mesure)


station.run()
