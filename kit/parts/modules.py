"""How the usual module of each driver looks and is wired: ``modules.toml``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from kit.catalogue import Build, Part, Text, decode_text

MODULES_FILE = Path(__file__).parent / "modules.toml"

SUPPLIES = ("GND", "3V3", "5V")
"""What a board has for everybody, as :class:`Pin` names it."""

Look = Literal[
    "module",
    "dht22",
    "pir",
    "microphone",
    "probe",
    "strip",
    "button",
    "arcade",
    "supply",
    "load",
    "divider",
    "shifter",
]
BLOCKS: tuple[Look, ...] = ("divider", "shifter")
"""What stands on a breadboard."""


class Pin(msgspec.Struct, frozen=True, array_like=True):
    """One pin of a piece: what is printed beside it, and where it goes.

    ``to``: a supply of the board, the name of a wire in ``build.toml``, ``=name`` for another pin
    of the same driver, or nothing.
    """

    label: str
    to: str


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing on the table: a module, or a block on the breadboard.

    ``near``, ``far``: the pins of its two edges from top to bottom, as one reads them with the edge
    ``near`` to the left. ``holds``: what a block is made of, by id of ``parts.csv``; ``inside``:
    how.
    """

    look: Look
    title: str
    near: tuple[Pin, ...]
    far: tuple[Pin, ...] = ()
    part: str | None = None
    name: Text | None = None
    holds: dict[str, int] = {}
    inside: tuple[Text, ...] = ()

    @property
    def pins(self) -> tuple[Pin, ...]:
        """All its pins: first those of the edge ``near``, then those of ``far``."""
        return self.near + self.far


class Module(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one driver needs on the table.

    ``also``: what one buys besides, by id. ``gathers``: its grounds meet in one row, so that a
    current which is not the board's own does not flow through the board.
    """

    pieces: tuple[Piece, ...]
    note: Text | None = None
    also: dict[str, int] = {}
    gathers: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    modules: dict[str, Module]
    usual: dict[str, str]


@cache
def _file() -> _File:
    lines = tomllib.loads(MODULES_FILE.read_text(encoding="utf-8"))
    return msgspec.convert(lines, _File, dec_hook=decode_text)


def modules() -> dict[str, Module]:
    """Return all modules, by driver or by the name that ``usual`` gives."""
    return dict(_file().modules)


def module_of(build: Build, part: Part) -> Module:
    """Return the module that a part of a build is. Raises KeyError where none is described."""
    file = _file()
    for build_id in (build.id, *build.combines):
        usual = file.usual.get(f"{build_id}/{part.driver}")
        if usual:
            return file.modules[usual]
    return file.modules[part.driver]
