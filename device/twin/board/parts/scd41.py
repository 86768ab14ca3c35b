"""The SCD41: Sensirion, Data sheet SCD4x, version 1.3, September 2022."""

import time

from .quantity import Quantity
from .sensirion import SensirionModel, humidity_word, temperature_word

# Table 9, last column: what it listens to while it measures.
_WHILE_MEASURING = (0xEC05, 0x3F86, 0xE4B8)

_RUN_BEFORE_RECALIBRATION_MS = 180_000

_OFFSET = round(4 * 0xFFFF / 175)
"""Section 3.6.1: 4 °C, which is how much this one is warmer than the room it is in."""


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    return Scd41(part["addresses"], room, ticks, clock, noise)


class Scd41(SensirionModel):
    """It measures every 5 s once told to, or every 30 s, and listens to little meanwhile."""

    # Table 9: commands, execution times in ms, words of argument.
    commands = {
        0x21B1: ("start_periodic_measurement", 0, 0),
        0x21AC: ("start_low_power_periodic_measurement", 0, 0),
        0xEC05: ("read_measurement", 1, 0),
        0x3F86: ("stop_periodic_measurement", 500, 0),
        0xE4B8: ("get_data_ready_status", 1, 0),
        0x3682: ("get_serial_number", 1, 0),
        0x2416: ("set_automatic_self_calibration", 1, 1),
        0x2313: ("get_automatic_self_calibration", 1, 0),
        0x241D: ("set_temperature_offset", 1, 1),
        0x2318: ("get_temperature_offset", 1, 0),
        0x362F: ("perform_forced_recalibration", 400, 1),
        0x3646: ("reinit", 20, 0),
    }
    power_up_ms = 1000

    def __init__(self, addresses, room, ticks, clock, noise):
        self._serial = [int(noise.uniform() * 0x10000) for _ in range(3)]
        self._clock = clock
        self._words = None
        self._correction = 0
        # Section 1: accuracy (50 ppm + 2.5 %, at 1000 ppm), response times, repeatability.
        self._co2 = Quantity(lambda: room.co2, 60, 75, 5, noise)
        self._temperature = Quantity(lambda: room.temperature, 120, 0.8, 0.05, noise)
        self._humidity = Quantity(lambda: room.humidity, 90, 6, 0.2, noise)
        super().__init__(addresses, ticks)

    def power_up(self):
        """Forget the settings; the forced recalibration is kept for good (section 3.9.1)."""
        super().power_up()
        self._self_calibration = 1
        self._offset = _OFFSET
        self._ran_ms = 0
        self._rest()

    def accepts(self, code):
        """Tell whether it listens to this command now (table 9, last column)."""
        return super().accepts(code) and (not self._interval_ms or code in _WHILE_MEASURING)

    def start_periodic_measurement(self):
        """Measure every five seconds."""
        self._begin(5000)

    def start_low_power_periodic_measurement(self):
        """Measure every thirty seconds."""
        self._begin(30_000)

    def stop_periodic_measurement(self):
        """Come to rest."""
        if self._interval_ms:
            self._ran_ms = time.ticks_diff(self._ticks(), self._began_at)
        self._rest()

    def get_data_ready_status(self):
        """Return 0 in the lowest 11 bits as long as there is nothing new."""
        self._advance()
        return (0x8006 if self._fresh else 0x8000,)

    def read_measurement(self):
        """Return the last measurement, once."""
        self._advance()
        if not self._fresh:
            return None
        self._fresh = False
        return (0xFFFF, 0xFFFF, 0xFFFF) if self.out_of_range else self._words

    def get_serial_number(self):
        """Return the 48 bits of the serial number."""
        return self._serial

    def set_automatic_self_calibration(self, enabled):
        """Switch it on (1) or off (0), until the power goes."""
        self._self_calibration = enabled

    def get_automatic_self_calibration(self):
        """Return 1 if it is on."""
        return (self._self_calibration,)

    def set_temperature_offset(self, word):
        """Take it for so much warmer than the room, until the power goes."""
        self._offset = word

    def get_temperature_offset(self):
        """Return what it takes itself to be warmer."""
        return (self._offset,)

    def perform_forced_recalibration(self, target_ppm):
        """Take the air around for ``target_ppm``; return the correction, or 0xFFFF: refused."""
        if self._ran_ms < _RUN_BEFORE_RECALIBRATION_MS:
            return (0xFFFF,)
        correction = target_ppm - round(self._co2.sample(self._clock()) + self._correction)
        self._correction += correction
        return (min(0xFFFE, max(0, 0x8000 + correction)),)

    def reinit(self):
        """Take the settings from the EEPROM again."""
        self._self_calibration = 1
        self._offset = _OFFSET

    def _rest(self):
        self._interval_ms = 0
        self._fresh = False

    def _begin(self, interval_ms):
        self._interval_ms = interval_ms
        self._began_at = self._next_from = self._ticks()
        self._fresh = False

    def _advance(self):
        """Do the measurements that are due."""
        if not self._interval_ms:
            return
        due = time.ticks_diff(self._ticks(), self._next_from) // self._interval_ms
        if due < 1:
            return
        self._next_from = time.ticks_add(self._next_from, due * self._interval_ms)
        self._fresh = True
        if not (self.stuck and self._words):
            self._words = self._sense()

    def _sense(self):
        now = self._clock()
        co2 = round(self._co2.sample(now) + self._correction)
        return (
            min(40_000, max(0, co2)),
            temperature_word(
                self._temperature.sample(now) + (_OFFSET - self._offset) * 175 / 0xFFFF
            ),
            humidity_word(self._humidity.sample(now)),
        )
