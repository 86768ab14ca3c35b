"""Blocks that stand on a breadboard: the voltage divider, the level shifter."""

from curriculum.wiring.canvas import Canvas, Coordinates
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks.components import (
    BREADBOARD,
    BREADBOARD_EDGE,
    large_capacitor,
    resistor,
    small_capacitor,
    strip,
)
from curriculum.wiring.looks.pens import DARK, METAL, SMALL, Pen, body, terminals
from kit.parts import Placed

_INK = "#2b2619"
_GND = "#1a1a1a"
_FIVE = "#d55e00"
_DATA = "#0072b2"


_JUMPER = 3.5


def draw_divider(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw two equal resistors: the board sees half of what the probe gives."""
    pen = Pen(canvas, thing)
    body(pen, thing, fill=BREADBOARD, stroke=BREADBOARD_EDGE)
    strip(pen, (0.7, 5), (13, 5), [(6.5, 5), (11.5, 5), (13, 5)])
    strip(pen, (19.5, 5), (24.3, 5), [(19.5, 5)])
    strip(pen, (0.7, 14), (24.3, 14), [(6.5, 14), (11.5, 14)])
    resistor(pen, (13, 5), (19.5, 5), "100 kΩ")
    resistor(pen, (6.5, 5), (6.5, 14), "100 kΩ")
    small_capacitor(pen, (11.5, 5), (11.5, 14))
    pen.text(16.2, 3, "100 kΩ", size=SMALL, bold=True, fill=_INK)
    pen.text(3.4, 9.5, "100 kΩ", size=SMALL, bold=True, fill=_INK)
    pen.text(15.3, 9.5, "100 nF", size=SMALL, bold=True, fill=_INK)
    terminals(canvas, thing, placed, ink=_INK)


def draw_shifter(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a 74AHCT125 between two rows, with a resistor for the data, a capacitor for the LEDs.

    Texas Instruments, SN74AHCT125-Q1, SCLS508: 14 is the supply, 7 the ground; 1 opens the way from
    2 to 3 when it is low. Inputs that are not used must not hang in the air: those below go to
    ground, those above to the supply.
    """
    pen = Pen(canvas, thing)
    body(pen, thing, fill=BREADBOARD, stroke=BREADBOARD_EDGE)
    below = [_leg(pin) for pin in (1, 4, 5, 7)]
    above = [_leg(pin) for pin in (14, 13, 12, 10, 9)]
    strip(pen, (0.7, 4), (31.3, 4), [*((x, 4) for x in above), (_CAPACITOR, 4)])
    strip(pen, (0.7, 17), (31.3, 17), [*((x, 17) for x in below), (_CAPACITOR, 17)])
    strip(pen, (0.7, 12), (2.4, 12), [(2.4, 12)])
    strip(pen, (28, 14), (31.3, 14), [(28, 14)])
    large_capacitor(pen, (_CAPACITOR, 4), (_CAPACITOR, 17))
    for x in above:
        pen.line((x, 4), (x, 6.4), stroke=_FIVE, stroke_width=_JUMPER)
    _over(pen, (2.4, 12), (_leg(2), 12), (_leg(2), 9.6), colour=_DATA)
    for x in below:
        _over(pen, (x, 9.6), (x, 17), colour=_GND)
    _over(pen, (_leg(3), 9.6), (_leg(3), 14), (22.6, 14), colour=_DATA)
    resistor(pen, (22.6, 14), (28, 14), "330 Ω")
    pen.circle(22.6, 14, 0.4, fill=DARK)
    _chip(pen, placed.piece.title)
    pen.text(24.8, 8.2, "1000 µF", size=SMALL, bold=True, fill=_INK)
    pen.text(25.3, 12.2, "330 Ω", size=SMALL, bold=True, fill=_INK)
    terminals(canvas, thing, placed, ink=_INK)


_CAPACITOR = 19.6


def _leg(pin: int) -> float:
    """Return how far right a leg of the chip is: 1 to 7 below, 14 to 8 above them."""
    return 5.2 + 1.6 * (pin - 1 if pin <= 7 else 14 - pin)


def _over(pen: Pen, *points: Coordinates, colour: str) -> None:
    """Draw a short wire that passes over others without touching them."""
    pen.line(*points, stroke=BREADBOARD, stroke_width=_JUMPER + 3.5, radius=6)
    pen.line(*points, stroke=colour, stroke_width=_JUMPER, radius=6)


def _chip(pen: Pen, title: str) -> None:
    """Draw the chip, seen from above: pin 1 below on the left, beside its notch."""
    for pin in range(1, 8):
        pen.rectangle(_leg(pin) - 0.3, 5.8, 0.6, 4.4, fill=METAL, radius=2)
    pen.rectangle(4.2, 6.5, 11.6, 3, fill=DARK, radius=4)
    pen.circle(4.4, 8, 0.6, fill=BREADBOARD)
    pen.text(10.3, 8, title, size=SMALL, bold=True, fill="#ffffff")
