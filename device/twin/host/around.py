"""What is around a board, on the PC: the same model as the twins', without a board."""

import importlib
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from kit.firmware import DEVICE

BOARD = DEVICE / "twin" / "board"


def surroundings(settings: Mapping[str, Any], clock: Callable[[], float]) -> Any:
    """Return a ``Surroundings`` of ``board/surroundings.py``, whose clock is in local seconds."""
    return _module().Surroundings(dict(settings), clock)


@cache
def _module() -> ModuleType:
    """Import it from the board's folder, whose modules name each other without a package."""
    # Behind all others: the board has its own ``time`` and ``socket``.
    sys.path.append(str(BOARD))
    try:
        return importlib.import_module("surroundings")
    finally:
        sys.path.remove(str(BOARD))
