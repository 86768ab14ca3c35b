"""L’air de la classe : dit quand il faut ouvrir les fenêtres."""

from fabnum import station

air = station.part("scd41")  # CO2, température, humidité


@station.every(60)  # chaque minute : lire, montrer, envoyer
async def mesurer():
    mesure = await air.read()
    station.show(**mesure)
    station.send(**mesure)


@station.above("co2", 1500, margin=500)  # à 1500 ppm ou plus : prévenir
def prevenir():
    station.say("Ouvrez les fenêtres.")


@station.below("co2", 1000, margin=500)  # à 1000 ppm ou moins : rassurer
def rassurer():
    station.say("L’air est bon.")


station.run()
