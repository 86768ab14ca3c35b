"""What is right, or not certainly wrong, is not spoken of: a false alarm is worse than silence."""

import pytest

from kit.catalogue import load_build
from kit.check import Target, check

START = "import asyncio\nimport time\n\nfrom fabnum import station\n\nair = station.part('scd41')\n"
END = "\n\nstation.run()\n"


def codes(source, build="air", chip="esp32"):
    target = Target(load_build(build) if build else None, chip)
    return [finding.code for finding in check(source, target)]


def in_function(lines):
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    return f"{START}\n\n@station.every(60)\nasync def mesurer():\n{body}{END}"


@pytest.mark.parametrize(
    "lines",
    [
        # Names.
        "print([x * 2 for x in range(3) if x])\nprint({k: v for k, v in {}.items()})",
        "try:\n    print(inconnu)\nexcept NameError:\n    pass",
        "def aide(a, b=time):\n    return a, b\nprint(aide(1), (lambda c: c)(2))",
        "for i in range(3):\n    if i:\n        total += i\n    else:\n        total = 0",
        "if (n := 3) > 2:\n    print(n)",
        "with open('notes.txt') as fichier:\n    print(fichier.read())",
        "try:\n    pass\nexcept OSError as erreur:\n    print(erreur)",
        # Waiting.
        "tache = asyncio.create_task(air.read())\nawait tache",
        "a, b = await asyncio.gather(air.read(), asyncio.sleep(1))\nprint(a, b)",
        "print(await asyncio.wait_for(air.read(), 5))",
        "lecture = air.read()\nprint(await lecture)",
        "choses = [air.read()]\nprint(await choses[0])",
        # Loops.
        "while True:\n    await asyncio.sleep(1)",
        "while True:\n    mesure = await air.read()\n    if mesure:\n        break",
        "while True:\n    if time.time() > 3:\n        break",
        "n = 3\nwhile n > 0:\n    n -= 1",
        "fin = time.time() + 3\nwhile time.time() < fin:\n    await asyncio.sleep(0)",
        "liste = [1]\nwhile liste:\n    liste.pop()",
        "for i in range(1_000_000):\n    await asyncio.sleep(0)",
        "for i in range(1_000_000):\n    if i > 3:\n        break",
        "time.sleep_ms(10)\ntime.sleep(0.05)",
        # Measures.
        "mesure = await air.read()\nmesure['point'] = 3\nprint(mesure['point'])",
        "mesure = await air.read()\nprint(mesure.get('CO2'), mesure['co2'])",
        "valeurs = {'co2': 812}\nstation.send(**valeurs)\nstation.show(**valeurs, humidity=44)",
        "station.event('vote', option=2, quoi='texte')",
        # Memory.
        "tampon = bytearray(1024)\nprint(tampon, [0] * 100, 'x' * 100)",
        "air.driver.recalibrate(420)",
        "print('“bonjour” l’air', time.ticks_ms())  # « été »",
    ],
)
def test_what_is_right_inside_a_function_is_not_spoken_of(lines):
    assert codes(in_function(lines)) == []


PROGRAMS = {
    "nothing": "",
    "no_station": """\
print('bonjour')
""",
    "no_station_blink": """\
from machine import Pin
import time

led = Pin(13, Pin.OUT)
while True:
    led.value(1)
    time.sleep(1)
""",
    "pause_before_start": START
    + """\

time.sleep(2)


@station.task
async def animer():
    pass
"""
    + END,
    "module_alias": """\
import fabnum.station as s

air = s.part('scd41')


@s.every(60)
async def f():
    s.send(**await air.read())


s.run()
""",
    "words_alone": """\
from fabnum.station import every, part, run, send

air = part('scd41')


@every(60)
async def f():
    send(**await air.read())


run()
""",
    "star": """\
from fabnum import *

anything.goes()
""",
    "list_cut": START
    + """\
vals = []


@station.every(1)
def f():
    vals.append(1)
    if len(vals) > 10:
        vals.pop(0)
"""
    + END,
    "list_set_again": START
    + """\
vals = []


@station.every(1)
def f():
    global vals
    vals.append(1)
    vals = vals[-10:]
"""
    + END,
    "helper": START
    + """\


def aide(x):
    return x + 1


@station.every(60)
async def f():
    station.send(co2=aide(400))
"""
    + END,
    "async_helper": START
    + """\


async def lire():
    return await air.read()


@station.every(60)
async def f():
    station.send(**await lire())
"""
    + END,
    "helper_that_hands_on": START
    + """\


def lire():
    return air.read()


@station.every(60)
async def f():
    station.send(**await lire())
"""
    + END,
    "recursion_that_ends": START
    + """\


def compte(n):
    return 1 if n == 0 else n * compte(n - 1)


@station.every(60)
def f():
    print(compte(5))
"""
    + END,
    "values_or_none": START
    + """\


@station.above('co2', 1500, margin=100)
def f(valeur):
    print(valeur)


@station.below('co2', 500)
async def g():
    station.say('Bien.')


@station.on_message
def h(texte):
    print(texte)
"""
    + END,
    "started_where_it_runs": """\
if __name__ == '__main__':
    from fabnum import station

    station.run()
""",
    "either_start": """\
from fabnum import station

if station.setting('x'):
    station.run()
else:
    station.run()
""",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_that_is_right_is_not_spoken_of(program):
    assert codes(PROGRAMS[program]) == []


def test_where_the_build_is_not_known_what_any_build_has_is_allowed():
    source = START + "\n\n@station.every(60)\ndef f():\n    station.send(brightness=3)\n" + END
    assert codes(source, build=None) == []
    assert codes(source) == ["channel-unknown"]


def test_pins_go_by_the_chip_and_by_the_build():
    def pin(number, arguments="Pin.OUT"):
        return f"from machine import Pin\n\np = Pin({number}, {arguments})\nprint(p)\n"

    assert codes(pin(13)) == []
    assert codes(pin(13), chip="esp32c3") == ["pin-not-usable"]
    assert codes(pin(8), chip="esp32s3") == ["pin-taken"]
    assert codes(pin(21), build="lamp") == []
    assert codes(pin(4), build="lamp") == ["pin-taken"]
    assert codes(pin(34, "Pin.IN")) == []
    assert codes(pin("BROCHE")) == ["name-unknown"]
    own_bus = "from machine import Pin, SoftI2C\n\nbus = SoftI2C(scl=Pin(22), sda=Pin(21))\n"
    assert codes(own_bus) == []
    assert codes(own_bus.replace("scl=Pin(22)", "scl=Pin(34)")) == ["pin-input-only"]
