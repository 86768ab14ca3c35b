"""La lampe connectée : on la commande, ou elle suit un capteur."""

from fabnum import station
from fabnum.lamp import Lamp

lampe = Lamp(station.part("pixels"), station.setting("follow_bounds"))
bouton = station.part("button")

# La lumière bouge tout le temps, même sans réseau.
station.task(lampe.animate)

# Les ordres que la lampe comprend.
station.on_command("colour")(lampe.show_colour)
station.on_command("brightness")(lampe.show_brightness)
station.on_command("effect")(lampe.show_effect)
station.on_command("follow")(lampe.follow)


# Chaque minute : dire comment va la lampe, et combien d’appuis il y a eu.
@station.every(60)
async def mesurer():
    appuis = await bouton.read()
    station.send(**lampe.read(), **appuis)


# Un appui sur le bouton : allumer ou éteindre, et le dire.
@station.on_press(bouton)
async def appuyer():
    lampe.toggle()
    await mesurer()


station.run()
