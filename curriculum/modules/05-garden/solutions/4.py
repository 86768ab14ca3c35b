"""Défi 4 : deux réveils par heure au lieu de six, pour que la batterie tienne plus longtemps."""

from fabnum import station

terre = station.part("soil")
lumiere = station.part("bh1750")


@station.every(1800)  # une demi-heure
async def mesurer_la_terre():
    mesure = await terre.read()
    station.show(**mesure)
    station.send(**mesure)


@station.every(1800)
async def mesurer_la_lumiere():
    mesure = await lumiere.read()
    station.show(**mesure)
    station.send(**mesure)


station.run()
