"""Défi 1 : mesurer toutes les cinq secondes, et prévenir avant que ce soit trop."""

from fabnum import station

LIMITE = 0.8  # ampère : l’alimentation d’essai en donne 1 au plus

compteur = station.part("ina219")


@station.every(5)  # toutes les cinq secondes : lire, montrer, envoyer
async def mesurer():
    mesure = await compteur.read()
    station.show(**mesure)
    station.send(**mesure)


@station.above("current", LIMITE, margin=0.2)  # au-dessus : prévenir une fois
def prevenir(valeur):
    station.say("%.1f A, c’est presque trop : débranchez." % valeur)


station.run()
