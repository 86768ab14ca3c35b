"""Défi 3 : deux capteurs, un conseil. En plein soleil, le jardin demande d’attendre le soir."""

from fabnum import station

terre = station.part("soil")
lumiere = station.part("bh1750")


@station.every(600)
async def mesurer_la_terre():
    mesure = await terre.read()
    station.show(**mesure)
    station.send(**mesure)


@station.every(600)
async def mesurer_la_lumiere():
    mesure = await lumiere.read()
    station.show(**mesure)
    station.send(**mesure)


@station.below("moisture", 30, margin=15)
async def conseiller():
    mesure = await lumiere.read()
    if mesure["light"] > 20000:
        station.say("J’ai soif. Arrosez ce soir, quand le soleil sera bas.")
    else:
        station.say("J’ai soif. Vous pouvez arroser maintenant.")


station.run()
