"""Défi 2 : la lampe comprend un mot écrit sur un téléphone, et répond."""

from fabnum import station

COULEURS = {"rouge": "#ff0000", "vert": "#00ff00", "bleu": "#0000ff"}

lampe = station.light()
bouton = station.part("button")


@station.every(60)  # chaque minute : dire comment va la lampe
async def mesurer():
    station.send(**lampe.read(), **await bouton.read())


@station.on_press(bouton)  # un appui : allumer ou éteindre, et le dire
async def appuyer():
    lampe.toggle()
    await mesurer()


@station.on_message  # un texte arrive : le comprendre, puis répondre
def repondre(texte):
    mot = texte.strip().lower()  # sans espaces autour, en minuscules
    if mot in COULEURS:
        lampe.show_colour(COULEURS[mot])
        station.say("Je passe au %s." % mot)
    else:
        station.say("Je comprends : rouge, vert, bleu.")


station.run()
