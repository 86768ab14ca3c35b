"""What a calibration gave, in words: « sec 2710 mV, mouillé 1480 mV »."""

from collections.abc import Mapping

from gateway.web.words import NO_BREAK, Words
from kit.catalogue import Calibration


def in_words(calibration: Calibration | None, kept: Mapping[str, float], words: Words) -> str:
    """Write what was kept, in the order of the catalogue; what that does not know comes last."""
    results = calibration.results if calibration else ()
    known = [
        f"{result.name}{NO_BREAK}{words.quantity(kept[result.id], result)}"
        for result in results
        if result.id in kept
    ]
    named = {result.id for result in results}
    others = [
        f"{name}{NO_BREAK}{words.number(value, 0 if float(value).is_integer() else 2)}"
        for name, value in kept.items()
        if name not in named and name != "at"
    ]
    return ", ".join(known + others)
