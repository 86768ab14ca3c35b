"""Défi 2 : prévenir quand l’air reste humide un quart d’heure."""

from fabnum import station

climat = station.part("sht31")
humides = 0  # combien de mesures humides de suite


@station.every(60)  # chaque minute : lire, montrer, envoyer, compter
async def mesurer():
    global humides
    mesure = await climat.read()
    station.show(**mesure)
    station.send(**mesure)
    if mesure["humidity"] < 70:
        humides = 0
        return
    humides = humides + 1
    if humides == 15:
        station.say("L’air est humide depuis un quart d’heure. Aérez dix minutes.")


station.run()
