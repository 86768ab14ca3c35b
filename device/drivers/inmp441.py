"""INMP441: a digital microphone, by I2S. What leaves this file is a level, never a sound.

InvenSense (TDK), INMP441 data sheet, DS-INMP441-00, revision 1.1. Sixteen times a second the
driver takes 16 milliseconds of sound, adds up their squares and overwrites them with the next ones:
1 KB of RAM holds all the sound that there ever is.

The level is the energetic mean since the last reading, in dB re 20 µPa, unweighted: from 60 Hz (the
microphone) to 6.8 kHz (its filter at this rate: 0.423 times the rate). A specimen is up to 3 dB off
(table 1); a sound level meter tells by how much.

``machine.I2S`` of MicroPython is a technical preview. Used here is what all versions share: 32
bits, mono (the left channel: the pin L/R of the microphone to ground), and ``readinto``, which
waits until its buffer is full. It never has to: the chip has heard more meanwhile, and keeps the
latest.
"""

import asyncio
import math
from array import array

from drivers.errors import SensorError, SensorMissing
from drivers.sensor import Sensor
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from machine import I2S

    Shift = Callable[[array[int], int], None]

_RATE_HZ = const(16_000)  # a clock of 64 times that: 0.5 to 3.2 MHz are allowed (table 3)
_SAMPLES = const(256)
_PAUSE_MS = const(62)
_CHIP_BYTES = const(6144)  # three buffers of the port's 256 frames: two are always full

# It is silent for 2**18 clock cycles after power-up, 256 ms here (“Normal Operation”), and its
# high-pass filter needs a moment more.
_WAKE_MS = const(600)
_PATIENCE_MS = const(1500)
_REFERENCE_MS = const(10_000)

_TO_24_BITS = const(-8)  # a slot has 32 bits, of which the first 24 count
# The most whose square, added up over a whole buffer, stays below 2**30: a larger number would take
# memory for each sample.
_MOST = const(2047)

# At 94 dB the peak of a tone is 420426 of 2**23 - 1, -26 dBFS: “Understanding Sensitivity”.
_REFERENCE_DB = const(94)
_REFERENCE_PEAK = const(420_426)
_LOUDEST_DB = const(120)  # table 1: maximum acoustic input
_QUIETEST_DB = const(15)  # its own noise is 33 dBA
_MOST_OFFSET_DB = const(15)


def create(part: "dict[str, Any]") -> "Inmp441":
    """Return the driver of a part of build.json."""
    from machine import I2S, Pin  # only here: the rest needs no pins

    def listen() -> I2S:
        pins = part["pins"]
        return I2S(
            0,
            sck=Pin(pins["sck"]),
            ws=Pin(pins["ws"]),
            # Without a microphone the wire must rest somewhere: its absence is then seen.
            sd=Pin(pins["sd"], Pin.IN, Pin.PULL_DOWN),
            mode=I2S.RX,
            bits=32,
            format=I2S.MONO,
            rate=_RATE_HZ,
            ibuf=_CHIP_BYTES,
        )

    def shift(samples: "array[int]", bits: int) -> None:
        I2S.shift(buf=samples, bits=32, shift=bits)

    return Inmp441(part["id"], listen, shift, part.get("calibration", {}))


def moments(samples: "array[int]", shift: "Shift") -> "tuple[float, float] | None":
    """Return the sum of the samples and that of their squares, in units of 24 bits.

    ``None`` if all are equal, which no sound is. The samples, 32 bits each, are shifted in place by
    ``shift(samples, bits)``, to the right if negative: as far as their squares need.
    """
    shift(samples, _TO_24_BITS)
    highest, lowest = max(samples), min(samples)
    if highest == lowest:
        return None
    peak = max(highest, -lowest)
    bits = 0
    while peak >> bits > _MOST:
        bits += 1
    shift(samples, -bits)
    squares = 0
    for sample in samples:  # all the time that this driver takes is spent here
        squares += sample * sample
    scale = float(1 << bits)
    return sum(samples) * scale, squares * scale * scale


