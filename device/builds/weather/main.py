"""La station météo : la température, l’humidité et la pression de l’air."""

from fabnum import station

# Le capteur de température, d’humidité et de pression.
meteo = station.part("bme280")


# Toutes les dix minutes : lire le capteur, montrer la mesure, l’envoyer.
@station.every(600)
async def mesurer():
    mesure = await meteo.read()
    station.show(**mesure)
    station.send(**mesure)


station.run()
