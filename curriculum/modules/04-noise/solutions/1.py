"""Défi 1 : prévenir quand il y a trop de bruit, une seule fois."""

from fabnum import station

micro = station.part("inmp441")


@station.every(60)
async def mesurer():
    mesure = await micro.read()
    station.show(**mesure)
    station.send(**mesure)


# À 75 dB ou plus : prévenir. Pour un nouvel appel, le bruit doit d’abord passer sous 65.
@station.above("level", 75, margin=10)
def prevenir():
    station.say("On parle plus bas, et tout le monde s’entend.")


station.run()
