"""Défi 3 : une assiette qui tombe ne compte pas. Il faut cinq minutes bruyantes de suite."""

from fabnum import station

micro = station.part("inmp441")
minutes = 0  # combien de minutes bruyantes de suite


@station.every(60)
async def mesurer():
    global minutes
    mesure = await micro.read()
    station.show(**mesure)
    station.send(**mesure)
    if mesure["level"] >= 75:
        minutes = minutes + 1
    else:
        minutes = 0
    if minutes == 5:
        station.say("Cinq minutes de bruit. On fait une pause ?")


station.run()
