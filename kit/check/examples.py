"""An example of each mistake, wrong and right: docs/mistakes.md is made of them, tests check them.

Only the lines that matter are written; around them is a small program that is right.
"""

from dataclasses import dataclass

_START = """\
import asyncio

from fabnum import station

air = station.part("scd41")
"""
_FUNCTION = """

@station.every(60)
async def mesurer():
    mesure = await air.read()
    station.send(**mesure)
"""
_END = """

station.run()
"""


@dataclass(frozen=True)
class Example:
    """A mistake: the lines that are ``wrong``, and the same put ``right``.

    ``before`` and ``after`` complete both to a program of the build ``build``.
    """

    wrong: str
    right: str
    before: str = ""
    after: str = ""
    build: str = "air"

    def program(self, lines: str) -> str:
        """Return the whole program with these lines in it."""
        return self.before + lines + self.after


def _inside(wrong: str, right: str, build: str = "air") -> Example:
    """Return an example of lines within a function that is called every minute."""
    before = _START.replace("scd41", "pixels") if build == "lamp" else _START
    return Example(
        _indented(wrong),
        _indented(right),
        before + "\n\n@station.every(60)\nasync def mesurer():\n",
        "    station.event('fini')\n" + _END,
        build,
    )


def _at_top(wrong: str, right: str, build: str = "air") -> Example:
    """Return an example of lines at the top of a program, below its first part."""
    if build == "lamp":
        return Example(wrong, right, _START.replace("scd41", "pixels"), _END, build)
    return Example(wrong, right, _START, _FUNCTION + _END, build)


def _whole(wrong: str, right: str, build: str = "air") -> Example:
    """Return an example that is a program."""
    return Example(wrong, right, build=build)


def _indented(lines: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in lines.splitlines(True))


