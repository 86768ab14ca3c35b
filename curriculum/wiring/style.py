"""How each wire looks: a colour by what it carries, with its name in words and a pattern.

The colours hold 3:1 on white. Nothing is said by colour alone: each wire has a number at both ends,
and on paper without colours a pattern along its middle.
"""

from typing import NamedTuple

from kit.i18n import _
from kit.parts import Netlist

INK = "#1d2733"
PAPER = "#ffffff"
FONT = "Source Sans Pro, sans-serif"


class Style(NamedTuple):
    """How a wire looks. ``pattern``: dashes and gaps of the light line along its middle."""

    colour: str
    name: str
    pattern: str | None


def styles(wired: Netlist) -> dict[int, Style]:
    """Return how each wire of a netlist looks, by its number, in the language in use."""
    known = _by_convention()
    taken = {known[wire.carries].colour for wire in wired.wires if wire.carries in known}
    others = [style for style in _for_signals() if style.colour not in taken]
    given: dict[tuple[str, str], Style] = {}
    looks = {}
    for wire in wired.wires:
        style = known.get(wire.carries)
        if style is None:
            # Each button has its own colour; what belongs to no part, as a row does, has one too.
            placed = wired.piece(wire.end.owner)
            key = (wire.carries, placed.part.id if placed else "")
            style = given.setdefault(key, others[len(given) % len(others)])
        looks[wire.number] = style
    return looks


def _by_convention() -> dict[str, Style]:
    return {
        "GND": Style("#1a1a1a", _("black"), None),
        "3V3": Style("#c0182a", _("red"), None),
        "5V": Style("#d55e00", _("orange"), "14 5"),
        "sda": Style("#0072b2", _("blue"), "1 5"),
        "scl": Style("#009e73", _("green"), "7 5"),
        "supply": Style("#7a4b1e", _("brown"), "3 3"),
        "device": Style("#6a6f76", _("grey"), "1 3"),
    }


def _for_signals() -> list[Style]:
    return [
        Style("#0072b2", _("blue"), "1 5"),
        Style("#009e73", _("green"), "7 5"),
        Style("#c0589a", _("pink"), "12 3 1 3"),
        Style("#7a4b1e", _("brown"), "3 3"),
        Style("#6a6f76", _("grey"), "1 3"),
    ]
