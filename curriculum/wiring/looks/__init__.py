"""How each thing is drawn: friendly and flat, with what one recognises it by.

``draw(canvas, thing, placed)`` of the file of its look draws a piece in its place; the names of its
pins are written by :mod:`curriculum.wiring.looks.pins` alike for all.
"""

from curriculum.wiring.canvas import Canvas
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks import blocks, controls, lights, modules, supplies
from kit.parts import Placed

_LOOKS = {
    "module": modules.draw_module,
    "dht22": modules.draw_dht22,
    "pir": modules.draw_pir,
    "microphone": modules.draw_microphone,
    "probe": modules.draw_probe,
    "strip": lights.draw_strip,
    "button": controls.draw_button,
    "arcade": controls.draw_arcade,
    "supply": supplies.draw_supply,
    "load": supplies.draw_load,
    "divider": blocks.draw_divider,
    "shifter": blocks.draw_shifter,
}


def draw_piece(canvas: Canvas, thing: Thing, placed: Placed) -> None:
    """Draw a piece in its place."""
    _LOOKS[placed.piece.look](canvas, thing, placed)
