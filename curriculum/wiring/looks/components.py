"""Resistors, capacitors, rows of holes: what stands on a breadboard."""

from curriculum.wiring.canvas import Coordinates
from curriculum.wiring.looks.pens import DARK, METAL, SMALL, Pen
from curriculum.wiring.style import INK

BREADBOARD = "#faf8f2"
BREADBOARD_EDGE = "#b5ab95"
_STRIP = "#ece7da"
_HOLE = "#4a4a46"

_RINGS = {"330 Ω": ("#d9771f", "#d9771f", "#7a4b1e"), "100 kΩ": ("#7a4b1e", "#1a1a1a", "#e0c22e")}
"""The first three rings by the value (IEC 60062); the fourth, the tolerance, is gold."""


def strip(pen: Pen, start: Coordinates, end: Coordinates, holes: list[Coordinates]) -> None:
    """Draw a row of joined holes from one position to another."""
    (x, y), (right, bottom) = start, end
    pen.rectangle(
        x - 0.8,
        y - 0.8,
        right - x + 1.6,
        bottom - y + 1.6,
        fill=_STRIP,
        stroke=BREADBOARD_EDGE,
        radius=8,
    )
    pen.line(start, end, stroke="#cfc6b0", stroke_width=3)
    for hole in holes:
        pen.rectangle(hole[0] - 0.32, hole[1] - 0.32, 0.64, 0.64, fill=_HOLE, radius=1.5)


def resistor(pen: Pen, start: Coordinates, end: Coordinates, value: str) -> None:
    """Draw a resistor between two positions, upright or lying, with the rings of its value."""
    pen.line(start, end, stroke=METAL, stroke_width=2.5)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    lying = start[1] == end[1]
    long, thick = 3.6, 1.3
    width, height = (long, thick) if lying else (thick, long)
    pen.rectangle(
        x - width / 2,
        y - height / 2,
        width,
        height,
        fill="#e6d3ad",
        stroke=DARK,
        stroke_width=1.5,
        radius=5,
    )
    for place, colour in zip((-1.15, -0.55, 0.05, 1.1), (*_RINGS[value], "#c9a227"), strict=True):
        if lying:
            pen.rectangle(x + place - 0.14, y - thick / 2 + 0.1, 0.28, thick - 0.2, fill=colour)
        else:
            pen.rectangle(x - thick / 2 + 0.1, y + place - 0.14, thick - 0.2, 0.28, fill=colour)


def small_capacitor(pen: Pen, start: Coordinates, end: Coordinates) -> None:
    """Draw a ceramic capacitor between two positions, one above the other."""
    pen.line(start, end, stroke=METAL, stroke_width=2.5)
    middle = (start[0], (start[1] + end[1]) / 2)
    pen.circle(*middle, 1.15, fill="#e09a3e", stroke=DARK, stroke_width=1.5)
    pen.text(*middle, "104", size=11, bold=True, fill=INK)


def large_capacitor(pen: Pen, plus: Coordinates, minus: Coordinates) -> None:
    """Draw an electrolytic capacitor between plus and minus; its stripe is on the minus side."""
    pen.line(plus, minus, stroke=METAL, stroke_width=2.5)
    x, y = plus[0], (plus[1] + minus[1]) / 2
    down = 1 if minus[1] > plus[1] else -1
    pen.rectangle(
        x - 1.7, y - 1.9, 3.4, 3.8, fill="#2b4a7a", stroke=DARK, stroke_width=1.5, radius=5
    )
    pen.rectangle(x - 1.7, y + down * 1.3 - 0.6, 3.4, 1.2, fill="#dfe6f3", radius=3)
    pen.text(x, y + down * 1.3, "−", size=SMALL, bold=True)
    pen.text(x, y - down * 1.1, "+", size=SMALL, bold=True, fill="#ffffff")
