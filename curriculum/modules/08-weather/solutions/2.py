"""Défi 2 : donner la pression comme la météo la donne, au niveau de la mer."""

from fabnum import station

ALTITUDE = 120  # mètres : la hauteur de votre station au-dessus de la mer

meteo = station.part("bme280")


@station.every(600)  # toutes les dix minutes : lire, montrer, envoyer, comparer
async def mesurer():
    mesure = await meteo.read()
    station.show(**mesure)
    station.send(**mesure)
    # Près du sol, la pression baisse de 1 hPa quand on monte de 8,3 mètres.
    pression = mesure["pressure"] + ALTITUDE / 8.3
    print("Au niveau de la mer : %d hPa." % round(pression))


station.run()
