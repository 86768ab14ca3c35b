"""A Sensirion sensor as seen from its I2C bus.

SCD4x data sheet (version 1.3), sections 3.2 and 3.3; SHT3x-DIS data sheet (version 5), section 4.
A command that is unknown, comes too early or has a wrong CRC is not acknowledged; nor is a read
before the answer is there.
"""

import time
from errno import EIO

from .model import Model, refuse


def crc(high, low):
    """Return the CRC-8 of a word: the remainder of dividing it by x⁸ + x⁵ + x⁴ + 1."""
    # The initial value of 0xFF is the same as inverting the first byte.
    remainder = (high ^ 0xFF) << 16 | low << 8
    for bit in range(23, 7, -1):
        if remainder >> bit & 1:
            remainder ^= 0x131 << bit - 8
    return remainder


def encode(words):
    """Return the bytes of an answer."""
    answer = bytearray()
    for word in words:
        high, low = word >> 8, word & 0xFF
        answer.extend(bytes((high, low, crc(high, low))))
    return answer


def decode(data):
    """Return the words of an argument. Raises OSError if a CRC is wrong or a byte is missing."""
    words = []
    for i in range(0, len(data), 3):
        if len(data) < i + 3 or crc(data[i], data[i + 1]) != data[i + 2]:
            raise OSError(EIO)
        words.append(data[i] << 8 | data[i + 1])
    return words


def temperature_word(celsius):
    """Return the word for a temperature: SHT3x section 4.13, solved for the raw value."""
    return _word((celsius + 45) / 175)


def humidity_word(percent):
    """Return the word for a relative humidity."""
    return _word(percent / 100)


def _word(share):
    return min(0xFFFF, max(0, round(share * 0xFFFF)))


class SensirionModel(Model):
    """The bus side. A sensor fills in ``commands``.

    By code: the name of a method, the execution time in ms, how many words of argument it takes.
    The method returns the words of the answer, or None if there is nothing to read. ``accepts``
    says whether a command may come now.
    """

    commands = {}
    power_up_ms = 0

    def __init__(self, addresses, ticks):
        super().__init__()
        self.addresses = addresses
        self._ticks = ticks
        self.power_up()

    def power_up(self):
        """Start from scratch, and be deaf for a moment."""
        self._answer = None
        self._busy_from = self._ticks()
        self._busy_ms = self.power_up_ms

    def accepts(self, code):
        """Tell whether the sensor takes this command in the state it is in."""
        return code in self.commands

    def write(self, address, data):
        """Take what the board sends. Raises OSError if the sensor does not acknowledge it."""
        if not self.plugged or self._busy():
            refuse()
        if not data:
            return  # a scan of the bus
        if len(data) < 2:
            raise OSError(EIO)
        code = data[0] << 8 | data[1]
        if not self.accepts(code):
            refuse()
        name, execution_ms, argument_words = self.commands[code]
        arguments = decode(data[2:])
        if len(arguments) != argument_words:
            raise OSError(EIO)
        self._answer = getattr(self, name)(*arguments)
        self._busy_from = self._ticks()
        self._busy_ms = execution_ms

    def read(self, address, count):
        """Return ``count`` bytes. Raises OSError while there is no answer."""
        if not self.plugged or self._busy() or self._answer is None:
            refuse()
        answer = encode(self._answer)
        self._answer = None
        if self.corrupt:
            answer[0] ^= 0x10
        # Nobody pulls the wire low after the last byte: the board reads ones.
        return bytes(answer[:count]) + b"\xff" * (count - len(answer))

    def _busy(self):
        if not self._busy_ms:
            return False
        if 0 <= time.ticks_diff(self._ticks(), self._busy_from) < self._busy_ms:
            return True
        # Said once: the ticks may wrap around before the next command.
        self._busy_ms = 0
        return False
