"""Le mesureur du repair-café : ce que consomme un petit appareil. Jamais sur le 230 V."""

from fabnum import station

# Le capteur de tension et de courant, pour moins de 26 V.
compteur = station.part("ina219")


# Chaque minute : lire le capteur, envoyer la mesure.
@station.every(60)
async def mesurer():
    mesure = await compteur.read()
    station.send(**mesure)


station.run()
