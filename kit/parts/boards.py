"""The boards of the kit, pin by pin as they are printed: ``boards.toml``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

BOARDS_FILE = Path(__file__).parent / "boards.toml"

Side = Literal["left", "right"]
_GROUND = "G"


class BoardPin(msgspec.Struct, frozen=True):
    """One pin of a board: the ``row`` counts from the antenna, 0 is the first.

    ``supply``: ``3V3``, ``5V`` or ``GND`` where it is one; ``gpio``: its number where it has one.
    """

    label: str
    side: Side
    row: int
    supply: str | None
    gpio: int | None


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A board seen from above, its antenna at the top and its ``usb`` ports at the bottom."""

    part: str
    name: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    gpio: dict[str, int]
    usb: int

    @property
    def pins(self) -> tuple[BoardPin, ...]:
        """All its pins, first those on the left, each side from top to bottom."""
        return (*self._side("left", self.left), *self._side("right", self.right))

    def pin(self, number: int) -> int:
        """Return where among the pins the one of that GPIO number is. Raises LookupError."""
        for index, pin in enumerate(self.pins):
            if pin.gpio == number:
                return index
        raise LookupError(f"{self.name} has no pin {number}")

    def supplies(self, supply: str) -> list[int]:
        """Return where among the pins those of that supply are."""
        return [index for index, pin in enumerate(self.pins) if pin.supply == supply]

    def _side(self, side: Side, labels: tuple[str, ...]) -> list[BoardPin]:
        return [
            BoardPin(label, side, row, _supply(label), self._number(label))
            for row, label in enumerate(labels)
        ]

    def _number(self, label: str) -> int | None:
        if label in self.gpio:
            return self.gpio[label]
        digits = label.removeprefix("IO")
        return int(digits) if digits.isdigit() else None


def _supply(label: str) -> str | None:
    if label.startswith(_GROUND):
        return "GND"
    return label if label in ("3V3", "5V") else None


@cache
def boards() -> dict[str, Board]:
    """Return the boards by their chip."""
    return msgspec.convert(tomllib.loads(BOARDS_FILE.read_text("utf-8")), dict[str, Board])