def decibels(mean_square: float) -> float:
    """Return the level in dB re 20 µPa of a mean square in units of 24 bits."""
    return _REFERENCE_DB + 10 * math.log10(2 * mean_square / _REFERENCE_PEAK / _REFERENCE_PEAK)


class Loudness:
    """Adds up sound; what it holds are three numbers."""

    def __init__(self) -> None:
        self.samples = 0
        self._sum = 0.0
        self._squares = 0.0

    def add(self, samples: int, total: float, squares: float) -> None:
        """Add so many samples, whose sums are these (see :func:`moments`)."""
        self.samples += samples
        self._sum += total
        self._squares += squares

    def level(self) -> float:
        """Return the level in dB of all of it, a constant offset of the samples taken off."""
        mean = self._sum / self.samples
        return decibels(max(self._squares / self.samples - mean * mean, 1e-9))


class Inmp441(Sensor):
    """Level in dB. ``listen()`` opens the I2S; ``shift``: see :func:`moments`.

    ``calibration``: ``offset``, what is added to the level, in dB.
    """

    channels = ("level",)

    def __init__(
        self,
        part: str,
        listen: "Callable[[], I2S]",
        shift: "Shift",
        calibration: "dict[str, Any]",
    ) -> None:
        super().__init__(part)
        self._listen = listen
        self._shift = shift
        self._calibration = calibration
        self._samples = array("i", [0] * _SAMPLES)
        self._i2s: I2S | None = None
        self._task: "asyncio.Task[None] | None" = None
        self._silent = False  # whether the last that came was no sound
        self._heard = Loudness()

    async def calibrate(self, step: str, value: float | None) -> dict[str, float]:
        """Take ``value``, in dB, for the level of the ten seconds that begin now: ``reference``.

        Returns ``offset``, in dB. Raises ValueError, in French, if that is more than 15 dB.
        """
        if step != "reference" or value is None:
            raise ValueError("Ce micro se règle en une étape, reference : le niveau en dB.")
        if not self._started:
            await self.start()
        self._heard = Loudness()
        await asyncio.sleep_ms(_REFERENCE_MS)
        offset = round(value - self._level(), 1)
        if abs(offset) > _MOST_OFFSET_DB:
            raise ValueError(
                "Le micro est à %d dB du sonomètre : trop loin. Posez-les côte à côte." % offset
            )
        return {"offset": offset}

    async def _start(self) -> None:
        if self._i2s is None:
            try:
                self._i2s = self._listen()
            except OSError:
                raise SensorError(self.part) from None
        await asyncio.sleep_ms(_WAKE_MS)
        self._hear()
        if self._silent:
            raise SensorMissing(self.part)
        self._heard = Loudness()
        if self._task is None:
            self._task = asyncio.create_task(self._keep_listening())

    async def _measure(self) -> dict[str, float]:
        for _ in range(_PATIENCE_MS // _PAUSE_MS):
            if self._heard.samples or self._silent:
                break
            await asyncio.sleep_ms(_PAUSE_MS)
        return {"level": round(self._level() + self._offset(), 1)}

    def _level(self) -> float:
        """Return the level of what was heard, and begin anew. Raises SensorError."""
        heard = self._heard
        self._heard = Loudness()
        if self._silent or not heard.samples:
            raise SensorMissing(self.part)
        return self._within(heard.level(), _QUIETEST_DB, _LOUDEST_DB)

    def _offset(self) -> float:
        offset = self._calibration.get("offset", 0)
        good = isinstance(offset, (int, float)) and abs(offset) <= _MOST_OFFSET_DB
        return offset if good else 0

    async def _keep_listening(self) -> None:
        while True:
            await asyncio.sleep_ms(_PAUSE_MS)
            self._hear()

    def _hear(self) -> None:
        """Take the next samples. That holds up the others for two or three milliseconds."""
        sums = None
        try:
            if self._i2s is not None and self._i2s.readinto(self._samples):
                sums = moments(self._samples, self._shift)
        except OSError:
            pass  # the chip could not receive: as silent as a microphone that is not there
        self._silent = sums is None
        if sums is not None:
            self._heard.add(_SAMPLES, sums[0], sums[1])
