"""Défi 3 : la jauge. L’objet prévient quand la salle est pleine, sans savoir qui est là."""

from fabnum import station

PLACES = 6  # pour essayer sur la table ; dans la vraie salle, le nombre affiché à l’entrée

porte = station.part("gate")
dedans = 0  # personnes dans la salle à la fin de l’heure d’avant


@station.every(3600, fixed=True)
async def compter():
    global dedans
    passages = await porte.read()
    station.send(**passages)
    dedans += passages["entries"] - passages["exits"]


@station.every(1)
async def surveiller_la_jauge():
    passages = await porte.read()
    maintenant = dedans + passages["entries"] - passages["exits"]
    if maintenant >= PLACES:
        station.say("La salle est pleine. Merci d’attendre un peu.")


station.run()
