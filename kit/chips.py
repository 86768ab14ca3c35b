"""The chips that the kit is for, and what each of their pins can do.

From Espressif's data sheets of the three chips, sections on pins and on strapping pins. What is not
``usable`` belongs to the flash memory, to the serial line or to native USB, or is a strapping pin,
which decides how the chip starts.
"""

from typing import Literal, NamedTuple

Reason = Literal["flash", "start", "serial", "usb"]


class Pins(NamedTuple):
    """What the GPIO numbers of a chip are good for.

    ``usable``: for parts. ``input_only``: those of them that can only read and have no pull-up.
    ``analogue``: those that can measure a voltage while the Wi-Fi is on (ADC1). ``taken``: why the
    others are not for parts: flash and PSRAM, how the chip starts, serial line, native USB.
    """

    usable: frozenset[int]
    input_only: frozenset[int]
    analogue: frozenset[int]
    taken: dict[Reason, frozenset[int]]


DEFAULT_CHIP = "esp32"

PINS = {
    "esp32": Pins(
        frozenset({4, 13, 14, 18, 19, *range(21, 24), *range(25, 28), *range(32, 40)}),
        frozenset(range(34, 40)),
        frozenset(range(32, 40)),
        {
            "flash": frozenset({*range(6, 12), 16, 17}),
            "start": frozenset({0, 2, 5, 12, 15}),
            "serial": frozenset({1, 3}),
        },
    ),
    "esp32s3": Pins(
        frozenset({1, 2, *range(4, 19), 21, *range(38, 43), 47, 48}),
        frozenset(),
        frozenset({1, 2, *range(4, 11)}),
        {
            "flash": frozenset(range(26, 38)),
            "start": frozenset({0, 3, 45, 46}),
            "serial": frozenset({43, 44}),
            "usb": frozenset({19, 20}),
        },
    ),
    "esp32c3": Pins(
        frozenset({0, 1, *range(3, 8), 10}),
        frozenset(),
        frozenset({0, 1, 3, 4}),
        {
            "flash": frozenset(range(11, 18)),
            "start": frozenset({2, 8, 9}),
            "serial": frozenset({20, 21}),
            "usb": frozenset({18, 19}),
        },
    ),
}
"""By the name that esptool and ``build.toml`` have for the chip."""


def why_not(chip: str, pin: int) -> Reason | None:
    """Return what a pin is needed for where it is not for parts; ``None`` where there is none."""
    return next((reason for reason, pins in PINS[chip].taken.items() if pin in pins), None)


def named_in(machine: str) -> str:
    """Return the chip in what MicroPython calls its machine: ``Generic … module with ESP32S3``."""
    plain = machine.lower().replace("-", "")
    others = (chip for chip in PINS if chip != DEFAULT_CHIP and chip in plain)
    return next(others, DEFAULT_CHIP)
