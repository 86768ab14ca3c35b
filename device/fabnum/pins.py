"""Keeps the program's hands off pins that are taken. Loaded where it imports ``machine``.

MicroPython itself lets a program have any pin that the chip has: one of the flash stops the board
at once, and one of a part stops that part. So while ``main.py`` is read, its ``machine.Pin`` is
this one. Drivers get the real one.
"""

import sys

import machine
from fabnum import config
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FLASH = const((("ESP32S3", 26, 37), ("ESP32C3", 11, 17), ("ESP32", 6, 11)))
"""By chip, as ``sys.implementation`` names it: the pins of its flash and of what is beside it."""

_before: "Any" = None


def watch() -> None:
    """Look at the pins that are asked for from now on."""
    global _before
    _before = sys.modules.get("machine")
    sys.modules["machine"] = _Machine()  # type: ignore[assignment]


def release() -> None:
    """Give everybody the real ``machine`` from now on."""
    if _before is None:
        sys.modules.pop("machine", None)
    else:
        sys.modules["machine"] = _before


class _Machine:
    """``machine``, but for its Pin."""

    def __getattr__(self, name: str) -> "Any":
        return _Pin() if name == "Pin" else getattr(machine, name)


class _Pin:
    """``machine.Pin`` that refuses what is taken. Raises ValueError, in French."""

    def __getattr__(self, name: str) -> "Any":
        return getattr(machine.Pin, name)

    def __call__(self, number: "Any", *arguments: "Any", **settings: "Any") -> machine.Pin:
        for part in config.load_build()["parts"]:
            if number in part["pins"].values():
                taken = "est à la pièce « %s »" % part["id"]
                raise ValueError("La broche %s %s : choisissez-en une autre." % (number, taken))
        if isinstance(number, int) and _is_of_flash(number):
            raise ValueError(
                "La broche %d sert à la mémoire de la carte : choisissez-en une autre." % number
            )
        return machine.Pin(number, *arguments, **settings)


def _is_of_flash(number: int) -> bool:
    board = str(sys.implementation._machine)  # noqa: SLF001 - the port's name for the board
    for chip, first, last in _FLASH:
        if chip in board or chip == "ESP32":
            return bool(first <= number <= last)
    return False
