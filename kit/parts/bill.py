"""What one needs for an object, and about what it costs."""

from collections import Counter

import msgspec

from kit.catalogue import Build
from kit.chips import DEFAULT_CHIP
from kit.parts.modules import BLOCKS
from kit.parts.netlist import Netlist, netlist
from kit.parts.shop import Item, items

_OF_EACH_OBJECT = ("usb-data-cable", "power-supply-5v", "enclosure")
_JUMPERS = {0: "jumper-ff", 1: "jumper-mf", 2: "jumper-mm"}
"""By how many of its ends are plugged into the breadboard."""


class Line(msgspec.Struct, frozen=True):
    """One line of a bill: so many of that thing."""

    part: Item
    count: int

    @property
    def cost(self) -> float:
        """What that many cost, in euros, about."""
        return self.count * self.part.price


def bill(build: Build, chip: str = DEFAULT_CHIP, choice: int = 0) -> list[Line]:
    """Return what one object needs, in the order of ``parts.csv``."""
    counted = _count(netlist(build, chip, choice))
    return [Line(item, counted[item.id]) for item in items().values() if item.id in counted]


def cost(lines: list[Line]) -> float:
    """Return what all lines cost together, in euros, about."""
    return sum(line.cost for line in lines)


def _count(wired: Netlist) -> Counter[str]:
    counted = Counter([wired.board.part, *_OF_EACH_OBJECT])
    for placed in wired.pieces:
        counted.update([placed.piece.part] if placed.piece.part else [])
        counted.update(placed.piece.holds)
    for module in wired.modules:
        counted.update(module.also)
    if wired.rows or any(placed.piece.look in BLOCKS for placed in wired.pieces):
        counted["breadboard"] += 1
    for wire in wired.wires:
        plugged = wired.on_breadboard(wire.start) + wired.on_breadboard(wire.end)
        counted[_JUMPERS[plugged]] += 1
    return counted
