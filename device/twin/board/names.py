"""Room for the names of the firmware.

MicroPython keeps every name that was ever loaded, for good, in tables that double in size: 20, 40,
80, and so on. The fakes have about as many names as the firmware, so that on a twin the table for
1280 names, 15 KiB in one piece, would be wanted in the middle of the firmware's life, when the heap
may have room but no longer in one piece. A chip does not get there. So it is made at the start.
"""

_ENOUGH = 900
"""With those of the fakes, more than the 1260 that the smaller tables hold."""


def make_room():
    """Have the large table made now; called when the fakes are loaded, before the firmware."""
    for number in range(_ENOUGH):
        hasattr(make_room, "_%d" % number)  # looking up an attribute keeps its name
