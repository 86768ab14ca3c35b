"""Défi 1 : trois phrases, aux bons moments."""

from fabnum import station

air = station.part("scd41")  # CO2, température, humidité


@station.every(60)  # chaque minute : lire, montrer, envoyer
async def mesurer():
    mesure = await air.read()
    station.show(**mesure)
    station.send(**mesure)


@station.above("co2", 800, margin=100)  # à 800 ppm ou plus : annoncer
def annoncer():
    station.say("Bientôt le moment d’aérer.")


@station.above("co2", 1500, margin=500)  # à 1500 ppm ou plus : prévenir
def prevenir():
    station.say("Ouvrez les fenêtres.")


@station.below("co2", 700, margin=300)  # à 700 ppm ou moins : remercier
def remercier():
    station.say("L’air est renouvelé, merci.")


station.run()
