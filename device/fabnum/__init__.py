"""The firmware of Fab'Num: what runs on the board.

A learner's program needs one line of it: ``from fabnum import station``. Everything else is loaded
when the station starts, so that importing costs little memory.
"""

import sys

VERSION = "0.1.0"


def drop(name: str) -> None:
    """Drop one of these modules whose work is done: the memory it takes is worth more."""
    sys.modules.pop("fabnum." + name, None)
    globals().pop(name, None)
