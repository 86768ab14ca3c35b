"""L’air de la classe : dit quand il faut ouvrir les fenêtres."""

from fabnum import station

# Le capteur de CO2, de température et d’humidité.
air = station.part("scd41")


# Chaque minute : lire le capteur, envoyer la mesure.
@station.every(60)
async def mesurer():
    mesure = await air.read()
    station.send(**mesure)


station.run()
