"""Défi 3 : un appui dit « j’ai ouvert », la lampe dit quand fermer."""

from fabnum import station

air = station.part("scd41")
lampe = station.light()
bouton = station.part("button")
ouvert = False  # les fenêtres sont-elles ouvertes ?


@station.every(60)  # chaque minute : lire, montrer, envoyer
async def mesurer():
    mesure = await air.read()
    if not ouvert:
        station.show(**mesure)
    station.send(**mesure, **lampe.read(), **await bouton.read())


@station.on_press(bouton)  # un appui : on vient d’ouvrir
def ouvrir():
    global ouvert
    ouvert = True
    lampe.show_colour("#0000ff")
    lampe.show_effect("wave")
    station.say("Fenêtres ouvertes. Regardez la courbe descendre.")


@station.below("co2", 800, margin=100)  # l’air est renouvelé
def fermer():
    global ouvert
    if ouvert:
        ouvert = False
        station.say("Vous pouvez fermer les fenêtres.")


station.run()
