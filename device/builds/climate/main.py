"""Le climat de la pièce : sa température et son humidité."""

from fabnum import station

# Un SHT31, ou un DHT22 à sa place : la carte prend celui qui répond.
climat = station.part("sht31")


# Chaque minute : lire le capteur, envoyer la mesure.
@station.every(60)
async def mesurer():
    mesure = await climat.read()
    station.send(**mesure)


station.run()
