"""A capacitive soil probe: the wetter the soil around it, the lower its voltage. Analogue.

Such probes have no data sheet. At 3.3 V they give about 2.8 V in dry air and 1.4 V in water, each
specimen a little different: what is dry and what is wet is shown to it (two-point calibration).

With an attenuation of 11 dB the ESP32 is good for 150 to 2450 mV (ESP32 Series Datasheet, ADC
calibration results): two resistors of 100 kΩ halve the voltage of the probe, a capacitor of 100 nF
beside the lower one steadies it. Only ADC1 works beside the Wi-Fi.
"""

import asyncio

from drivers.errors import SensorChecksum, SensorMissing
from drivers.sensor import Sensor
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# The voltage is the mean over four turns of the mains, so that its hum is not in it.
_SAMPLES = const(16)
_SAMPLE_MS = const(5)
_SCATTER_MV = const(400)  # more than that is a loose contact

# In millivolts of the probe. Without it the lower resistor pulls the pin to 0.
_LEAST_MV = const(600)
_ABOVE_DRY_MV = const(300)
_LEAST_SPAN_MV = const(200)

TYPICAL = {"dry": 2800, "wet": 1400}
"""The ends of a probe that was never calibrated, in millivolts."""


def create(part: "dict[str, Any]") -> "Soil":
    """Return the driver of a part of build.json.

    Its setting ``divider`` (2 if absent) is how many times higher the probe's voltage is than the
    pin's.
    """
    from machine import ADC, Pin  # only here: the rest needs no pins

    adc = ADC(Pin(part["pins"]["signal"]), atten=ADC.ATTN_11DB)
    divider = part["settings"].get("divider", 2)
    return Soil(part["id"], adc.read_uv, divider, part.get("calibration", {}))


def moisture(millivolts: float, dry: float, wet: float) -> float:
    """Return the moisture in % between the voltage of dry and that of wet, to a tenth."""
    return round(min(100, max(0, 100 * (dry - millivolts) / (dry - wet))), 1)


class Soil(Sensor):
    """Moisture in %. ``read_uv`` returns the microvolts of the pin.

    ``taught``: what :meth:`calibrate` returned earlier, kept up to date by whoever calls it: the
    millivolts of the probe when ``dry`` and when ``wet``, those of TYPICAL where one is missing.
    """

    channels = ("moisture",)

    def __init__(
        self,
        part: str,
        read_uv: "Callable[[], int]",
        divider: float = 2,
        taught: "dict[str, float] | None" = None,
    ) -> None:
        super().__init__(part)
        self._read_uv = read_uv
        self._divider = divider
        self._taught: dict[str, float] = {} if taught is None else taught

    async def calibrate(self, step: str, _value: float | None) -> dict[str, float]:
        """Take what the probe feels now for ``dry`` or ``wet``; return the millivolts to keep.

        Raises SensorError if the probe cannot be read; ValueError with a French sentence if the
        two ends would be less than 200 mV apart.
        """
        if step not in TYPICAL:
            raise ValueError("%s n’a pas d’étape « %s »." % (self.part, step))
        millivolts = round(await self._millivolts())
        ends = dict(zip(("dry", "wet"), self._ends()))
        ends[step] = millivolts
        if ends["dry"] - ends["wet"] < _LEAST_SPAN_MV:
            if step == "dry":
                raise ValueError("La sonde se croit mouillée : essuyez-la, puis recommencez.")
            raise ValueError("La sonde se croit au sec : plongez-la plus loin, puis recommencez.")
        return {step: millivolts}

    async def _start(self) -> None:
        # It has no register to ask: only its voltage shows that it is there.
        await self._millivolts()

    async def _measure(self) -> dict[str, float]:
        dry, wet = self._ends()
        millivolts = await self._millivolts()
        if millivolts > dry + _ABOVE_DRY_MV:
            raise SensorMissing(self.part)  # its ground is loose: it pulls the pin up
        return {"moisture": moisture(millivolts, dry, wet)}

    def _ends(self) -> tuple[float, float]:
        """Return the millivolts of dry and of wet: the typical ones if those taught are no use."""
        dry = self._taught.get("dry", TYPICAL["dry"])
        wet = self._taught.get("wet", TYPICAL["wet"])
        if dry - wet < _LEAST_SPAN_MV:
            return TYPICAL["dry"], TYPICAL["wet"]
        return dry, wet

    async def _millivolts(self) -> float:
        """Return the voltage of the probe. Raises SensorMissing, SensorChecksum."""
        samples = []
        for _ in range(_SAMPLES):
            samples.append(self._read_uv() * self._divider / 1000)
            await asyncio.sleep_ms(_SAMPLE_MS)
        mean = sum(samples) / _SAMPLES
        if max(samples) - min(samples) > _SCATTER_MV:
            raise SensorChecksum(self.part)
        if mean < _LEAST_MV:
            raise SensorMissing(self.part)
        return mean
