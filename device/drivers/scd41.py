"""SCD41: CO2, temperature and relative humidity, on I2C.

Sensirion, Data sheet SCD4x, version 1.3, September 2022. It measures by itself every five seconds
from :meth:`Scd41.start` on.
"""

import asyncio
import time

from drivers import sensirion
from drivers.errors import SensorMissing, SensorNotReady
from drivers.sensor import Sensor
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from machine import I2C

# Table 9: commands, and how long each takes.
_START_PERIODIC_MEASUREMENT = const(0x21B1)
_READ_MEASUREMENT = const(0xEC05)
_STOP_PERIODIC_MEASUREMENT = const(0x3F86)
_GET_DATA_READY_STATUS = const(0xE4B8)
_GET_SERIAL_NUMBER = const(0x3682)
_SET_AUTOMATIC_SELF_CALIBRATION = const(0x2416)
_PERFORM_FORCED_RECALIBRATION = const(0x362F)
_SET_TEMPERATURE_OFFSET = const(0x241D)

_ANSWER_MS = const(2)  # 1 ms at most
_STOP_MS = const(500)
_RECALIBRATION_MS = const(400)
_POWER_UP_MS = const(1000)  # section 3.1

_DATA_READY = const(0x07FF)  # any of these bits: section 3.8.2
_RECALIBRATION_FAILED = const(0xFFFF)  # section 3.7.1
_RECALIBRATION_AFTER_MS = const(180_000)  # section 3.7.1: it must have run for three minutes

_LEAST_PPM = const(400)  # the least and the most that air can be made to have, section 1.1
_MOST_PPM = const(2000)

_USUAL_OFFSET = 4.0  # °C, section 3.6.1: how much it believes to be warmer than the room
_MOST_OFFSET = 20.0

_POLL_MS = const(200)
_PATIENCE_MS = const(7000)  # one measurement every 5 s, and its clock is not exact


def create(part: "dict[str, Any]") -> "Scd41":
    """Return the driver of a part of build.json.

    Its setting ``self_calibration`` (1 or 0, 1 if absent) says whether the lowest CO2 of each week
    is taken for fresh air: right for a room that is aired, wrong for one that never is.
    """
    from drivers import bus  # only here: the rest needs no pins

    self_calibration = bool(part["settings"].get("self_calibration", 1))
    i2c = bus.i2c(part["pins"])
    taught = part.get("calibration", {})
    return Scd41(part["id"], i2c, part["addresses"][0], self_calibration, taught)


