"""The language of Sensirion's sensors on I2C: commands and words of 16 bits, each word with a CRC.

SHT3x-DIS data sheet (version 5, May 2018), sections 4.12 and 4.13; SCD4x data sheet (version 1.3,
September 2022), sections 3.2, 3.3 and 3.11. Both use the same CRC and the same scales.
"""

import asyncio

from drivers.errors import SensorChecksum, SensorMissing, SensorNotReady
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import I2C

_POLYNOMIAL = const(0x31)
_FULL_SCALE = const(0xFFFF)


def checksum(data: bytes) -> int:
    """Return the CRC-8 of some bytes: polynomial 0x31, initial value 0xFF, nothing reflected."""
    crc = 0xFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1) ^ _POLYNOMIAL if crc & 0x80 else crc << 1
            crc &= 0xFF
    return crc


def encode_word(word: int) -> bytes:
    """Return the three bytes of a 16-bit word: high, low, CRC."""
    data = bytes((word >> 8, word & 0xFF))
    return data + bytes((checksum(data),))


def decode_words(answer: bytes) -> list[int] | None:
    """Return the words of an answer; ``None`` if one of them has a wrong CRC."""
    words = []
    for i in range(0, len(answer), 3):
        if checksum(answer[i : i + 2]) != answer[i + 2]:
            return None
        words.append(answer[i] << 8 | answer[i + 1])
    return words


def temperature(word: int) -> float:
    """Return °C, from -45 to 130 (SHT3x 4.13, SCD4x 3.5.2), to a hundredth."""
    return round(-45 + 175 * word / _FULL_SCALE, 2)


def humidity(word: int) -> float:
    """Return % of relative humidity, from 0 to 100 (SHT3x 4.13, SCD4x 3.5.2), to a hundredth."""
    return round(100 * word / _FULL_SCALE, 2)


def difference_word(difference: float) -> int:
    """Return the word for a difference of 0 to 175 °C, such as an offset (SCD4x 3.6.1)."""
    return round(difference * _FULL_SCALE / 175)


class Link:
    """The talk with one sensor. ``address`` may be changed, for parts that have several."""

    def __init__(self, part: str, i2c: "I2C", address: int) -> None:
        self.part = part
        self.address = address
        self._i2c = i2c

    def send(self, command: int, *words: int) -> None:
        """Send a command with its arguments. Raises SensorMissing if nobody takes it."""
        message = bytes((command >> 8, command & 0xFF))
        for word in words:
            message += encode_word(word)
        try:
            self._i2c.writeto(self.address, message)
        except OSError:
            raise SensorMissing(self.part) from None

    def receive(self, count: int) -> list[int]:
        """Return ``count`` words.

        Raises SensorNotReady if the sensor has none to give, SensorChecksum if they arrive damaged.
        """
        try:
            answer = self._i2c.readfrom(self.address, 3 * count)
        except OSError:
            # It took the command a moment ago: it is there, but busy.
            raise SensorNotReady(self.part) from None
        words = decode_words(answer)
        if words is None:
            raise SensorChecksum(self.part)
        return words

    async def ask(self, command: int, count: int, wait_ms: int) -> list[int]:
        """Send a command, give the sensor ``wait_ms`` to carry it out, return ``count`` words."""
        self.send(command)
        await asyncio.sleep_ms(wait_ms)
        return self.receive(count)
