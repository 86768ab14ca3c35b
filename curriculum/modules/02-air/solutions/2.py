"""Défi 2 : montrer chaque minute, n’envoyer que la moyenne de dix minutes."""

from fabnum import station

air = station.part("scd41")  # CO2, température, humidité
valeurs = []  # le CO2 des dix dernières minutes


@station.every(60)  # chaque minute : lire, montrer, retenir
async def mesurer():
    mesure = await air.read()
    station.show(**mesure)
    valeurs.append(mesure["co2"])
    del valeurs[:-10]


@station.every(600)  # toutes les dix minutes : envoyer la moyenne
def envoyer():
    if valeurs:
        station.send(co2=sum(valeurs) / len(valeurs))


@station.above("co2", 1500, margin=500)  # la moyenne est à 1500 ppm ou plus
def prevenir():
    station.say("Ouvrez les fenêtres.")


station.run()