EXAMPLES: dict[str, Example] = {
    # What Python cannot read.
    "colon-missing": _inside("if 3 > 2\n    pass\n", "if 3 > 2:\n    pass\n"),
    "indent-missing": _whole("if 3 > 2:\nprint(3)\n", "if 3 > 2:\n    print(3)\n"),
    "indent-extra": _whole("a = 3\n    print(a)\n", "a = 3\nprint(a)\n"),
    "indent-uneven": _whole(
        "if 3 > 2:\n    print(3)\n  print(2)\n", "if 3 > 2:\n    print(3)\n    print(2)\n"
    ),
    "tabs-mixed": _whole(
        "if 3 > 2:\n        print(3)\n\tprint(2)\n", "if 3 > 2:\n    print(3)\n    print(2)\n"
    ),
    "text-open": _inside('print("bonjour)\n', 'print("bonjour")\n'),
    "apostrophe": _inside("print('l'air')\n", 'print("l\'air")\n'),
    "quote-typographic": _inside("print(“bonjour”)\n", 'print("bonjour")\n'),
    "space-odd": _inside("a =\u00a03\nprint(a)\n", "a = 3\nprint(a)\n"),
    "character-odd": _inside("print(3 × 2)\n", "print(3 * 2)\n"),
    "bracket-open": _inside("print(round(3.5)\na = 2\n", "print(round(3.5))\na = 2\n"),
    "bracket-wrong": _inside("print(3))\n", "print(3)\n"),
    "equals-single": _inside("a = 3\nif a = 3:\n    pass\n", "a = 3\nif a == 3:\n    pass\n"),
    "assign-impossible": _inside("3 = a\n", "a = 3\n"),
    "name-with-dash": _inside("ma-valeur = 3\n", "ma_valeur = 3\n"),
    "keyword-misspelt": _whole("form fabnum import station\n", "from fabnum import station\n"),
    "else-if": _inside(
        "if 3 > 2:\n    pass\nelse if 2 > 1:\n    pass\n",
        "if 3 > 2:\n    pass\nelif 2 > 1:\n    pass\n",
    ),
    "else-alone": _whole(
        "if 3 > 2:\n    print(3)\n    else:\n    print(2)\n",
        "if 3 > 2:\n    print(3)\nelse:\n    print(2)\n",
    ),
    "number-zero": _inside("print(08)\n", "print(8)\n"),
    "number-and-letters": _inside("2eme = 3\n", "deuxieme = 3\n"),
    "parentheses-missing": _inside('print "bonjour"\n', 'print("bonjour")\n'),
    "comma-missing": _inside("print(3 4)\n", "print(3, 4)\n"),
    "operator-unknown": _inside("if 3 => 2:\n    print(3)\n", "if 3 >= 2:\n    print(3)\n"),
    "colon-extra": _inside("print(3):\n", "print(3)\n"),
    "word-unexpected": _inside("if 3 > 2 then:\n    pass\n", "if 3 > 2:\n    pass\n"),
    "line-unreadable": _whole(
        "def f(a=1, b):\n    pass\n\n\nf(3)\n", "def f(b, a=1):\n    pass\n\n\nf(3)\n"
    ),
    "too-deep": _whole("a = " + "(" * 300 + ")" * 300 + "\n", "a = ()\n"),
    "not-a-text": _whole("a = 3\0\n", "a = 3\n"),
    # What the board's Python refuses.
    "micropython-refuses": _inside(
        "a = [1]\nb = [*a, 2]\nprint(b)\n", "a = [1]\nb = a + [2]\nprint(b)\n"
    ),
    "return-outside": _whole("return 3\n", "def trois():\n    return 3\n\n\nprint(trois())\n"),
    "break-outside": _inside("break\n", "for i in range(3):\n    break\n"),
    "parameter-twice": _whole(
        "def f(a, a):\n    return a\n\n\nprint(f(1, 2))\n",
        "def f(a, b):\n    return a + b\n\n\nprint(f(1, 2))\n",
    ),
    "global-late": _at_top(
        "n = 0\n\n\ndef plus():\n    print(n)\n    global n\n\n\nplus()\n",
        "n = 0\n\n\ndef plus():\n    global n\n    print(n)\n    n = 1\n\n\nplus()\n",
    ),
    "program-large": _whole(
        "".join(f"print('ligne {i}', {i})\n" for i in range(800)),
        "for i in range(800):\n    print('ligne', i)\n",
    ),
    # Names.
    "name-unknown": _inside("print(mesur)\n", "mesure = 3\nprint(mesure)\n"),
    "name-not-on-board": _inside("print(ascii(3))\n", "print(repr(3))\n"),
    "name-early": _at_top("print(seuil)\nseuil = 3\n", "seuil = 3\nprint(seuil)\n"),
    "global-missing": _at_top(
        "n = 0\n\n\n@station.every(5)\ndef compter():\n    n += 1\n",
        "n = 0\n\n\n@station.every(5)\ndef compter():\n    global n\n    n += 1\n",
    ),
    "value-missing": _inside("total = total + 1\n", "total = 0\ntotal = total + 1\n"),
    "word-unknown": _at_top(
        "\n\n@station.evry(5)\ndef dire():\n    print(3)\n",
        "\n\n@station.every(5)\ndef dire():\n    print(3)\n",
    ),
    # Modules.
    "module-unknown": _at_top("import numpy\n", ""),
    "module-not-needed": _at_top("import network\n", ""),
    "module-waits": _at_top("import requests\n", ""),
    "import-name-unknown": _at_top("from random import shuffle\n", "from random import choice\n"),
    # Words of the station.
    "argument-missing": _at_top(
        "\n\n@station.every()\ndef dire():\n    print(3)\n",
        "\n\n@station.every(5)\ndef dire():\n    print(3)\n",
    ),
    "argument-extra": _at_top('eau = station.part("scd41", 3)\n', 'eau = station.part("scd41")\n'),
    "argument-unknown": _at_top(
        "\n\n@station.every(second=5)\ndef dire():\n    print(3)\n",
        "\n\n@station.every(seconds=5)\ndef dire():\n    print(3)\n",
    ),
    "stars-missing": _inside(
        "mesure = await air.read()\nstation.send(mesure)\n",
        "mesure = await air.read()\nstation.send(**mesure)\n",
    ),
    "value-without-name": _inside("station.send(812)\n", "station.send(co2=812)\n"),
    "seconds-wrong": _at_top(
        "\n\n@station.every(0)\ndef dire():\n    print(3)\n",
        "\n\n@station.every(5)\ndef dire():\n    print(3)\n",
    ),
    "margin-negative": _at_top(
        '\n\n@station.above("co2", 1500, margin=-100)\ndef alerter():\n    print(3)\n',
        '\n\n@station.above("co2", 1500, margin=100)\ndef alerter():\n    print(3)\n',
    ),
    "text-wrong": _inside("station.say(3)\n", 'station.say("Bonjour")\n'),
    "text-long": _inside(f'station.say("{"Bonjour " * 30}")\n', 'station.say("Bonjour")\n'),
    "decorator-without-parentheses": _at_top(
        "\n\n@station.every\ndef dire():\n    print(3)\n",
        "\n\n@station.every(5)\ndef dire():\n    print(3)\n",
    ),
    "decorator-with-parentheses": _at_top(
        "\n\n@station.task()\nasync def animer():\n    await asyncio.sleep(1)\n",
        "\n\n@station.task\nasync def animer():\n    await asyncio.sleep(1)\n",
    ),
    "at-missing": _at_top("station.every(5)\n", ""),
    "handler-parameters": _at_top(
        "\n\n@station.every(5)\ndef dire(texte):\n    print(texte)\n",
        '\n\n@station.every(5)\ndef dire():\n    print("texte")\n',
    ),
    "command-parameters": _at_top(
        '\n\n@station.on_command("colour")\ndef peindre(teinte):\n    print(teinte)\n',
        '\n\n@station.on_command("colour")\ndef peindre(colour):\n    print(colour)\n',
        "lamp",
    ),
    "function-unused": _at_top(
        "\n\ndef dire():\n    print(3)\n", "\n\n@station.every(5)\ndef dire():\n    print(3)\n"
    ),
    "call-forgotten": _whole(
        'from fabnum import station\n\nair = station.part("scd41")\nair.read\nstation.run()\n',
        'from fabnum import station\n\nair = station.part("scd41")\nstation.run()\n',
    ),
    # Parts, measures and commands of the build.
    "part-unknown": _at_top('eau = station.part("scd14")\n', 'eau = station.part("scd41")\n'),
    "part-no-text": _at_top("eau = station.part(41)\n", 'eau = station.part("scd41")\n'),
    "part-no-button": _at_top(
        '\n\n@station.on_press("pixels")\ndef appuyer():\n    print(3)\n',
        '\n\n@station.on_press("button")\ndef appuyer():\n    print(3)\n',
        "lamp",
    ),
    "part-no-light": _at_top(
        'lampe = station.light("button")\n', 'lampe = station.light("pixels")\n', "lamp"
    ),
    "command-unknown": _at_top(
        '\n\n@station.on_command("color")\ndef peindre(colour):\n    print(colour)\n',
        '\n\n@station.on_command("colour")\ndef peindre(colour):\n    print(colour)\n',
        "lamp",
    ),
    "channel-unknown": _inside("station.send(CO2=812)\n", "station.send(co2=812)\n"),
    "channel-not-read": _inside(
        'mesure = await air.read()\nprint(mesure["CO2"])\n',
        'mesure = await air.read()\nprint(mesure["co2"])\n',
    ),
    "channel-with-point": _inside(
        "mesure = await air.read()\nprint(mesure.co2)\n",
        'mesure = await air.read()\nprint(mesure["co2"])\n',
    ),
    "decimal-comma": _inside("seuil = 19,5\nprint(seuil)\n", "seuil = 19.5\nprint(seuil)\n"),
    "value-no-number": _inside('station.send(co2="812")\n', "station.send(co2=812)\n"),
    "value-out-of-range": _inside("station.send(humidity=150)\n", "station.send(humidity=50)\n"),
    # The start of everything.
    "run-missing": Example("", "\n\nstation.run()\n", _START + _FUNCTION),
    "run-not-last": Example(
        "station.run()\nprint(3)\n", "print(3)\nstation.run()\n", _START + _FUNCTION + "\n\n"
    ),
    "run-twice": Example(
        "station.run()\nstation.run()\n", "station.run()\n", _START + _FUNCTION + "\n\n"
    ),
    "run-in-function": Example(
        "def debut():\n    station.run()\n", "station.run()\n", _START + _FUNCTION + "\n\n"
    ),
    "send-early": _at_top("station.send(co2=812)\n", ""),
    # Waiting.
    "await-missing": _inside(
        "mesure = air.read()\nstation.send(**mesure)\n",
        "mesure = await air.read()\nstation.send(**mesure)\n",
    ),
    "await-missing-at-top": _at_top("asyncio.sleep(1)\n", ""),
    "await-useless": _inside("await station.send(co2=812)\n", "station.send(co2=812)\n"),
    "await-in-plain-function": _at_top(
        "\n\n@station.every(5)\ndef dire():\n    print(await air.read())\n",
        "\n\n@station.every(5)\nasync def dire():\n    print(await air.read())\n",
    ),
    "await-outside": _at_top("mesure = await air.read()\n", ""),
    # What stops everything else.
    "loop-endless": _inside("while True:\n    print(3)\n", "print(3)\n"),
    "loop-long": _inside(
        "total = 0\nfor i in range(1_000_000):\n    total += i\nprint(total)\n",
        "total = 0\nfor i in range(1000):\n    total += i\nprint(total)\n",
    ),
    "sleep-blocks": _inside(
        "import time\n\ntime.sleep(5)\n",
        "import time\n\nprint(time.time())\nawait asyncio.sleep(5)\n",
    ),
    "recursion-endless": _at_top(
        "\n\n@station.every(5)\nasync def dire():\n    print(3)\n    await dire()\n",
        "\n\n@station.every(5)\nasync def dire():\n    print(3)\n",
    ),
    # Memory.
    "memory-large": _at_top("valeurs = [0] * 50_000\n", "valeurs = [0] * 50\n"),
    "list-grows": _at_top(
        "valeurs = []\n\n\n@station.every(5)\ndef noter():\n    valeurs.append(3)\n",
        "valeurs = []\n\n\n@station.every(5)\ndef noter():\n"
        "    valeurs.append(3)\n    del valeurs[:-10]\n",
    ),
    # Pins.
    "pin-not-usable": _at_top(
        "from machine import Pin\n\nled = Pin(6, Pin.OUT)\n",
        "from machine import Pin\n\nled = Pin(13, Pin.OUT)\n",
    ),
    "pin-taken": _at_top(
        "from machine import Pin\n\nled = Pin(21, Pin.OUT)\n",
        "from machine import Pin\n\nled = Pin(13, Pin.OUT)\n",
    ),
    "pin-input-only": _at_top(
        "from machine import Pin\n\nled = Pin(34, Pin.OUT)\n",
        "from machine import Pin\n\nled = Pin(13, Pin.OUT)\n",
    ),
    "pin-without-pull": _at_top(
        "from machine import Pin\n\nbouton = Pin(34, Pin.IN, Pin.PULL_UP)\n",
        "from machine import Pin\n\nbouton = Pin(13, Pin.IN, Pin.PULL_UP)\n",
    ),
    "pin-not-analogue": _at_top(
        "from machine import ADC, Pin\n\nsonde = ADC(Pin(13))\n",
        "from machine import ADC, Pin\n\nsonde = ADC(Pin(34))\n",
    ),
    # Files.
    "file-of-firmware": _inside(
        'with open("config.json", "w") as fichier:\n    fichier.write("3")\n',
        'with open("notes.txt", "w") as fichier:\n    fichier.write("3")\n',
    ),
}
"""By the code of the mistake."""
