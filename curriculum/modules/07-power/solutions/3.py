"""Défi 3 : comparer avant et après la réparation."""

from fabnum import station

compteur = station.part("ina219")
derniere = 0  # la dernière puissance, en watts
avant = 0  # celle d’avant la réparation


@station.every(5)  # toutes les cinq secondes : lire, envoyer, retenir
async def mesurer():
    global derniere
    mesure = await compteur.read()
    station.send(**mesure)
    derniere = mesure["power"]


@station.on_message  # un mot arrive de la page : « avant » ou « après »
def comparer(texte):
    global avant
    mot = texte.strip().lower()
    if mot == "avant":
        avant = derniere
        station.say("Avant : %.1f W." % avant)
    elif mot in ("après", "apres"):
        station.say("Avant : %.1f W. Après : %.1f W." % (avant, derniere))


station.run()
