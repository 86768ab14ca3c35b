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
    BROWNOUT = "brownout"
    """Its program starts, the voltage breaks down, and it resets itself, again and again."""
    BOOT_HELD = "boot-held"
    """Its button BOOT is held, or a wire pulls that pin low: each reset ends in the boot loader."""
    NO_AUTO_RESET = "no-auto-reset"
    """The PC cannot reset it: a tool gets the boot loader only with BOOT held at a reset."""
    FULL = "full"
    """Its file system is full."""
    ASLEEP = "asleep"
    """Deep sleep, and at each waking again at once, until somebody presses the reset button."""
    STUCK = "stuck"
    """A program in its ``boot.py`` keeps Ctrl-C out from the first moment, prints, never ends."""


def damage(flash: Flash) -> None:
    """Clear the byte of the program in the flash by which a chip knows it; undone by flashing."""
    try:
        partitions = read_partitions(flash.read)
    except ImageError:
        return  # it does not start anyway
    for partition in partitions:
        if partition.is_program:
            flash.program(partition.address, b"\0")
