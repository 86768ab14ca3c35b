"""The board itself: antenna at the top, USB at the bottom, its pins with their printed names."""

from curriculum.wiring.canvas import Canvas
from curriculum.wiring.geometry import STEP
from curriculum.wiring.layout import Thing
from curriculum.wiring.looks.pens import GOLD, METAL, Pen
from kit.parts import Board

_GREEN = "#26343f"
_EDGE = "#0f1820"
_QUIET = "#aeb9c3"
_BRIGHT = "#ffffff"
_TAG = "#ffd84d"
_NAME = 15


def draw_board(canvas: Canvas, thing: Thing, board: Board, used: set[int]) -> None:
    """Draw the board; ``used``: which of its pins a wire goes to."""
    pen = Pen(canvas, thing)
    box = thing.box
    pen.rectangle(0, 0, box.width, box.height, fill=_GREEN, stroke=_EDGE, stroke_width=2, radius=10)
    _antenna(pen)
    _shield(pen, board)
    _foot(pen, board, box.height)
    for index, pin in enumerate(board.pins):
        _pin(canvas, thing, index, pin.label, used=index in used)


def _antenna(pen: Pen) -> None:
    """Draw the module's own board with the winding line by which one knows the antenna."""
    pen.rectangle(5, 0.6, 10, 4.6, fill="#10181f", radius=4)
    points = [(5.8, 4.4), (5.8, 1.4)]
    for turn in range(5):
        x = 7 + 1.6 * turn
        points += [(x, 1.4), (x, 3.2), (x + 0.8, 3.2), (x + 0.8, 1.4)]
    pen.line(*points, stroke=GOLD, stroke_width=2.5)


def _shield(pen: Pen, board: Board) -> None:
    pen.rectangle(6.9, 5.4, 6.2, 9.6, fill="#c9d0d6", stroke=METAL, stroke_width=1.5, radius=4)
    for line, word in enumerate(board.name.split("-", 2)):
        pen.text(10, 8.2 + 1.8 * line, word, size=12, bold=True)


def _foot(pen: Pen, board: Board, height: float) -> None:
    """Draw the USB ports and the two buttons beside them."""
    places = [10.0] if board.usb == 1 else [6.8, 13.2]
    for x in places:
        pen.rectangle(
            x - 2, height - 2.6, 4, 3.2, fill="#c9d0d6", stroke=METAL, stroke_width=2, radius=4
        )
        pen.text(x, height - 1, "USB", size=13, bold=True)


def _pin(canvas: Canvas, thing: Thing, index: int, label: str, *, used: bool) -> None:
    door = thing.pin(index)
    inwards = -door.out[0]
    x, y = door.point.x * STEP + inwards * 7, door.point.y * STEP
    canvas.circle(
        x, y, 4.5, fill=GOLD if used else _GREEN, stroke=GOLD if used else METAL, stroke_width=2
    )
    if used:
        width = 9 * len(label) + 8
        left = x + 8 if inwards > 0 else x - 8 - width
        canvas.rectangle(left, y - 9, width, 18, fill=_TAG, radius=4)
        canvas.text(
            left + width / 2, y + 0.34 * _NAME, label, size=_NAME, bold=True, anchor="middle"
        )
    else:
        anchor = "start" if inwards > 0 else "end"
        canvas.text(x + inwards * 9, y + 0.34 * 12, label, size=12, fill=_QUIET, anchor=anchor)
