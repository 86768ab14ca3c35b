"""DHT22, also sold as AM2302: temperature and relative humidity, on a wire of its own.

Aosong, Digital-output relative humidity & temperature sensor DHT22, section 7. MicroPython times
the 40 pulses; it holds everything else up for about 270 ms while it does.
"""

import asyncio
import time

from drivers.errors import SensorChecksum, SensorMissing
from drivers.sensor import Sensor
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Section 6 asks for two seconds between reads, and for one second after power-up.
_INTERVAL_MS = const(2000)


def create(part: "dict[str, Any]") -> "Dht22":
    """Return the driver of a part of build.json."""
    from machine import Pin, dht_readinto  # only here: the rest needs no pins

    # The module has its own pull-up; the chip's weak one helps where it was forgotten.
    pin = Pin(part["pins"]["data"], Pin.IN, Pin.PULL_UP)
    return Dht22(part["id"], lambda frame: dht_readinto(pin, frame))


def frame_is_whole(frame: bytearray) -> bool:
    """Tell whether the fifth byte is the sum of the four before it."""
    return sum(frame[:4]) & 0xFF == frame[4]


def decode(frame: bytearray) -> tuple[float, float]:
    """Return humidity in % and temperature in °C. The top bit of the temperature is its sign."""
    humidity = (frame[0] << 8 | frame[1]) / 10
    temperature = ((frame[2] & 0x7F) << 8 | frame[3]) / 10
    return humidity, -temperature if frame[2] & 0x80 else temperature


class Dht22(Sensor):
    """Temperature in °C, humidity in %.

    ``read_frame`` fills a bytearray with the five bytes, or raises OSError if nothing answers.
    """

    channels = ("temperature", "humidity")

    def __init__(self, part: str, read_frame: "Callable[[bytearray], None]") -> None:
        super().__init__(part)
        self._read_frame = read_frame
        self._asked_at = time.ticks_ms()

    async def _start(self) -> None:
        # It has no register to ask: only a measurement shows that it is there.
        await self._receive()

    async def _measure(self) -> dict[str, float]:
        humidity, temperature = decode(await self._receive())
        return {
            "temperature": self._within(temperature, -40, 80),
            "humidity": self._within(humidity, 0, 100),
        }

    async def _receive(self) -> bytearray:
        """Return a whole frame, as soon as the sensor may be asked."""
        since_ms = time.ticks_diff(time.ticks_ms(), self._asked_at)
        if 0 <= since_ms < _INTERVAL_MS:
            await asyncio.sleep_ms(_INTERVAL_MS - since_ms)
        frame = bytearray(5)
        try:
            self._read_frame(frame)
        except OSError:
            raise SensorMissing(self.part) from None
        finally:
            self._asked_at = time.ticks_ms()
        if not frame_is_whole(frame):
            raise SensorChecksum(self.part)
        return frame
