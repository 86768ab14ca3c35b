"""Défi 2 : comparer au calme. La première mesure sert de repère."""

from fabnum import station

micro = station.part("inmp441")
calme = None  # le repère : la salle silencieuse, au démarrage


@station.every(60)
async def mesurer():
    global calme
    mesure = await micro.read()
    station.send(**mesure)
    niveau = round(mesure["level"])
    if calme is None:
        calme = niveau
        print("Repère :", calme, "dB")
    else:
        print("Par rapport au calme :", niveau - calme, "dB")


station.run()
