"""The voltage of the battery: ``settings.battery`` of ``config.json`` says where it is measured.

    {"pin": 34, "ratio": 2}

``pin``: a pin of ADC1, for the radio has the other converter. ``ratio``: how many times higher the
battery is than the pin; two equal resistors make it 2. With an attenuation of 11 dB the ESP32 is
good for 150 to 2450 mV (ESP32 Series Datasheet, ADC calibration results).

``fabnum.report`` loads it for each status and then drops it.
"""

from fabnum import log
from machine import ADC, Pin
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SAMPLES = const(16)  # the radio makes the voltage jump


def tell(wired: "dict[str, Any]", status: "dict[str, Any]") -> None:
    """Add ``battery`` (V, to a hundredth) to a status; not where that pin measures nothing."""
    try:
        adc = ADC(Pin(wired["pin"]), atten=ADC.ATTN_11DB)
        microvolts = sum([adc.read_uv() for _ in range(_SAMPLES)]) / _SAMPLES
        status["battery"] = round(microvolts * wired["ratio"] / 1000000, 2)
    except (OSError, ValueError, TypeError, KeyError):
        log.say("config.json : « settings.battery » ne va pas : {pin (d’ADC1), ratio}.")
