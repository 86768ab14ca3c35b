"""``esp32``: what of it the firmware asks for."""

HEAP_DATA = 4
HEAP_EXEC = 1


def idf_heap_info(capabilities):
    """Return (total, free, largest block, least ever free) of each region of the chip's memory."""
    if capabilities != HEAP_DATA:
        return [(118_784, 102_400, 98_304, 98_304)]
    return [(167_936, 96_364, 94_208, 69_400)]  # as of a connected board


def mcu_temperature():
    """Return the chip's temperature in °C."""
    return 42


def raw_temperature():
    """Return the chip's temperature in °F."""
    return 107
