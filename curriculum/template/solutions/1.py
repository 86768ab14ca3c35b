"""Défi 1 : un appui allume ou éteint la lampe."""

from fabnum import station

lampe = station.light()
bouton = station.part("button")


@station.on_press(bouton)
def appuyer():
    lampe.toggle()


station.run()
