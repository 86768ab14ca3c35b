"""Défi 2 : cacher les petits nombres, comme la page des habitants."""

from fabnum import station

porte = station.part("gate")
avant = None


def cacher(nombre):
    if 0 < nombre < 5:
        return "moins de 5"
    return nombre


@station.every(0.5)
async def regarder():
    global avant
    passages = await porte.read()
    if passages != avant:
        print("entrées :", cacher(passages["entries"]))
        print("sorties :", cacher(passages["exits"]))
    avant = passages


station.run()
