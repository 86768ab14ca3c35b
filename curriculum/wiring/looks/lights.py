"""Strips of coloured LEDs."""

from curriculum.wiring.canvas import Canvas
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks.pens import GOLD, METAL, Pen, body, pins
from kit.parts import Placed

_LEDS = ("#f3c6c6", "#f6e3b4", "#cfe8d2", "#c9ddf2", "#e3d2ec")


def draw_strip(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a white strip; an arrow shows where its data runs."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill="#fbfaf5", stroke="#7d7666", radius=3)
    for number, colour in enumerate(_LEDS):
        x = 7.2 + 3.5 * number
        pen.rectangle(x, 1.8, 2.4, 2.4, fill="#ffffff", stroke=METAL, stroke_width=1.5, radius=2)
        pen.circle(x + 1.2, 3, 0.9, fill=colour, stroke=METAL)
        pen.circle(x + 2.95, 1.2, 0.2, fill=GOLD)
        pen.circle(x + 2.95, 4.8, 0.2, fill=GOLD)
    pen.line((7.4, 5.2), (12.6, 5.2), stroke="#7d7666", stroke_width=1.5)
    pen.line((12, 4.8), (12.6, 5.2), (12, 5.6), stroke="#7d7666", stroke_width=1.5)
    pins(canvas, thing, placed, ink="#2b2619", quiet="#7d7666")
