"""Durations as Prometheus writes them: Grafana gives ``1d`` back where it was sent ``24h``."""

import re
from typing import Any

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_DURATION = re.compile(r"(?:[0-9]+(?:ms|[smhdwy]))+")
_STEP = re.compile(r"([0-9]+)(ms|[smhdwy])")


def seconds(value: Any) -> Any:
    """Return a duration such as ``1h30m`` in seconds; anything else as it is.

    Source: Prometheus, ``model.ParseDuration`` (a year has 365 days).
    """
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        return value
    return sum(int(number) * _SECONDS[unit] for number, unit in _STEP.findall(value))