class Scd41(Sensor):
    """CO2 in ppm, temperature in °C, humidity in %. ``serial``: its number, once started.

    ``taught``: what :meth:`calibrate` returned earlier, kept up to date by whoever calls it.
    """

    channels = ("co2", "temperature", "humidity")

    def __init__(
        self,
        part: str,
        i2c: "I2C",
        address: int = 0x62,
        self_calibration: bool = True,
        taught: "dict[str, float] | None" = None,
    ) -> None:
        super().__init__(part)
        self._taught: dict[str, float] = {} if taught is None else taught
        self.serial: int | None = None
        self._self_calibration = self_calibration
        self._link = sensirion.Link(part, i2c, address)
        self._measuring_since = time.ticks_ms()

    async def _start(self) -> None:
        await self._stop()
        high, middle, low = await self._link.ask(_GET_SERIAL_NUMBER, 3, _ANSWER_MS)
        self.serial = high << 32 | middle << 16 | low
        # Kept by the sensor until it loses power; writing it to its EEPROM would wear that out.
        self._link.send(_SET_AUTOMATIC_SELF_CALIBRATION, int(self._self_calibration))
        await asyncio.sleep_ms(_ANSWER_MS)
        offset = self._taught.get("offset", _USUAL_OFFSET)
        self._link.send(_SET_TEMPERATURE_OFFSET, sensirion.difference_word(offset))
        await asyncio.sleep_ms(_ANSWER_MS)
        self._link.send(_START_PERIODIC_MEASUREMENT)
        self._measuring_since = time.ticks_ms()

    async def _stop(self) -> None:
        """Bring the sensor to rest: it keeps measuring while the board restarts."""
        try:
            self._link.send(_STOP_PERIODIC_MEASUREMENT)
        except SensorMissing:
            # It got its power together with the board and may need a second to wake up.
            await asyncio.sleep_ms(_POWER_UP_MS)
            self._link.send(_STOP_PERIODIC_MEASUREMENT)
        await asyncio.sleep_ms(_STOP_MS)

    async def _measure(self) -> dict[str, float]:
        await self._wait_for_data()
        co2, temperature, humidity = await self._link.ask(_READ_MEASUREMENT, 3, _ANSWER_MS)
        return {
            # Sections 1.1 and 2.2: what the part can send, and the temperatures it survives.
            "co2": self._within(co2, 0, 40_000),
            "temperature": self._within(sensirion.temperature(temperature), -40, 70),
            "humidity": sensirion.humidity(humidity),
        }

    async def _wait_for_data(self) -> None:
        started = time.ticks_ms()
        while time.ticks_diff(time.ticks_ms(), started) < _PATIENCE_MS:
            (status,) = await self._link.ask(_GET_DATA_READY_STATUS, 1, _ANSWER_MS)
            if status & _DATA_READY:
                return
            await asyncio.sleep_ms(_POLL_MS)
        # It answers but does not measure: it lost power since the start. read() starts it anew.
        raise SensorNotReady(self.part)

    async def calibrate(self, step: str, value: float | None) -> dict[str, float]:
        """Carry out one step of a calibration; return what is to be kept.

        ``outdoor``: the air around has ``value`` ppm of CO2. The sensor keeps that by itself; what
        is returned tells people. ``temperature``: it is ``value`` °C around, as a thermometer
        beside the board says; ``offset`` is how much warmer the sensor is than the room, and used
        from the next start on. Raises SensorError, or ValueError with a French sentence.
        """
        if value is None:
            raise ValueError("Donnez une valeur pour étalonner %s." % self.part)
        if step == "outdoor":
            if not _LEAST_PPM <= value <= _MOST_PPM:
                raise ValueError("Donnez un CO2 de 400 à 2000 ppm.")
            return {"reference": value, "correction": await self.recalibrate(round(value))}
        if step == "temperature":
            return {"offset": await self._offset_from(value)}
        raise ValueError("%s n’a pas d’étape « %s »." % (self.part, step))

    async def _offset_from(self, room: float) -> float:
        """Return how much warmer the sensor is than a room of so many °C (section 3.6.1)."""
        reading = await self.read()
        offset = reading["temperature"] - room + self._taught.get("offset", _USUAL_OFFSET)
        if not 0 <= offset <= _MOST_OFFSET:
            raise ValueError(
                "Le capteur dit %.1f °C : trop loin de %.1f °C. Attendez, puis recommencez."
                % (reading["temperature"], room)
            )
        self._started = False  # it takes a new offset only at rest: with the next reading
        return round(offset, 2)

    async def recalibrate(self, ppm: int) -> int:
        """Tell the sensor that the air around it has ``ppm`` of CO2; return its correction in ppm.

        Outdoors that is about 420. Raises ValueError, in French, before three minutes of measuring
        in that air; SensorNotReady if the sensor refuses. Measuring goes on afterwards. (Section
        3.7.1.)
        """
        if not self._started:
            await self.start()
        measuring_ms = time.ticks_diff(time.ticks_ms(), self._measuring_since)
        if measuring_ms < _RECALIBRATION_AFTER_MS:
            left_s = (_RECALIBRATION_AFTER_MS - measuring_ms) // 1000 + 1
            raise ValueError(
                "Le capteur %s doit mesurer dehors pendant trois minutes : "
                "attendez encore %d secondes." % (self.part, left_s)
            )
        self._started = False  # whatever happens now, the next read() starts it anew
        await self._stop()
        self._link.send(_PERFORM_FORCED_RECALIBRATION, ppm)
        await asyncio.sleep_ms(_RECALIBRATION_MS)
        (answer,) = self._link.receive(1)
        if answer == _RECALIBRATION_FAILED:
            raise SensorNotReady(self.part)
        await self.start()
        return answer - 0x8000
