"""The chips that the kit is for, and what each of their pins can do.

From Espressif's data sheets of the three chips, sections on pins and on strapping pins. What is not
``usable`` belongs to the flash memory, to the serial line or to native USB, or is a strapping pin,
which decides how the chip starts.
"""

from typing import NamedTuple


class Pins(NamedTuple):
    """What the GPIO numbers of a chip are good for.

    ``usable``: for parts. ``input_only``: those of them that can only read and have no pull-up.
    ``analogue``: those that can measure a voltage while the Wi-Fi is on (ADC1).
    """

    usable: frozenset[int]
    input_only: frozenset[int]
    analogue: frozenset[int]


DEFAULT_CHIP = "esp32"

PINS = {
    "esp32": Pins(
        frozenset({4, 13, 14, 18, 19, *range(21, 24), *range(25, 28), *range(32, 40)}),
        frozenset(range(34, 40)),
        frozenset(range(32, 40)),
    ),
    "esp32s3": Pins(
        frozenset({1, 2, *range(4, 19), 21, *range(38, 43), 47, 48}),
        frozenset(),
        frozenset({1, 2, *range(4, 11)}),
    ),
    "esp32c3": Pins(frozenset({0, 1, *range(3, 8), 10}), frozenset(), frozenset({0, 1, 3, 4})),
}
"""By the name that esptool and ``build.toml`` have for the chip."""


def named_in(machine: str) -> str:
    """Return the chip in what MicroPython calls its machine: ``Generic … module with ESP32S3``."""
    plain = machine.lower().replace("-", "")
    others = (chip for chip in PINS if chip != DEFAULT_CHIP and chip in plain)
    return next(others, DEFAULT_CHIP)
