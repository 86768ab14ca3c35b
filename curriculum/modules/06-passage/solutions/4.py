"""Défi 4 : la même porte avec un détecteur de mouvement. Ce qu’il voit, ce qu’il rate."""

# objet : passage-pir
from fabnum import station

detecteur = station.part("pir")
avant = None


# Pour essayer : chaque seconde, à l’écran seulement. Rien n’est envoyé.
@station.every(1)
async def regarder():
    global avant
    mouvements = await detecteur.read()
    if mouvements != avant:
        print("mouvements :", mouvements["motions"])
    avant = mouvements


station.run()
