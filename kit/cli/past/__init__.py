"""What a simulated site would have told before its gateway was started: readings and signals.

So that walls and boards are full from the first minute. Nothing here was measured: the frames have
boot ids of their own.
"""

from kit.cli.past.incidents import incidents_of
from kit.cli.past.model import DAY_S, HOUR_S, Incident, Past, school_morning
from kit.cli.past.readings import readings
from kit.cli.past.signals import signals

__all__ = [
    "DAY_S",
    "HOUR_S",
    "Incident",
    "Past",
    "incidents_of",
    "readings",
    "school_morning",
    "signals",
]
