"""Quiet hours: by the clock on the wall of the site, over midnight and over the change of time."""

import datetime as dt
from zoneinfo import ZoneInfo

from kit.settings import Alerts


def is_quiet(settings: Alerts, zone: str, now: float) -> bool:
    """Whether ``now`` (Unix seconds) lies in the quiet hours. Equal ends mean: there are none."""
    clock = dt.datetime.fromtimestamp(now, ZoneInfo(zone)).strftime("%H:%M")
    begins, ends = settings.quiet_from, settings.quiet_until
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends
