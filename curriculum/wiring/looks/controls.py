"""What hands press."""

from curriculum.wiring.canvas import Canvas
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks.pens import DARK, Pen, body, pins
from kit.parts import Placed

_GROUND = "#eef0f2"
_EDGE = "#6a727b"
_CAPS = ("#c0182a", "#e8c33a", "#2e8b57", "#2f6fb5", "#f7f7f7")


def draw_button(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a small push button."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=_GROUND, stroke=_EDGE)
    pen.circle(8.6, 3, 2.2, fill="#d4d9de", stroke=_EDGE, stroke_width=2)
    pen.circle(8.6, 3, 1.5, fill=DARK)
    pins(canvas, thing, placed, ink="#1d2733", quiet=_EDGE)


def draw_arcade(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a large round button; each of a vote box has a cap of its own colour."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=_GROUND, stroke=_EDGE)
    digits = "".join(character for character in placed.part.id if character.isdigit())
    cap = _CAPS[(int(digits or 1) - 1) % len(_CAPS)]
    pen.circle(9.8, 3, 2.7, fill=cap, stroke=DARK, stroke_width=2)
    pen.circle(
        9.8, 3, 1.8, fill=cap, stroke="#ffffff" if cap != _CAPS[-1] else _EDGE, stroke_width=1.5
    )
    pins(canvas, thing, placed, ink="#1d2733", quiet=_EDGE)
