"""Le bruit de la cantine : son niveau, minute par minute. Aucun son n’est gardé."""

from fabnum import station

# Le microphone. La carte garde le niveau, jamais le son.
micro = station.part("inmp441")


@station.every(60)  # chaque minute : lire le niveau moyen, le montrer, l’envoyer
async def mesurer():
    mesure = await micro.read()
    station.show(**mesure)
    station.send(**mesure)


station.run()
