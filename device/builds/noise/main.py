"""Le bruit de la cantine : son niveau, minute par minute. Aucun son n’est gardé."""

from fabnum import station

# Le microphone. La carte ne garde que le niveau, jamais le son.
micro = station.part("inmp441")


# Chaque minute : envoyer le niveau moyen de la minute.
@station.every(60)
async def mesurer():
    mesure = await micro.read()
    station.send(**mesure)


station.run()
