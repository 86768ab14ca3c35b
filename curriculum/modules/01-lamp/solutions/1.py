"""Défi 1 : chaque appui donne la couleur suivante."""

from fabnum import station

COULEURS = ("#ff0000", "#00ff00", "#0000ff")  # rouge, vert, bleu

lampe = station.light()
bouton = station.part("button")
rang = 0  # la place de la prochaine couleur : 0, 1 ou 2


@station.every(60)  # chaque minute : dire comment va la lampe
async def mesurer():
    station.send(**lampe.read(), **await bouton.read())


@station.on_press(bouton)  # un appui : la couleur suivante, et le dire
async def appuyer():
    global rang
    lampe.show_colour(COULEURS[rang])
    rang = (rang + 1) % len(COULEURS)  # après la dernière, la première
    await mesurer()


@station.follow("co2")  # l’air d’une autre pièce : vert, orange, rouge
def suivre(valeur):
    lampe.show_level(valeur, (800, 1500))


station.run()
