"""La lampe de l’air : sa couleur dit quand il faut ouvrir les fenêtres."""

from fabnum import station

air = station.part("scd41")
lampe = station.light()
bouton = station.part("button")


@station.every(60)  # chaque minute : lire, montrer par la couleur, envoyer
async def mesurer():
    mesure = await air.read()
    station.show(**mesure)
    station.send(**mesure, **lampe.read(), **await bouton.read())


@station.on_press(bouton)  # un appui : allumer ou éteindre, et le dire
async def appuyer():
    lampe.toggle()
    await mesurer()


station.run()
