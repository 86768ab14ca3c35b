"""Where everything lies: the board in the middle, rows beside it, then the pieces.

Pieces lie on the side of the board where their wires come out, in the order in which they do, so
that wires cross as little as may be. What hangs on another piece alone lies below it.
"""

from collections.abc import Iterable, Sequence
from math import ceil
from statistics import fmean
from typing import NamedTuple

from curriculum.wiring import outlines
from curriculum.wiring.geometry import STEP, Box, Point, around
from curriculum.wiring.lettering import lines, width
from curriculum.wiring.outlines import Outline
from curriculum.wiring.routing import Door, Task
from kit.parts import BOARD, End, Netlist, Placed, Row, Wire
from kit.parts.modules import SUPPLIES

STUB = 3
"""A wire keeps straight for so long, so that its number has room."""

_GAP = 4
_ROW_GAP = 2
_CAPTION = 15  # the size of a letter
_CAPTION_LINE = 2
_CAPTION_BEYOND = 3
"""How far a caption may stand out on both sides."""
_MARGIN = 8

_EITHER_WAY = ("button", "arcade")
_EITHER_EDGE = ("microphone",)

_RIGHT, _LEFT = (1, 0), (-1, 0)


class Thing(NamedTuple):
    """A thing with a place. ``turned``: by half a turn, its edge ``near`` to the right."""

    id: str
    box: Box
    outline: Outline
    turned: bool
    caption: tuple[str, ...] = ()
    caption_box: Box | None = None

    def pin(self, index: int) -> Door:
        """Return where a wire leaves from one of its pins."""
        near = index < len(self.outline.near)
        offset = (self.outline.near + self.outline.far)[index]
        left = near != self.turned
        y = self.box.height - offset if self.turned else offset
        x = self.box.x if left else self.box.right
        return Door(Point(int(x), int(self.box.y + y)), _LEFT if left else _RIGHT)


class Layout(NamedTuple):
    """All things with their places, which hole of a row each wire takes, and the whole area."""

    things: dict[str, Thing]
    holes: dict[tuple[str, int], int]
    """By row and number of the wire."""
    area: Box

    def boxes(self) -> list[Box]:
        """Return what no wire may run over: things and their captions."""
        things = self.things.values()
        return [thing.box for thing in things] + [t.caption_box for t in things if t.caption_box]

    def doors(self, wire: Wire, end: End) -> tuple[Door, ...]:
        """Return where a wire may come out at one of its ends."""
        thing = self.things[end.owner]
        if (end.owner, wire.number) not in self.holes:
            return (thing.pin(end.pin),)
        hole = thing.outline.near[self.holes[end.owner, wire.number]]
        y = int(thing.box.y + hole)
        return (
            Door(Point(int(thing.box.x), y), _LEFT),
            Door(Point(int(thing.box.right), y), _RIGHT),
        )

    def tasks(self, wired: Netlist) -> list[Task]:
        """Return what is to be laid."""
        return [
            Task(wire.number, self.doors(wire, wire.start), self.doors(wire, wire.end))
            for wire in wired.wires
        ]


def lay_out(wired: Netlist, spread: int = 0, *, face: bool = False) -> Layout:
    """Give everything its place.

    ``spread``: how many steps more there are between things. ``face``: a piece with pins on both
    edges turns the other one to the board.
    """
    board = outlines.of_board(wired.board)
    things = {BOARD: Thing(BOARD, Box(0, 0, board.width, board.height), board, turned=False)}
    for side in ("left", "right"):
        for thing in _side(wired, side, things[BOARD], spread, face=face):
            things[thing.id] = thing
    holes = _holes(wired, things)
    inside = around([*(t.box for t in things.values()), *_captions(things.values())])
    return Layout(things, holes, inside.grown(_MARGIN))


def _captions(things: Iterable[Thing]) -> list[Box]:
    return [thing.caption_box for thing in things if thing.caption_box]


def _side(wired: Netlist, side: str, board: Thing, spread: int, *, face: bool) -> list[Thing]:
    """Return the things of one side of the board."""
    pieces = [placed for placed in wired.pieces if placed.side == side]
    rows = [row for row in wired.rows if row.side == side]
    wires = _wires_between(wired, {placed.id for placed in pieces} | {row.id for row in rows})
    channel = 2 * STUB + 2 + wires // 2 + spread
    groups = _groups(wired, pieces, board)
    out = channel
    found: list[Thing] = []
    if rows:
        out += outlines.ROW_WIDTH + channel
    for group in groups:
        found += _stack(wired, group, side, out, face=face)
    for row, y in _row_places(wired, rows, found, board):
        outline = outlines.of_row(row.holes)
        x = board.box.right + channel if side == "right" else -channel - outline.width
        box = Box(x, y, outline.width, outline.height)
        name = row_name(row)
        wide = ceil(width(name, _CAPTION, bold=True) / STEP)
        label = Box(x + outline.width / 2 - wide / 2, y - _CAPTION_LINE, wide, _CAPTION_LINE)
        found.append(Thing(row.id, box, outline, turned=False, caption=(name,), caption_box=label))
    return found


def row_name(row: Row) -> str:
    """Return what is written at a row."""
    return row.carries.upper()


def _wires_between(wired: Netlist, ids: set[str]) -> int:
    return sum(wire.start.owner in ids or wire.end.owner in ids for wire in wired.wires)


def _hangs(placed: Placed) -> bool:
    """Tell whether a piece hangs on another one of its part alone, and not on the board."""
    return all(pin.to.startswith("=") or pin.to in (*SUPPLIES, "") for pin in placed.piece.pins)


