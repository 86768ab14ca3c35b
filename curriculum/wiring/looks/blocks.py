"""Blocks that stand on a breadboard: the voltage divider, the level shifter."""

from curriculum.wiring.canvas import Canvas
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks.components import (
    BREADBOARD,
    BREADBOARD_EDGE,
    large_capacitor,
    resistor,
    small_capacitor,
    strip,
)
from curriculum.wiring.looks.pens import DARK, METAL, SMALL, Pen, body, pins
from kit.parts import Placed

_INK = "#2b2619"
_GND = "#1a1a1a"
_FIVE = "#d55e00"
_DATA = "#0072b2"


def draw_divider(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Two equal resistors: the board sees half of what the probe gives."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=BREADBOARD, stroke=BREADBOARD_EDGE)
    strip(pen, (3.6, 4), (12, 4), [(4.4, 4), (6, 4), (11, 4), (12, 4)])
    strip(pen, (19, 4), (20.6, 4), [(19, 4), (20.6, 4)])
    strip(pen, (5, 13), (19.2, 13), [(6, 13), (11, 13), (18, 13)])
    resistor(pen, (12, 4), (19, 4), "100 kΩ")
    resistor(pen, (6, 4), (6, 13), "100 kΩ")
    small_capacitor(pen, (11, 4), (11, 13))
    pen.text(15.6, 2, "100 kΩ", size=SMALL, bold=True, fill=_INK)
    pen.text(3.2, 8.5, "100 kΩ", size=SMALL, bold=True, fill=_INK)
    pen.text(14.8, 8.5, "100 nF", size=SMALL, bold=True, fill=_INK)
    pins(canvas, thing, placed, ink=_INK, quiet=METAL)


def draw_shifter(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """A 74AHCT125 between two rows, the resistor of the data line, the capacitor of the strip."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=BREADBOARD, stroke=BREADBOARD_EDGE)
    top = [5.5, 7.5, 9.5, 13.5, 15.5]
    bottom = [5.5, 11.5, 13.5, 17.5]
    strip(pen, (4.8, 3), (26.2, 3), [*((x, 3) for x in top), (22.5, 3)])
    strip(pen, (4.8, 17), (26.2, 17), [*((x, 17) for x in bottom), (22.5, 17)])
    for x in top:
        pen.line((x, 3), (x, 6.2), stroke=_FIVE, stroke_width=3.5)
    _data_lines(pen)
    for x in bottom:
        pen.line((x, 9.8), (x, 17), stroke=BREADBOARD, stroke_width=7)
        pen.line((x, 9.8), (x, 17), stroke=_GND, stroke_width=3.5)
    large_capacitor(pen, (22.5, 3), (22.5, 17))
    _data_out(pen)
    _chip(pen, placed.piece.title)
    pen.text(26.9, 9, "1000", size=SMALL, bold=True, fill=_INK)
    pen.text(26.9, 10.5, "µF", size=SMALL, bold=True, fill=_INK)
    pins(canvas, thing, placed, ink=_INK, quiet=METAL)


def _data_lines(pen: Pen) -> None:
    """Draw what comes in at pin 2."""
    pen.line((4.2, 13), (7.5, 13), (7.5, 9.8), stroke=_DATA, stroke_width=3.5, radius=6)


def _data_out(pen: Pen) -> None:
    pen.line((9.5, 9.8), (9.5, 14), (26, 14), stroke=BREADBOARD, stroke_width=7, radius=6)
    pen.line((9.5, 9.8), (9.5, 14), (26, 14), stroke=_DATA, stroke_width=3.5, radius=6)


def _chip(pen: Pen, title: str) -> None:
    """Draw the chip, seen from above: pin 1 below on the left, beside its notch."""
    for pin in range(7):
        x = 5.5 + 2 * pin
        pen.rectangle(x - 0.35, 5.6, 0.7, 4.8, fill=METAL, radius=2)
    pen.rectangle(4.3, 6.4, 14.4, 3.2, fill=DARK, radius=4)
    pen.circle(4.4, 8, 0.6, fill=BREADBOARD)
    pen.text(11.5, 8, title, size=SMALL, bold=True, fill="#ffffff")
