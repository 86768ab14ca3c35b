"""The I2C buses of the board: parts on the same two pins share one."""

from machine import I2C, Pin, SoftI2C
from micropython import const

# Data sheets allow more, but long jumper wires do not.
_FREQUENCY_HZ = const(100_000)

_buses: dict[tuple[int, int], I2C | SoftI2C] = {}


def i2c(pins: dict[str, int]) -> I2C | SoftI2C:
    """Return the bus on ``pins["sda"]`` and ``pins["scl"]``.

    The first pair of pins gets the hardware (the ESP32-C3 has one such bus only), others are driven
    by software. The pins are always given: MicroPython's own default differs between boards.
    """
    sda, scl = pins["sda"], pins["scl"]
    if (sda, scl) not in _buses:
        if _buses:
            _buses[sda, scl] = SoftI2C(scl=Pin(scl), sda=Pin(sda), freq=_FREQUENCY_HZ)
        else:
            _buses[sda, scl] = I2C(0, scl=Pin(scl), sda=Pin(sda), freq=_FREQUENCY_HZ)
    return _buses[sda, scl]
