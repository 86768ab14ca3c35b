"""Objects with something to tell in their passports."""

import time

from gateway.journal.model import Leaf
from gateway.logbook import Kind
from kit.names import DeviceKey
from tests.gateway.resident_site import ResidentSite, device

TESTED = DeviceKey("gonesse", "air-tested")
BROKEN = DeviceKey("gonesse", "lampe-broken")
PLAIN = DeviceKey("gonesse", "climat-plain")
GONE = DeviceKey("gonesse", "lampe-gone")
HEIR = DeviceKey("gonesse", "lampe-heir")
ENDED = DeviceKey("gonesse", "lampe-ended")
AWAITED = DeviceKey("gonesse", "air-awaited")
FEBRUARY = 1_769_950_800.0  # 2026-02-01 13:00 UTC


def furnish(site: ResidentSite) -> None:
    registry, logbook = site.registry, site.logbook
    registry.add(device(TESTED, "air", "Salle 3", "Air de la salle 3"))
    registry.set_group(TESTED, cohort="2026-A", workshop="Nos premiers capteurs")
    registry.keep_setup_code(TESTED, "31415926")
    registry.add(device(BROKEN, "lamp", "Accueil", "Lampe de l’accueil"))
    registry.add(device(PLAIN, "climate", "Bureau", "Climat du bureau"))
    registry.add(device(GONE, "lamp", "Fablab", "Lampe prêtée"))
    registry.hand_over(GONE, device(HEIR, "lamp", "Médiathèque", "Lampe prêtée"))
    registry.add(device(ENDED, "lamp", "Cave", "Vieille lampe"))
    registry.revoke(ENDED)
    registry.expect([device(AWAITED, "air", "Gymnase", "Air du gymnase")])
    about = {
        "firmware": "0.1.0",
        "hash": "a1b2c3d4",
        "micropython": "1.28.0",
        "platform": "esp32",
    }
    site.journal.write([], leaves=[Leaf(TESTED, "about", time.time(), about)]).result(30)
    tests = [
        {"id": "sensor", "name": "Capteur de CO2", "passed": True, "words": "612 ppm"},
        {"id": "wifi", "name": "Wi-Fi", "passed": True, "words": "−58 dBm"},
        {"id": "clock", "name": "Horloge", "passed": None, "words": ""},
    ]
    logbook.write(TESTED, Kind.FLASH, {"chip": "esp32s3", "micropython": "1.28.0"}, FEBRUARY)
    logbook.write(TESTED, Kind.SELFTEST, {"passed": True, "tests": tests}, FEBRUARY)
    for number, note in enumerate(("Nouveau câble USB", "Capteur recollé <b>deux fois</b>")):
        logbook.write(TESTED, Kind.REPAIR, {"note": note}, FEBRUARY + number * 86_400)
    sick = [{"id": "colours", "name": "?", "passed": False, "words": "La LED 7 reste noire"}]
    logbook.write(BROKEN, Kind.SELFTEST, {"passed": False, "tests": sick}, FEBRUARY)
