"""Défi 3 : la lampe montre l’air d’une autre pièce, et prévient une seule fois."""

from fabnum import station

lampe = station.light()
bouton = station.part("button")
prevenu = False  # a-t-on déjà prévenu ?


@station.every(60)  # chaque minute : dire comment va la lampe
async def mesurer():
    station.send(**lampe.read(), **await bouton.read())


@station.on_press(bouton)  # un appui : allumer ou éteindre, et le dire
async def appuyer():
    lampe.toggle()
    await mesurer()


@station.follow("co2")  # une mesure de l’autre pièce vient d’arriver
def suivre(valeur):
    global prevenu
    lampe.show_level(valeur, (800, 1500))
    if valeur >= 1500 and not prevenu:
        prevenu = True
        station.say("Dans l’autre pièce, ouvrez les fenêtres.")
    elif valeur < 1000:
        prevenu = False  # l’air est renouvelé : on pourra prévenir de nouveau


station.run()
