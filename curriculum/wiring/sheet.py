"""The drawing: everything in its place, the wires between, and below them what the lines mean."""

from itertools import product

from curriculum.wiring import layout, routing
from curriculum.wiring.canvas import Canvas, Coordinates
from curriculum.wiring.geometry import STEP, Box, around
from curriculum.wiring.layout import Layout, Thing
from curriculum.wiring.lettering import width
from curriculum.wiring.looks import draw_piece
from curriculum.wiring.looks.board import draw_board
from curriculum.wiring.looks.components import BREADBOARD_EDGE
from curriculum.wiring.style import INK, PAPER, Style, styles
from kit.i18n import _
from kit.parts import BOARD, Netlist, Wire

_WIRE = 5
_HALO = 9
_CORNER = 8
_MARK = 14
_MARGIN = 2
_SPREADS = ((0, 2), (4, 6, 9))
"""How far apart things are at first, and then if the wires do not get through."""


def planned(wired: Netlist) -> tuple[Layout, dict[int, routing.Way]]:
    """Give everything its place and each wire its way: the tidiest of a few tries.

    Raises NoWayError where the wires do not get through.
    """
    faces = (False, True) if any(layout.may_face(placed) for placed in wired.pieces) else (False,)
    for spreads in _SPREADS:
        found = []
        for spread, face in product(spreads, faces):
            laid = layout.lay_out(wired, spread, face=face)
            try:
                ways = routing.lay(laid.area, laid.boxes(), laid.tasks(wired), layout.STUB)
            except routing.NoWayError:
                continue
            if not routing.crossings(ways):
                return laid, ways
            found.append((laid, ways))
        if found:
            return min(found, key=lambda plan: routing.untidiness(plan[1]))
    raise routing.NoWayError


def picture(wired: Netlist, title: str, description: str) -> str:
    """Return the SVG of a netlist, in the language in use."""
    laid, ways = planned(wired)
    looks = styles(wired)
    seen = _seen(laid, ways)
    canvas = Canvas()
    legend = _legend_lines(wired, looks, seen.width * STEP)
    view = (
        seen.x * STEP,
        seen.y * STEP,
        seen.width * STEP,
        seen.height * STEP + 24 * len(legend) + 14,
    )
    canvas.rectangle(*view, fill=PAPER)
    used = {e.pin for wire in wired.wires for e in (wire.start, wire.end) if e.owner == BOARD}
    draw_board(canvas, laid.things[BOARD], wired.board, used)
    for placed in wired.pieces:
        thing = laid.things[placed.id]
        draw_piece(canvas, thing, placed)
        _caption(canvas, thing)
    for row in wired.rows:
        _row(canvas, laid.things[row.id])
        _caption(canvas, laid.things[row.id])
    for wire in wired.wires:
        _wire(canvas, ways[wire.number], looks[wire.number])
    for wire in wired.wires:
        _marks(canvas, ways[wire.number], wire)
    _legend(canvas, legend, seen.x * STEP + 20, seen.bottom * STEP + 12)
    return canvas.svg(view, title, description)


def _seen(laid: Layout, ways: dict[int, routing.Way]) -> Box:
    corners = [Box(point.x, point.y, 0, 0) for way in ways.values() for point in way]
    return around([*laid.boxes(), *corners]).grown(_MARGIN)


def _plane(way: routing.Way) -> list[Coordinates]:
    """Return the corners of a wire on the plane, its ends drawn out onto their pads."""
    points = [(float(point.x * STEP), float(point.y * STEP)) for point in way]
    for end, inner in ((0, 1), (-1, -2)):
        (x, y), (before, _y) = points[end], points[inner]
        points[end] = (x + 7 * ((x > before) - (x < before)), y)
    return points


def _wire(canvas: Canvas, way: routing.Way, style: Style) -> None:
    points = _plane(way)
    outside = [(float(point.x * STEP), float(point.y * STEP)) for point in way]
    canvas.polyline(outside, stroke=PAPER, stroke_width=_HALO, radius=_CORNER, caps="butt")
    canvas.polyline(points, stroke=style.colour, stroke_width=_WIRE, radius=_CORNER)
    if style.pattern:
        canvas.polyline(
            points,
            stroke=PAPER,
            stroke_width=1.6,
            radius=_CORNER,
            dashes=style.pattern,
            caps="butt",
        )


def _marks(canvas: Canvas, way: routing.Way, wire: Wire) -> None:
    """Write the number of a wire at both its ends."""
    for end, inner in ((way[0], way[1]), (way[-1], way[-2])):
        outwards = (inner.x > end.x) - (inner.x < end.x)
        x, y = end.x * STEP + outwards * 16, end.y * STEP
        canvas.circle(x, y, 8.5, fill=PAPER, stroke=INK, stroke_width=1.5)
        canvas.text(x, y + 4.4, str(wire.number), size=13, bold=True, anchor="middle")


def _caption(canvas: Canvas, thing: Thing) -> None:
    if thing.caption_box is None:
        return
    x = (thing.caption_box.x + thing.caption_box.width / 2) * STEP
    for number, line in enumerate(thing.caption):
        y = (thing.caption_box.y + 2 * number) * STEP + 14
        canvas.text(x, y, line, size=15, bold=True, anchor="middle")


def _row(canvas: Canvas, thing: Thing) -> None:
    box = thing.box
    canvas.rectangle(
        box.x * STEP,
        box.y * STEP,
        box.width * STEP,
        box.height * STEP,
        fill="#ece7da",
        stroke=BREADBOARD_EDGE,
        stroke_width=2,
        radius=8,
    )
    x = (box.x + box.width / 2) * STEP
    canvas.polyline(
        [(x, (box.y + 1.5) * STEP), (x, (box.bottom - 1.5) * STEP)],
        stroke="#cfc6b0",
        stroke_width=3,
    )
    for hole in thing.outline.near:
        canvas.rectangle(x - 4, (box.y + hole) * STEP - 4, 8, 8, fill="#4a4a46", radius=2)


def _legend_lines(
    wired: Netlist, looks: dict[int, Style], wide: float
) -> list[list[tuple[Style, str]]]:
    """Return what each kind of line means, in lines that fit."""
    entries: dict[tuple[str, str], tuple[Style, list[int]]] = {}
    for wire in wired.wires:
        style = looks[wire.number]
        entries.setdefault((style.colour, style.name), (style, []))[1].append(wire.number)
    lines: list[list[tuple[Style, str]]] = [[]]
    room = wide - 40
    for style, numbers in entries.values():
        text = _("{colour}: {wires}", colour=style.name, wires=", ".join(map(str, numbers)))
        needed = width(text, _MARK) + 60
        if lines[-1] and needed > room:
            lines.append([])
            room = wide - 40
        lines[-1].append((style, text))
        room -= needed
    return lines


def _legend(canvas: Canvas, lines: list[list[tuple[Style, str]]], left: float, top: float) -> None:
    for number, line in enumerate(lines):
        x, y = left, top + 24 * number
        for style, text in line:
            canvas.polyline([(x, y), (x + 36, y)], stroke=style.colour, stroke_width=_WIRE)
            if style.pattern:
                canvas.polyline(
                    [(x, y), (x + 36, y)],
                    stroke=PAPER,
                    stroke_width=1.6,
                    dashes=style.pattern,
                    caps="butt",
                )
            canvas.text(x + 44, y + 5, text, size=_MARK)
            x += width(text, _MARK) + 60
