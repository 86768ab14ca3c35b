"""The SHT31: Sensirion, Data sheet SHT3x-DIS, version 5, May 2018."""

from .quantity import Quantity
from .sensirion import SensirionModel, humidity_word, temperature_word


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json. Its ADDR pin is low: the first address."""
    return Sht31(part["addresses"][:1], room, ticks, clock, noise)


class Sht31(SensirionModel):
    """It measures when asked, and takes its time for it (section 2.2, table 4)."""

    commands = {
        0x2400: ("measure", 15, 0),
        0x30A2: ("reset", 1.5, 0),
        0xF32D: ("status", 0, 0),
    }
    power_up_ms = 1

    def __init__(self, addresses, room, ticks, clock, noise):
        super().__init__(addresses, ticks)
        self._clock = clock
        self._words = None
        # Section 1, tables 1 and 2: accuracy, response time, repeatability (three sigma).
        self._temperature = Quantity(lambda: room.temperature, 10, 0.2, 0.013, noise)
        self._humidity = Quantity(lambda: room.humidity, 8, 2, 0.07, noise)

    def measure(self):
        """Return temperature and humidity."""
        if self.out_of_range:
            return 0xFFFF, 0xFFFF
        if not (self.stuck and self._words):
            now = self._clock()
            self._words = (
                temperature_word(self._temperature.sample(now)),
                humidity_word(self._humidity.sample(now)),
            )
        return self._words

    def reset(self):
        """Do a soft reset (section 4.9)."""

    def status(self):
        """Return the status register: a reset was detected, an alert is pending (table 18)."""
        return (0x8010,)
