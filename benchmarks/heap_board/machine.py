"""The least of ``machine`` that the firmware needs, so that the heap measured is the firmware's.

An SCD41 answers on the bus, always with the same reading; nobody presses the button.
"""

from micropython import const

PWRON_RESET = const(1)

# 500 ppm, 25 °C, 37 %: the example of the SCD4x data sheet, section 3.5.2.
_WORDS = b"\x01\xf4\x33\x66\x67\xa2\x5e\xb9\x3c"


def reset_cause():
    """Say that the power was just switched on."""
    return PWRON_RESET


class Pin:
    """A pin with nothing behind it, pulled up."""

    IN = OUT = PULL_UP = 1

    def __init__(self, *_args):
        pass

    def init(self, *_args):
        """Do nothing."""

    def value(self, *_level):
        """Say that the button is not pressed."""
        return 1


class I2C:
    """A bus with an SCD41 whose data are always ready."""

    def __init__(self, *_args, **_settings):
        pass

    def writeto(self, _address, data):
        """Take a command."""
        return len(data)

    def readfrom(self, _address, count):
        """Answer with as many words as are asked for."""
        return _WORDS[:count]


SoftI2C = I2C


class RTC:
    """The clock of the PC runs; the memory is kept as long as the process."""

    def __init__(self):
        self._data = b"F1\0\1"  # as after a reset: somebody has set the clock

    def memory(self, data=None):
        """Return or set the bytes that survive a reset."""
        if data is None:
            return self._data
        self._data = data
        return None

    def datetime(self, *_moment):
        """Leave the clock of the PC as it is."""


def bitstream(*_arguments):
    """Send nothing to no pixels."""
