"""Le climat de la pièce : sa température et son humidité."""

from fabnum import station

climat = station.part("sht31")  # ou un DHT22 à sa place : la carte prend celui qui répond


@station.every(60)  # chaque minute : lire, montrer, envoyer
async def mesurer():
    mesure = await climat.read()
    station.show(**mesure)
    station.send(**mesure)


station.run()
