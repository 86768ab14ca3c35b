"""How large each thing is drawn, and where its pins are, before it has a place.

All in steps, from the upper left corner, with the edge ``near`` to the left.
"""

from typing import NamedTuple

from kit.parts import Board, Piece

BOARD_WIDTH = 20
BOARD_HEAD = 7
"""Above the first pin: the antenna."""
BOARD_FOOT = 5
"""Below the last pin: the USB port."""

ROW_WIDTH = 2
PITCH = 2
"""From one pin to the next."""


class Outline(NamedTuple):
    """How large a thing is, and how far down its pins are on both edges."""

    width: int
    height: int
    near: tuple[int, ...]
    far: tuple[int, ...] = ()


_SIZES = {
    "module": (17, 8),
    "dht22": (15, 8),
    "pir": (17, 10),
    "microphone": (16, 8),
    "probe": (25, 6),
    "strip": (27, 6),
    "button": (13, 6),
    "arcade": (15, 6),
    "supply": (15, 6),
    "load": (15, 6),
}
_DIVIDER = Outline(25, 17, (5, 14), (5, 14))
_SHIFTER = Outline(32, 20, (4, 12, 17), (4, 14, 17))


def of_piece(piece: Piece) -> Outline:
    """Return the outline of a piece."""
    if piece.look == "divider":
        return _DIVIDER
    if piece.look == "shifter":
        return _SHIFTER
    width, least = _SIZES[piece.look]
    pins = max(len(piece.near), len(piece.far))
    height = max(least, PITCH * pins + 2)
    return Outline(width, height, _spread(len(piece.near), height), _spread(len(piece.far), height))


def of_board(board: Board) -> Outline:
    """Return the outline of a board; ``near`` are its pins on the left."""
    rows = [BOARD_HEAD + PITCH * row for row in range(max(len(board.left), len(board.right)))]
    height = rows[-1] + BOARD_FOOT
    return Outline(
        BOARD_WIDTH, height, tuple(rows[: len(board.left)]), tuple(rows[: len(board.right)])
    )


def of_row(holes: int) -> Outline:
    """Return the outline of a row of the breadboard, upright."""
    rows = tuple(2 + PITCH * hole for hole in range(holes))
    return Outline(ROW_WIDTH, PITCH * holes + 2, rows)


def _spread(count: int, height: int) -> tuple[int, ...]:
    first = (height - PITCH * (count - 1)) // 2
    return tuple(first + PITCH * pin for pin in range(count))
