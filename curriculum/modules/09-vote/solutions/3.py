"""Défi 3 : dire merci et donner le total, sans trahir la réponse de personne."""

from fabnum import station

boutons = [station.part("button%d" % numero) for numero in (1, 2, 3, 4, 5)]
total = 0  # combien de personnes ont appuyé


@station.every(3600, fixed=True)  # chaque heure, jamais plus souvent : envoyer les votes
async def compter():
    votes = {}
    for bouton in boutons:
        votes.update(await bouton.read())
    station.send(**votes)


# Les cinq boutons appellent la même fonction : elle ne sait pas lequel.
@station.on_press("button1")
@station.on_press("button2")
@station.on_press("button3")
@station.on_press("button4")
@station.on_press("button5")
def remercier():
    global total
    total = total + 1
    print("Merci : %d avis." % total)


station.run()
