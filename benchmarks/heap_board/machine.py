"""The least of ``machine`` that the builds need, so that the heap measured is the firmware's.

One sensor of each kind answers, always with the same reading; nobody presses a button or moves.
"""

from micropython import const

PWRON_RESET = const(1)

# 500 ppm, 25 °C, 37 %: the example of the SCD4x data sheet, section 3.5.2. Its two last words are
# what an SHT31 says; its first bytes are 417 lx of a BH1750.
_WORDS = b"\x01\xf4\x33\x66\x67\xa2\x5e\xb9\x3c"

_REGISTERS = {
    # INA219: after its reset, 4 V and ready, 2 W, 0.5 A, its calibration.
    0x00: b"\x39\x9f",
    0x02: b"\x1f\x42",
    0x03: b"\x03\xe8",
    0x04: b"\x13\x88",
    0x05: b"\x10\x00",
    # VL53L0X: a new range, good, 2 m; its supply; its secret; what it is.
    0x13: b"\x04\x58\0\0\0\0\0\0\0\0\0\x07\xd0",
    0x89: b"\0",
    0x91: b"\x3c",
    0xC0: b"\xee\xaa",
    # BME280: trimming and what it measured are those of the BMP280 data sheet, section 3.12.
    0x88: b"\x70\x6b\x43\x67\x18\xfc\x7d\x8e\x43\xd6\xd0\x0b\x27\x0b\x8c\x00\xf9\xff\x8c\x3c"
    b"\xf8\xc6\x70\x17\x00\x4b",
    0xD0: b"\x60",
    0xE1: b"\x6a\x01\x00\x14\x05\x00\x1e",
    0xF3: b"\0",
    0xF4: b"\x24",
    0xF7: b"\x65\x5a\xc0\x7e\xed\x00\x6d\x00",
}


def reset_cause():
    """Say that the power was just switched on."""
    return PWRON_RESET


class Pin:
    """A pin that nobody touches: pulled up, it is high; else it is low."""

    IN = OUT = OPEN_DRAIN = PULL_DOWN = 0
    PULL_UP = 1

    def __init__(self, _pin, _mode=0, pull=0, value=0):  # noqa: ARG002
        self._level = pull

    def init(self, *_arguments):
        """Do nothing."""

    def value(self, *_level):
        """Say that nobody has pressed anything."""
        return self._level


class I2C:
    """A bus on which everybody answers."""

    def __init__(self, *_arguments, **_settings):
        pass

    def writeto(self, _address, data):
        """Take a command."""
        return len(data)

    def readfrom(self, _address, count):
        """Answer with as many words as are asked for."""
        return _WORDS[3 if count == 6 else 0 :][:count]

    def writeto_mem(self, _address, _register, _data):
        """Forget what is written."""

    def readfrom_mem(self, _address, register, count):
        """Answer with what stands in a register."""
        return _REGISTERS[register][:count]


SoftI2C = I2C


class ADC:
    """A probe in moist earth."""

    ATTN_11DB = 3

    def __init__(self, _pin, atten):
        pass

    def read_uv(self):
        """Return the voltage of the pin in µV."""
        return 1_050_000


class I2S:
    """A microphone beside a hum."""

    RX = MONO = 0

    def __init__(self, _number, **_settings):
        pass

    def readinto(self, samples):
        """Fill a buffer with 63 dB."""
        for i in range(len(samples)):
            samples[i] = 4_000_000 if i & 16 else -4_000_000
        return len(samples)

    @staticmethod
    def shift(buf, bits, shift):  # noqa: ARG004
        """Shift samples in place."""
        for i in range(len(buf)):
            buf[i] = buf[i] >> -shift if shift < 0 else buf[i] << shift


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
