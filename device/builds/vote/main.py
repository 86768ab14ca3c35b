"""La boîte à vote : cinq boutons, une réponse par bouton."""

from fabnum import station

# Un bouton pour chaque réponse. Personne ne peut savoir qui a voté, ni à quelle minute.
boutons = [station.part("button%d" % numero) for numero in (1, 2, 3, 4, 5)]


@station.every(3600, fixed=True)  # chaque heure, jamais plus souvent : envoyer les votes
async def compter():
    votes = {}
    for bouton in boutons:
        votes.update(await bouton.read())
    station.send(**votes)


station.run()
