"""Who measures what a question asks for: the truth about its unit and what is possible at all."""

import math
from typing import NamedTuple

from dashboards.query import Query
from kit.catalogue import Build, Channel
from kit.signals import FEW, SITE, signals


class Known(NamedTuple):
    """What the catalogue and the signals say of a quantity: units, lowest and highest value."""

    units: frozenset[str]
    low: float
    high: float


def known(town: str, query: Query, builds: tuple[Build, ...]) -> Known | None:
    """Return what is known of what a question asks of a town's store (or of that of ``_site``).

    ``None``: nobody measures that, so that there can never be an answer.
    """
    quantity = query.quantity.removesuffix(FEW)
    channels = [
        *_measured(quantity, query, builds),
        *_told(town, quantity),
    ]
    if query.quantity.endswith(FEW):
        channels = [channel for channel in channels if channel.hidden_below]
    if not channels:
        return None
    return Known(
        frozenset(channel.unit for channel in channels),
        min(channel.range[0] for channel in channels),
        max(channel.range[1] for channel in channels),
    )


def fault(query: Query, value: float, of: Known, span_s: float) -> bool:
    """Whether a value cannot be an answer to a question over ``span_s`` seconds."""
    if not math.isfinite(value):
        return True
    if query.aggregate == "count":
        return value < 0 or value != round(value)
    if query.aggregate == "hours":
        return not 0 <= value <= span_s / 3600 + 1 or value != round(value)
    if query.quantity.endswith(FEW):
        return value < 1 if query.aggregate == "sum" else value != 1
    if query.aggregate == "sum":
        return of.low >= 0 > value
    room = 1e-9 * max(abs(of.low), abs(of.high))  # a mean of the same numbers may end beside them
    return not of.low - room <= value <= of.high + room


def _measured(quantity: str, query: Query, builds: tuple[Build, ...]) -> list[Channel]:
    wanted = query.wanted("build")
    return [
        channel
        for build in builds
        if not wanted or build.id in wanted
        for channel in build.channels
        if channel.quantity == quantity
    ]


def _told(town: str, quantity: str) -> list[Channel]:
    subjects = ("object", "gateway", "town") if town == SITE else ("told",)
    return [signal for subject in subjects for signal in signals(subject) if signal.id == quantity]
