"""What the gateway measures, as boards ask about it: signals of objects, of itself, of towns.

A signal is sampled every few minutes: what was not sampled within the last hour is no longer so.
"""

from dashboards.boards.source import HOUR_S, Source
from kit.signals import signal

SAMPLED_S = HOUR_S
"""How far back the last sample may lie (s)."""


def of_objects(name: str) -> Source:
    """Return a signal of the objects of all towns, with a line for each object."""
    return Source(signal("object", name), ("town", "device"))


def of_gateway(name: str) -> Source:
    """Return a signal of the gateway and its machine."""
    return Source(signal("gateway", name))


def of_towns(name: str) -> Source:
    """Return a signal of the towns, with a line for each."""
    return Source(signal("town", name), ("town",))
