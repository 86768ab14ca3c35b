"""The BME280, and the BMP280 that is sold in its place: Bosch Sensortec, BST-BME280-DS002.

Its raw values are found by the formulas in floating point (section 8.1), searched backwards; the
driver has those in integers.
"""

import struct
import time

from .model import Model, damaged, refuse
from .quantity import Quantity

# Section 1.1, table 1, and section 9.1, both at most.
_START_MS = 2
_MEASURE_MS = 9.3

_FIRST, _LAST = 0x88, 0xFF
_RAW_BITS = 20
_NOTHING_MEASURED = b"\x80\x00\x00\x80\x00\x00\x80\x00"

# The trimming of the example in BST-BMP280-DS001, section 3.12, with a usual one for humidity.
_T = (27504, 26435, -1000)
_P = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
_H = (75, 362, 0, 313, 50, 30)


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json. Its SDO pin is low: the first address."""
    return Bme280(part["addresses"][:1], room, ticks, clock, noise)


class Bme280(Model):
    """A memory map with a pointer; it measures when ``ctrl_meas`` asks for it (section 5).

    One more fault: ``clone``. True, and it is a BMP280.
    """

    def __init__(self, addresses, room, ticks, clock, noise):
        super().__init__()
        self.addresses = addresses
        self._clone = False
        self._ticks = ticks
        self._clock = clock
        self._chance = noise
        # Section 1, tables 1 to 3: accuracy, response time, noise with oversampling × 1.
        self._temperature = Quantity(lambda: room.temperature, 10, 0.5, 0.005, noise)
        self._humidity = Quantity(lambda: room.humidity, 1, 3, 0.07, noise)
        self._pressure = Quantity(lambda: room.pressure, 0.1, 1, 0.033, noise)
        self._raw = None
        self.power_up()

    @property
    def clone(self):
        """Whether it is a BMP280."""
        return self._clone

    @clone.setter
    def clone(self, clone):
        self._clone = clone
        self.power_up()  # it is another part

    def power_up(self):
        """Start from scratch: registers as after a reset (section 5.3, table 18)."""
        self._memory = bytearray(_LAST + 1)
        self._memory[0xF7:0xFF] = _NOTHING_MEASURED
        self._write_trimming()
        self._pointer = 0
        self._busy_from = self._ticks()
        self._busy_ms = _START_MS
        self._measuring = False

    def write(self, address, data):
        """Take what the board sends: a register, then its value, and so on in pairs."""
        self._advance()
        if not self.plugged or (self._busy_ms and not self._measuring):
            refuse()
        if not data:
            return  # a scan of the bus
        self._pointer = data[0]
        if len(data) < 2:
            return
        for i in range(0, len(data) - 1, 2):
            self._set(data[i], data[i + 1])

    def read(self, address, count):
        """Return ``count`` bytes from the pointer on."""
        self._advance()
        if not self.plugged or (self._busy_ms and not self._measuring):
            refuse()
        self._memory[0xD0] = 0x58 if self.clone else 0x60
        self._memory[0xF3] = 0x08 if self._measuring else 0
        end = self._pointer + count
        answer = bytes(self._memory[self._pointer : end])
        answer += bytes(count - len(answer))
        self._pointer = end & 0xFF
        return damaged(answer, self._chance) if self.corrupt else answer

    def _set(self, register, value):
        """Write one register; those that cannot be written stay as they are."""
        if register == 0xE0 and value == 0xB6:
            self.power_up()
        elif register in (0xF2, 0xF5) and not (register == 0xF2 and self.clone):
            self._memory[register] = value
        elif register == 0xF4:
            self._memory[0xF4] = value
            if value & 0x03 in (1, 2):
                self._busy_from = self._ticks()
                self._busy_ms = _MEASURE_MS
                self._measuring = True

    def _advance(self):
        """Finish what is due."""
        if not self._busy_ms:
            return
        if 0 <= time.ticks_diff(self._ticks(), self._busy_from) < self._busy_ms:
            return
        self._busy_ms = 0
        if self._measuring:
            self._measuring = False
            self._memory[0xF4] &= 0xFC  # asleep again
            self._memory[0xF7:0xFF] = self._measured()

    def _measured(self):
        if self.out_of_range:
            return b"\x00\x00\x00\xff\xff\xf0\xff\xff"
        if not (self.stuck and self._raw):
            now = self._clock()
            self._raw = raw_values(
                self._temperature.sample(now),
                self._humidity.sample(now),
                self._pressure.sample(now),
            )
        temperature, humidity, pressure = self._raw
        skipped = self.clone or not self._memory[0xF2] & 0x07
        return (
            _twenty_bits(pressure)
            + _twenty_bits(temperature)
            + (b"\x80\x00" if skipped else struct.pack(">H", humidity))
        )

    def _write_trimming(self):
        """Put the trimming where section 4.2.2, table 16, has it."""
        self._memory[0x88:0xA0] = struct.pack("<HhhHhhhhhhhh", *(_T + _P))
        if self.clone:
            return
        h1, h2, h3, h4, h5, h6 = _H
        self._memory[0xA1] = h1
        shared = (h5 & 0x0F) << 4 | h4 & 0x0F
        self._memory[0xE1:0xE8] = struct.pack("<hBbBbb", h2, h3, h4 >> 4, shared, h5 >> 4, h6)


def _twenty_bits(raw):
    return bytes((raw >> 12, raw >> 4 & 0xFF, raw << 4 & 0xF0))


def raw_values(celsius, percent, hectopascal):
    """Return what the converter gives for temperature, humidity and pressure."""
    temperature = _search(_RAW_BITS, lambda raw: fine(raw) / 5120 >= celsius)
    warmth = fine(temperature)
    humidity = _search(16, lambda raw: humidity_of(raw, warmth) >= percent)
    # The higher the pressure, the lower its raw value.
    pressure = _search(_RAW_BITS, lambda raw: pressure_of(raw, warmth) <= 100 * hectopascal)
    return temperature, humidity, pressure


def _search(bits, reached):
    """Return the least number of so many bits that has ``reached`` it."""
    low, high = 0, (1 << bits) - 1
    while low < high:
        middle = (low + high) // 2
        if reached(middle):
            high = middle
        else:
            low = middle + 1
    return low


def fine(raw):
    """Return ``t_fine``: 5120 a degree."""
    t1, t2, t3 = _T
    off = raw / 131072 - t1 / 8192
    return (raw / 16384 - t1 / 1024) * t2 + off * off * t3


def pressure_of(raw, warmth):
    """Return the pressure in Pa."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = _P
    a = warmth / 2 - 64000
    b = (a * a * p6 / 32768 + a * p5 * 2) / 4 + p4 * 65536
    a = (1 + (p3 * a * a / 524288 + p2 * a) / 524288 / 32768) * p1
    p = (1048576 - raw - b / 4096) * 6250 / a
    return p + (p9 * p * p / 2147483648 + p * p8 / 32768 + p7) / 16


def humidity_of(raw, warmth):
    """Return the relative humidity in %."""
    h1, h2, h3, h4, h5, h6 = _H
    h = warmth - 76800
    gain = 1 + h6 / 67108864 * h * (1 + h3 / 67108864 * h)
    h = (raw - (h4 * 64 + h5 / 16384 * h)) * h2 / 65536 * gain
    return min(100, max(0, h * (1 - h1 * h / 524288)))
