"""Le mesureur du repair-café : ce que consomme un petit appareil. Jamais sur le 230 V."""

from fabnum import station

# Le capteur de tension et de courant, pour moins de 26 V.
compteur = station.part("ina219")


# Chaque minute : lire le capteur, montrer la mesure, l’envoyer.
@station.every(60)
async def mesurer():
    mesure = await compteur.read()
    station.show(**mesure)
    station.send(**mesure)


station.run()
