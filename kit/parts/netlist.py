"""What is wired to what: the pieces of a build, and each wire from one end to the other.

A wire has two ends. Where more than two things belong together, each gets a wire of its own to a
*row* of the breadboard, whose holes are joined: that is how one builds it.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from statistics import fmean
from typing import NamedTuple

from kit.catalogue import Build, Part
from kit.chips import DEFAULT_CHIP
from kit.parts.boards import Board, Side, boards
from kit.parts.modules import BLOCKS, SUPPLIES, Module, Piece, Pin, module_of

BOARD = "board"


class End(NamedTuple):
    """One end of a wire.

    ``owner``: ``board``, the id of a piece or of a row. ``pin``: which of its pins; a hole of a
    row, from the first one.
    """

    owner: str
    pin: int


class Placed(NamedTuple):
    """A piece of this build. ``part``: that of the build it belongs to; ``side``: of the board."""

    id: str
    part: Part
    piece: Piece
    side: Side


_Ends = list[tuple[Placed, End]]


class Row(NamedTuple):
    """A row of the breadboard: what is in its ``holes`` is joined. ``carries``: see Wire."""

    id: str
    carries: str
    holes: int
    side: Side


class Wire(NamedTuple):
    """One wire, with the number it has in drawing and table, from the board outwards.

    ``carries``: a supply, or the name of the wire in ``build.toml``.
    """

    number: int
    carries: str
    start: End
    end: End


class Netlist(NamedTuple):
    """All that lies on the table for one object, and its wires in the order of their numbers."""

    build: Build
    chip: str
    board: Board
    pieces: tuple[Placed, ...]
    rows: tuple[Row, ...]
    wires: tuple[Wire, ...]

    def piece(self, piece_id: str) -> Placed | None:
        """Return the piece of that id; ``None`` where it is the board or a row."""
        return next((placed for placed in self.pieces if placed.id == piece_id), None)

    def row(self, row_id: str) -> Row | None:
        """Return the row of that id, or ``None``."""
        return next((row for row in self.rows if row.id == row_id), None)

    def label(self, end: End) -> str:
        """Return what is printed at an end; for a row, what it carries."""
        if end.owner == BOARD:
            return self.board.pins[end.pin].label
        placed = self.piece(end.owner)
        if placed:
            return placed.piece.pins[end.pin].label
        row = self.row(end.owner)
        return row.carries if row else ""

    def on_breadboard(self, end: End) -> bool:
        """Tell whether an end is plugged into the breadboard, and not onto a pin."""
        placed = self.piece(end.owner)
        return placed.piece.look in BLOCKS if placed else end.owner != BOARD

    @property
    def modules(self) -> list[Module]:
        """What is described for each part, once for each."""
        parts = {placed.part.id: placed.part for placed in self.pieces}
        return [module_of(self.build, part) for part in parts.values()]


def choices(build: Build) -> list[tuple[Part, ...]]:
    """Return the sets of parts that an object of this build may have: the usual one first."""
    usual = tuple(part for part in build.parts if part.instead_of is None)
    others = [part for part in build.parts if part.instead_of is not None]
    return [
        usual,
        *(tuple(o if p.id == o.instead_of else p for p in usual) for o in others),
    ]


def netlist(build: Build, chip: str = DEFAULT_CHIP, choice: int = 0) -> Netlist:
    """Return what is wired to what on the board of that chip; ``choice``: see :func:`choices`."""
    wiring = _Wiring(build, chip, choices(build)[choice])
    wires = tuple(
        Wire(number, *lead) for number, lead in enumerate(sorted(wiring.leads, key=wiring.order), 1)
    )
    return Netlist(build, chip, wiring.board, wiring.pieces, tuple(wiring.rows), wires)


class _Lead(NamedTuple):
    """A wire that has no number yet."""

    carries: str
    start: End
    end: End


class _Wiring:
    """Works the wires of one object out."""

    def __init__(self, build: Build, chip: str, parts: Iterable[Part]) -> None:
        self.board = boards()[chip]
        self._chip = chip
        self._build = build
        self._parts = tuple(parts)
        self.rows: list[Row] = []
        self.leads: list[_Lead] = []
        for supply in SUPPLIES:
            self._join_supply(supply)
        for number, (name, ends) in self._signals().items():
            self._join(name, ends, self.board.pin(number))
        for name, ends in self._inner():
            self._join(name, ends)

    @cached_property
    def pieces(self) -> tuple[Placed, ...]:
        """The pieces, each on the side of the board where most of its part's wires come out."""
        placed: list[Placed] = []
        for part in self._parts:
            side = self._side_of(part)
            for piece in self._module(part).pieces:
                placed.append(Placed(f"piece{len(placed)}", part, piece, side))
        return tuple(placed)

    def order(self, lead: _Lead) -> tuple[int, int]:
        """Put wires in order: first those to rows, then piece by piece, pin by pin."""
        names = [placed.id for placed in self.pieces]
        if lead.end.owner not in names:
            return -1, [row.id for row in self.rows].index(lead.end.owner)
        return names.index(lead.end.owner), lead.end.pin

    def _module(self, part: Part) -> Module:
        return module_of(self._build, part)

    def _side_of(self, part: Part) -> Side:
        pins = self.board.pins
        sides = [pins[self.board.pin(gpio)].side for gpio in part.wired(self._chip).values()]
        return "left" if sides.count("left") > sides.count("right") else "right"

    def _ends(self, to: str) -> _Ends:
        return [(p, e) for p, e, pin in self._all_ends() if pin.to == to]

    def _all_ends(self) -> Iterator[tuple[Placed, End, Pin]]:
        for placed in self.pieces:
            for index, pin in enumerate(placed.piece.pins):
                yield placed, End(placed.id, index), pin

    def _signals(self) -> dict[int, tuple[str, _Ends]]:
        """Return by GPIO number the name of its wire and what belongs to it."""
        signals: dict[int, tuple[str, _Ends]] = {}
        for placed, end, pin in self._all_ends():
            gpio = placed.part.wired(self._chip).get(pin.to)
            if gpio is not None:
                signals.setdefault(gpio, (pin.to, []))[1].append((placed, end))
        return signals

    def _inner(self) -> list[tuple[str, _Ends]]:
        """Return what the pieces of one part have among themselves, by what it carries."""
        inner: dict[tuple[str, str], _Ends] = {}
        for placed, end, pin in self._all_ends():
            if pin.to.startswith("="):
                inner.setdefault((placed.part.id, pin.to[1:]), []).append((placed, end))
        return [(name, ends) for (_part, name), ends in inner.items()]

    def _join_supply(self, supply: str) -> None:
        """Bring a supply to all that want it: pin by pin if the board has enough on that side."""
        ends = self._ends(supply)
        free = set(self.board.supplies(supply))
        sides: list[Side] = ["left", "right"]
        plans = []
        for side in sides:
            here = [(placed, end) for placed, end in ends if placed.side == side]
            pins = self._pins_for(here, side, free)
            free -= set(pins)
            plans.append((here, pins))
        if any(here and not pins for here, pins in plans):
            side = self._main_side(ends)
            free = set(self.board.supplies(supply))
            plans = [(ends, self._pins_for(ends, side, free)[:1])]
        for here, pins in plans:
            if len(pins) == len(here):
                leads = zip(pins, here, strict=True)
                self.leads += [_Lead(supply, End(BOARD, pin), end) for pin, (_p, end) in leads]
            else:
                self._join(supply, here, pins[0])

    def _pins_for(self, ends: _Ends, side: Side, free: set[int]) -> list[int]:
        """Return a pin for each, if there are so many on that side; else one for a row, or none."""
        if not ends:
            return []
        near = [pin for pin in free if self.board.pins[pin].side == side]
        gathered = len(ends) > 1 and any(self._module(p.part).gathers for p, _end in ends)
        if len(near) < len(ends) or gathered:
            return self._nearest(near or free, ends[:1])
        return self._nearest(near, ends)

    def _nearest(self, pins: Iterable[int], ends: _Ends) -> list[int]:
        """Return the pin for each end that crosses the fewest wires of its piece; then the nearest.

        Wires do not cross where the pins of the board follow one another as those of the piece do.
        """
        free = set(pins)
        found = []
        for placed, end in ends[: len(free)]:
            best = min(free, key=lambda pin: (*self._distance(pin, placed, end), pin))
            free.remove(best)
            found.append(best)
        return found

    def _distance(self, pin: int, placed: Placed, end: End) -> tuple[int, float]:
        """Return how many wires of a piece one to that pin crosses, and how far off it is."""
        row = self.board.pins[pin].row
        near = range(len(placed.piece.near))
        rows = []
        crossed = 0
        for index, other in enumerate(placed.piece.pins):
            gpio = placed.part.wired(self._chip).get(other.to)
            if gpio is None:
                continue
            place = self.board.pins[self.board.pin(gpio)]
            rows.append(place.row)
            if index in near and end.pin in near and place.side == placed.side:
                above = (index < end.pin) != (placed.side == "left")
                crossed += above != (place.row < row)
        return crossed, abs(row - fmean(rows)) if rows else 0

    def _main_side(self, ends: _Ends) -> Side:
        sides = [placed.side for placed, _end in ends]
        return "right" if sides.count("right") > sides.count("left") else "left"

    def _join(self, carries: str, ends: _Ends, pin: int | None = None) -> None:
        """Join ends with each other and with a pin of the board, over a row if they are many."""
        all_ends = [*([End(BOARD, pin)] if pin is not None else []), *(end for _p, end in ends)]
        if len(all_ends) == 2:
            self.leads.append(_Lead(carries, *all_ends))
            return
        row = Row(f"row{len(self.rows)}", carries, len(all_ends), self._main_side(ends))
        self.rows.append(row)
        for hole, end in enumerate(all_ends):
            at_row = End(row.id, hole)
            of_board = end.owner == BOARD
            self.leads.append(
                _Lead(carries, end, at_row) if of_board else _Lead(carries, at_row, end)
            )
