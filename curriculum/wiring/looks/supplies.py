"""The circuit that the meter measures."""

from curriculum.wiring.canvas import Canvas
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks.pens import DARK, METAL, Pen, body, pins
from kit.parts import Placed

_INK = "#1d2733"


def draw_supply(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a closed plug-in supply with screw terminals."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill="#f4e7d6", stroke="#8a5a1e")
    pen.text(10, 2, placed.piece.title, size=15, bold=True, fill=_INK)
    pen.line((7.6, 4), (12.4, 4), stroke=DARK, stroke_width=2)
    for dash in range(3):
        pen.line((7.6 + 1.9 * dash, 4.8), (8.6 + 1.9 * dash, 4.8), stroke=DARK, stroke_width=2)
    pins(canvas, thing, placed, ink=_INK, quiet=METAL)


def draw_load(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a small lamp: it stands for whatever is measured."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill="#f3f0e4", stroke="#8a7a3a")
    pen.circle(10, 3, 2.1, fill="#fff7cf", stroke=DARK, stroke_width=2)
    for ends in (((8.5, 1.5), (11.5, 4.5)), ((8.5, 4.5), (11.5, 1.5))):
        pen.line(*ends, stroke=DARK, stroke_width=2)
    pins(canvas, thing, placed, ink=_INK, quiet=METAL)
