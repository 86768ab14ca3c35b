"""Défi 1 : le doigt et la sonde. L’objet dit avec un mot comment est la terre."""

from fabnum import station

terre = station.part("soil")


# Pour essayer sur la table : toutes les deux secondes, et rien n’est envoyé.
@station.every(2)
async def comparer():
    mesure = await terre.read()
    humidite = round(mesure["moisture"])
    if humidite < 30:
        print("Terre sèche :", humidite)
    elif humidite < 75:
        print("Terre humide :", humidite)
    else:
        print("Terre détrempée :", humidite)


station.run()
