"""Défi 2 : compter l’énergie, en wattheures."""

from fabnum import station

PAS = 10  # secondes d’une mesure à la suivante

compteur = station.part("ina219")
energie = 0  # en wattheures, depuis le départ


@station.every(PAS, fixed=True)  # un rythme que personne ne change : le calcul en dépend
async def mesurer():
    global energie
    mesure = await compteur.read()
    station.send(**mesure)
    energie = energie + mesure["power"] * PAS / 3600
    print("%.1f W, et déjà %.2f Wh." % (mesure["power"], energie))


station.run()
