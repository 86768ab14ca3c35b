"""Défi 2 : le jardin appelle quand il a soif, une seule fois."""

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


# À 30 ou moins : appeler. Pour un nouvel appel, la terre doit d’abord repasser 45.
@station.below("moisture", 30, margin=15)
def avoir_soif():
    station.say("J’ai soif. Un arrosoir, s’il vous plaît.")


station.run()
