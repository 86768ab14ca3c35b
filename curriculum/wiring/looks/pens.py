"""What several looks have in common: places within a thing, pins with their names."""

from curriculum.wiring.canvas import Canvas, Coordinates
from curriculum.wiring.geometry import STEP
from curriculum.wiring.layout import Thing
from curriculum.wiring.style import INK
from kit.parts import Placed

GOLD = "#d9a520"
METAL = "#8d949c"
DARK = "#39424d"
LABEL = 14
SMALL = 13

_PAD = 7  # how far from the edge the middle of a pad is


class Pen:
    """Draws within one thing: positions in steps from its corner, as it lies unturned."""

    def __init__(self, canvas: Canvas, thing: Thing) -> None:
        self.canvas = canvas
        self._thing = thing

    def at(self, x: float, y: float) -> Coordinates:
        """Return where a position of the thing is on the plane."""
        box = self._thing.box
        if self._thing.turned:
            x, y = box.width - x, box.height - y
        return (box.x + x) * STEP, (box.y + y) * STEP

    def area(self, x: float, y: float, width: float, height: float) -> tuple[float, ...]:
        """Return a rectangle of the thing on the plane: x, y, width, height."""
        left, top = self.at(x, y)
        right, bottom = self.at(x + width, y + height)
        return min(left, right), min(top, bottom), width * STEP, height * STEP

    def rectangle(  # noqa: PLR0913 - as SVG has it
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle of the thing."""
        left, top, wide, high = self.area(x, y, width, height)
        self.canvas.rectangle(
            left,
            top,
            wide,
            high,
            fill=fill,
            stroke=stroke,
            stroke_width=stroke_width,
            radius=radius,
        )

    def line(
        self, *points: Coordinates, stroke: str, stroke_width: float, radius: float = 0
    ) -> None:
        """Draw a line through positions of the thing."""
        places = [self.at(*point) for point in points]
        self.canvas.polyline(places, stroke=stroke, stroke_width=stroke_width, radius=radius)

    def circle(  # noqa: PLR0913 - as SVG has it
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str,
        stroke: str = "none",
        stroke_width: float = 1,
    ) -> None:
        """Draw a circle at a position of the thing; ``radius`` in steps."""
        place = self.at(x, y)
        self.canvas.circle(
            *place, radius * STEP, fill=fill, stroke=stroke, stroke_width=stroke_width
        )

    def text(  # noqa: PLR0913 - as SVG has it
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = LABEL,
        bold: bool = False,
        fill: str = INK,
    ) -> None:
        """Write a text around a position of the thing, upright."""
        left, top = self.at(x, y)
        self.canvas.text(
            left, top + 0.34 * size, words, size=size, bold=bold, fill=fill, anchor="middle"
        )


def body(pen: Pen, thing: Thing, *, fill: str, stroke: str, radius: float = 6) -> None:
    """Draw the ground of a thing."""
    box = thing.box
    pen.rectangle(
        0, 0, box.width, box.height, fill=fill, stroke=stroke, stroke_width=2, radius=radius
    )


def pins(canvas: Canvas, thing: Thing, placed: Placed, *, ink: str, quiet: str) -> None:
    """Draw the pads of a piece with what is printed beside them; those not used are quiet."""
    for index, pin in enumerate(placed.piece.pins):
        door = thing.pin(index)
        inwards = -door.out[0]
        x, y = door.point.x * STEP + inwards * _PAD, door.point.y * STEP
        used = bool(pin.to)
        canvas.circle(x, y, 4.5, fill=GOLD if used else "none", stroke=GOLD, stroke_width=2)
        canvas.text(
            x + inwards * 10,
            y + 0.34 * LABEL,
            pin.label,
            size=LABEL,
            fill=ink if used else quiet,
            bold=used,
            anchor="start" if inwards > 0 else "end",
        )


def terminals(canvas: Canvas, thing: Thing, placed: Placed, *, ink: str) -> None:
    """Draw the outer holes of a block, with what its rows are called above them."""
    for index, pin in enumerate(placed.piece.pins):
        door = thing.pin(index)
        inwards = -door.out[0]
        x, y = door.point.x * STEP, door.point.y * STEP
        canvas.circle(x + inwards * _PAD, y, 4, fill=DARK)
        anchor = "start" if inwards > 0 else "end"
        canvas.text(
            x + inwards * 5, y - 11, pin.label, size=LABEL, fill=ink, bold=True, anchor=anchor
        )
