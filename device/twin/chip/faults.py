"""The faults that a board can have, besides those of its parts."""

from enum import Enum

from device.twin.chip.flash import Flash
from device.twin.chip.image import ImageError, read_partitions


class Fault(Enum):
    """What is wrong with a board; the value is its name for the board's keeper."""

    CHARGE_ONLY = "charge-only"
    """Nothing answers and nothing is said: the cable carries power alone."""
    NO_DRIVER = "no-driver"
    """It is seen on USB, but has no port."""
    WRONG_CHIP = "wrong-chip"
    """Another chip than was asked for: a C3 for an ESP32, an ESP32 for any other."""
    DIES_WHILE_FLASHING = "dies-while-flashing"
    """It falls silent when half of what is flashed is written."""
    BOOT_LOOP = "boot-loop"
    """A byte of its program is wrong: it resets itself again and again, until it is flashed."""
    FULL = "full"
    """Its file system is full."""
    ASLEEP = "asleep"
    """Its program goes to sleep at once, and only the reset button wakes it."""
    STUCK = "stuck"
    """Its program keeps Ctrl-C out and never ends."""


def damage(flash: Flash) -> None:
    """Clear the byte of the program in the flash by which a chip knows it; undone by flashing."""
    try:
        partitions = read_partitions(flash.read)
    except ImageError:
        return  # it does not start anyway
    for partition in partitions:
        if partition.is_program:
            flash.program(partition.address, b"\0")
