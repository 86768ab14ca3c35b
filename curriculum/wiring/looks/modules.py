"""Sensors on their small boards."""

from curriculum.wiring.canvas import Canvas
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks.pens import DARK, GOLD, METAL, Pen, body, pins
from kit.parts import Placed

_BOARD = "#dfe6f3"
_EDGE = "#41598a"
_INK = "#16233d"
_QUIET = "#5c6b86"


def draw_module(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a small board with one chip, its name beside it."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=_BOARD, stroke=_EDGE)
    middle = 11.7 if not placed.piece.far else 8.6
    half = thing.box.height / 2
    pen.rectangle(middle - 2, half - 3, 4, 3.4, fill=DARK, radius=3)
    pen.circle(middle - 1.3, half - 2.3, 0.25, fill=_BOARD)
    pen.text(middle, half + 2, placed.piece.title, size=15, bold=True, fill=_INK)
    pins(canvas, thing, placed, ink=_INK, quiet=_QUIET)


def draw_dht22(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a white box with slits."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=_BOARD, stroke=_EDGE)
    pen.rectangle(7, 1, 7, 6, fill="#ffffff", stroke=METAL, stroke_width=2, radius=4)
    for slit in range(3):
        pen.line((8.2, 1.8 + slit * 0.9), (12.8, 1.8 + slit * 0.9), stroke=METAL, stroke_width=3)
    pen.text(10.5, 5.4, placed.piece.title, size=15, bold=True, fill=_INK)
    pins(canvas, thing, placed, ink=_INK, quiet=_QUIET)


def draw_pir(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a white dome of many lenses."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill="#dcecdf", stroke="#2f6b45")
    pen.circle(11.6, 4.2, 3.4, fill="#ffffff", stroke=METAL, stroke_width=2)
    for radius in (2.2, 1.1):
        pen.circle(11.6, 4.2, radius, fill="none", stroke="#c3c9d0", stroke_width=1.5)
    pen.text(11.6, 8.8, placed.piece.title, size=15, bold=True, fill=_INK)
    pins(canvas, thing, placed, ink=_INK, quiet=_QUIET)


def draw_microphone(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a board with the small hole through which it hears."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=_BOARD, stroke=_EDGE, radius=24)
    pen.circle(8, 2.4, 1.3, fill=GOLD, stroke=DARK, stroke_width=2)
    pen.circle(8, 2.4, 0.5, fill=DARK)
    pen.text(8, 6.6, placed.piece.title, size=15, bold=True, fill=_INK)
    pins(canvas, thing, placed, ink=_INK, quiet=_QUIET)


def draw_probe(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a long blade with a point, and the line up to which it goes into the soil."""
    pen = Pen(canvas, thing)
    box = thing.box
    corners = [
        (0, 0),
        (box.width - 2, 0),
        (box.width, box.height / 2),
        (box.width - 2, box.height),
        (0, box.height),
    ]
    points = [pen.at(*corner) for corner in corners]
    data = "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"
    canvas.path(data, fill="#dcecdf", stroke="#2f6b45", stroke_width=2)
    pen.line((10.5, 0.4), (10.5, box.height - 0.4), stroke="#2f6b45", stroke_width=2)
    pen.rectangle(6.4, 1.6, 2.6, 2.8, fill=DARK, radius=3)
    for mark in range(5):
        x = 12 + 2 * mark
        canvas.circle(*pen.at(x, box.height / 2), 2, fill="#2f6b45")
    pins(canvas, thing, placed, ink=_INK, quiet=_QUIET)