def may_face(placed: Placed) -> bool:
    """Tell whether a piece may turn either of its edges to the board."""
    return placed.piece.look in _EITHER_EDGE


class _Group(NamedTuple):
    """The pieces of one part, and where they lie between top and bottom."""

    pieces: list[Placed]
    wanted: float
    height: int
    top: int = 0


def _groups(wired: Netlist, pieces: Sequence[Placed], board: Thing) -> list[_Group]:
    """Return the pieces part by part, from top to bottom, each as near to its wires as it goes."""
    by_part: dict[str, list[Placed]] = {}
    for placed in pieces:
        by_part.setdefault(placed.part.id, []).append(placed)
    groups = []
    for members in by_part.values():
        gpios = members[0].part.wired(wired.chip).values()
        wanted = fmean(board.pin(wired.board.pin(gpio)).point.y for gpio in gpios)
        height = _height(members)
        groups.append(_Group(members, wanted - height / 2, height))
    groups.sort(key=lambda group: group.wanted + group.height / 2)
    tops = _apart([group.wanted for group in groups], [group.height for group in groups], _GAP)
    return [group._replace(top=top) for group, top in zip(groups, tops, strict=True)]


def _height(pieces: Sequence[Placed]) -> int:
    heights = [outlines.of_piece(p.piece).height + len(_caption(p)) * _CAPTION_LINE for p in pieces]
    return sum(heights) + _GAP * max(0, len(heights) - 1)


def _apart(wanted: Sequence[float], heights: Sequence[int], gap: int) -> list[int]:
    """Return tops near the wanted ones, in the same order, with a gap between."""
    if not wanted:
        return []
    tops = [wanted[0]]
    for height, wish in zip(heights, wanted[1:], strict=False):
        tops.append(max(wish, tops[-1] + height + gap))
    drift = fmean(top - wish for top, wish in zip(tops, wanted, strict=True))
    return [round(top - drift) for top in tops]


def _stack(wired: Netlist, group: _Group, side: str, out: int, *, face: bool) -> list[Thing]:
    """Return the pieces of a group one below the other.

    What hangs on another is turned away from the board: its wires go round on the outer side.
    """
    y = group.top
    found = []
    for placed in group.pieces:
        outline = _outline(wired, placed)
        x = outlines.BOARD_WIDTH + out if side == "right" else -out - outline.width
        caption = _caption(placed)
        widest = max(width(line, _CAPTION, bold=True) for line in caption) / STEP
        middle = x + outline.width / 2
        caption_box = Box(middle - widest / 2, y, widest, _CAPTION_LINE * len(caption))
        y += _CAPTION_LINE * len(caption)
        turned = (side == "left") != (_hangs(placed) or (face and may_face(placed)))
        box = Box(x, y, outline.width, outline.height)
        found.append(Thing(placed.id, box, outline, turned, caption, caption_box))
        y += outline.height + _GAP
    return found


def _outline(wired: Netlist, placed: Placed) -> Outline:
    """Return the outline of a piece; one that goes in either way round lies so that no wires cross.

    That is so where its pins follow one another as those of the board do.
    """
    outline = outlines.of_piece(placed.piece)
    rows = {
        wire.end.pin: wired.board.pins[wire.start.pin].row
        for wire in wired.wires
        if wire.end.owner == placed.id and wire.start.owner == BOARD
    }
    if placed.piece.look not in _EITHER_WAY or len(rows) < len(placed.piece.near):
        return outline
    falling = rows[0] > rows[1]
    return (
        outline._replace(near=outline.near[::-1]) if falling != (placed.side == "left") else outline
    )


def _caption(placed: Placed) -> tuple[str, ...]:
    """Return what a piece is called, in lines that are no wider than it."""
    name = str(placed.piece.name or placed.part.name)
    wide = (outlines.of_piece(placed.piece).width + 2 * _CAPTION_BEYOND) * STEP
    return tuple(lines(name, _CAPTION, wide, bold=True))


def _row_places(
    wired: Netlist, rows: Sequence[Row], things: Sequence[Thing], board: Thing
) -> list[tuple[Row, int]]:
    """Return rows with their tops, each in the middle of what it joins."""
    known = {thing.id: thing for thing in [*things, board]}
    wishes = []
    for row in rows:
        ends = [
            end
            for wire in wired.wires
            for end, other in ((wire.start, wire.end), (wire.end, wire.start))
            if other.owner == row.id and end.owner in known
        ]
        middle = fmean(known[end.owner].pin(end.pin).point.y for end in ends)
        wishes.append((middle, row))
    wishes.sort(key=lambda wish: wish[0])
    heights = [outlines.of_row(row.holes).height + _CAPTION_LINE for _middle, row in wishes]
    wanted = [middle - height / 2 for (middle, _row), height in zip(wishes, heights, strict=True)]
    tops = _apart(wanted, heights, _ROW_GAP)
    return [(row, top + _CAPTION_LINE) for (_middle, row), top in zip(wishes, tops, strict=True)]


def _holes(wired: Netlist, things: dict[str, Thing]) -> dict[tuple[str, int], int]:
    """Return which hole of its row each wire takes: from top to bottom as its other end lies."""
    holes = {}
    for row in wired.rows:
        here = []
        for wire in wired.wires:
            for end, other in ((wire.start, wire.end), (wire.end, wire.start)):
                if end.owner == row.id:
                    here.append((things[other.owner].pin(other.pin).point.y, wire.number))
        for hole, (_y, number) in enumerate(sorted(here)):
            holes[row.id, number] = hole
    return holes
