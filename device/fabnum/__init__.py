"""The firmware of Fab'Num: what runs on the board.

A learner's program needs one line of it: ``from fabnum import station``. Everything else is loaded
when the station starts, so that importing costs little memory.
"""

VERSION = "0.1.0"
