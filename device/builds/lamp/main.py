"""La lampe connectée : sa page la commande, son bouton l’allume, un capteur la colore."""

from fabnum import station

lampe = station.light()
bouton = station.part("button")


@station.every(60)  # chaque minute : dire comment va la lampe
async def mesurer():
    station.send(**lampe.read(), **await bouton.read())


@station.on_press(bouton)  # un appui : allumer ou éteindre, et le dire
async def appuyer():
    lampe.toggle()
    await mesurer()


@station.follow("co2")  # l’air d’une autre pièce : vert, orange, rouge
def suivre(valeur):
    lampe.show_level(valeur, (800, 1500))


station.run()
