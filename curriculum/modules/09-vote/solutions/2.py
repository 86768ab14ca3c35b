"""Défi 2 : trois réponses. Les boutons 4 et 5 ne servent pas à cette question."""

# objet : vote

from fabnum import station

boutons = [station.part("button%d" % numero) for numero in (1, 2, 3)]


@station.every(3600, fixed=True)  # chaque heure, jamais plus souvent : envoyer les votes
async def compter():
    votes = {}
    for bouton in boutons:
        votes.update(await bouton.read())
    station.send(**votes)


@station.on_press("button4")
@station.on_press("button5")
def prevenir():
    print("Ce bouton ne sert pas.")


station.run()
