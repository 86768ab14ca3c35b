"""Défi 3 : un thermomètre patient, qui montre et n’envoie rien."""

from fabnum import station

climat = station.part("sht31")
valeurs = []  # les six dernières températures


@station.every(10)  # toutes les dix secondes : lire, puis dire si l’on peut noter
async def mesurer():
    mesure = await climat.read()
    valeurs.append(mesure["temperature"])
    del valeurs[:-6]
    ecart = max(valeurs) - min(valeurs)
    if len(valeurs) == 6 and ecart < 0.2:
        print("Notez : %.1f °C" % mesure["temperature"])
    else:
        print("Attendez : %.1f °C" % mesure["temperature"])


station.run()
