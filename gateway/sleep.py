"""When an object that sleeps is awaited, and from when on it is late. Pure.

docs/contract.md has the rule. Who sleeps says so in its ``status``; the broker says it in its place
where the object went without a good-bye. Everything else is silence, and judged as such.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway.decode import EARLIEST, LATEST

CLOCK_DRIFT = 0.05
"""So much of its sleep may the clock of a sleeping chip be wrong: an ESP32 counts it with an RC
oscillator, whose frequency follows the temperature (ESP-IDF Programming Guide, "System Time")."""
MISSED_WAKINGS = 2
"""So many wakings may fail to reach anybody before the object counts as late."""
GRACE_S = 15.0
"""For joining the Wi-Fi, and for measuring."""
LONGEST_S = 86_400.0
"""What says that it sleeps for longer is taken to sleep for a day: so long may a period be."""


class Nap(NamedTuple):
    """One sleep, in Unix seconds: from when, when it is to wake, and until when nobody worries."""

    since: float
    wakes: float
    late_after: float


def nap_of(status: Mapping[str, Any], heard: float, period_s: float) -> Nap | None:
    """Return the sleep that a status which came at ``heard`` tells of; ``None``: it is awake.

    A board that does not know the time cannot say when it wakes: that is a period from now.
    """
    if status.get("state") != "sleeping":
        return None
    # A status that the broker has kept comes again when the gateway starts.
    since = min(_time(status.get("t"), heard), heard)
    wakes = min(_time(status.get("wakes"), since + period_s), since + LONGEST_S)
    allowance = CLOCK_DRIFT * max(0.0, wakes - since) + MISSED_WAKINGS * period_s + GRACE_S
    return Nap(since, wakes, wakes + allowance)


def _time(value: object, otherwise: float) -> float:
    if isinstance(value, int | float) and EARLIEST <= value <= LATEST:
        return value
    return otherwise
