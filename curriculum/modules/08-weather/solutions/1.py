"""Défi 1 : prévenir quand il peut geler."""

from fabnum import station

meteo = station.part("bme280")


@station.every(600)  # toutes les dix minutes : lire, montrer, envoyer
async def mesurer():
    mesure = await meteo.read()
    station.show(**mesure)
    station.send(**mesure)


@station.below("temperature", 3, margin=2)  # à 3 °C ou moins : prévenir une fois
def prevenir():
    station.say("Il peut geler : rentrez les plantes.")


station.run()
