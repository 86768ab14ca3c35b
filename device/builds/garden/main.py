"""Le jardin partagé : dit quand il faut arroser."""

from fabnum import station

# La sonde dans la terre, et le capteur de lumière.
sol = station.part("soil")
lumiere = station.part("bh1750")


# Toutes les dix minutes : lire la sonde, envoyer la mesure.
@station.every(600)
async def mesurer_le_sol():
    mesure = await sol.read()
    station.send(**mesure)


# De même pour la lumière : si l’un des deux est en panne, l’autre continue.
@station.every(600)
async def mesurer_la_lumiere():
    mesure = await lumiere.read()
    station.send(**mesure)


station.run()
