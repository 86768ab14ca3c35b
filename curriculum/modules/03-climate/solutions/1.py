"""Défi 1 : prévenir une fois quand il fait trop chaud, une fois quand il fait trop froid."""

from fabnum import station

climat = station.part("sht31")


@station.every(60)  # chaque minute : lire, montrer, envoyer
async def mesurer():
    mesure = await climat.read()
    station.show(**mesure)
    station.send(**mesure)


@station.above("temperature", 20, margin=0.5)  # à 20 °C ou plus
def trop_chaud(valeur):
    station.say("Il fait %d °C. Baissez le chauffage d’un cran." % valeur)


@station.below("temperature", 16, margin=0.5)  # à 16 °C ou moins
def trop_froid(valeur):
    station.say("Il ne fait que %d °C. Fermez, puis chauffez un peu." % valeur)


station.run()
