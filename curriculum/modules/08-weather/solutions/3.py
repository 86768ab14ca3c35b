"""Défi 3 : deux mesures, deux messages. Chaud et sec, ou chaud et lourd."""

from fabnum import station

meteo = station.part("bme280")
mesure = {}  # la dernière mesure, pour les deux fonctions


@station.every(600)  # toutes les dix minutes : lire, montrer, envoyer
async def mesurer():
    mesure.update(await meteo.read())
    station.show(**mesure)
    station.send(**mesure)


@station.above("temperature", 30, margin=2)  # à 30 °C ou plus : prévenir une fois
def prevenir():
    if mesure["humidity"] > 50:
        station.say("Il fait chaud et lourd. Pensez à boire.")
    else:
        station.say("Il fait chaud et sec. Cherchez l’ombre.")


station.run()
