"""What may leave as open data, and how fine. Pure.

Three rules, in the order in which they bind:

1. A channel's ``public_step`` in the catalogue says the finest step. Most are means of ten minutes,
   for a finer curve of a room shows when somebody comes and goes; only what is outdoors or in the
   soil is told reading by reading; what a person does with a lamp is not told at all.
2. A count of people or votes is told by the hour (:mod:`gateway.api.counted`).
3. A step is told once it is over. A mean that still grows would, asked for every minute, give away
   the readings behind it.
"""

from collections.abc import Iterable
from typing import Literal, get_args

from kit.catalogue import Channel

Step = Literal["raw", "10m", "1h", "1d"]
STEPS: tuple[Step, ...] = get_args(Step)
"""The steps from the finest to the coarsest."""
SECONDS: dict[Step, int] = {"raw": 0, "10m": 600, "1h": 3600, "1d": 86_400}

SETTLE_S = 60
"""So long after its end a step is told: what is on its way then still counts."""

_DAY_S = 86_400
LONGEST_S: dict[Step, int] = {
    "raw": 31 * _DAY_S,
    "10m": 366 * _DAY_S,
    "1h": 3660 * _DAY_S,
    "1d": 36_600 * _DAY_S,
}
"""The longest time that one question may be about: what answering costs is bounded by it."""


def is_count(channel: Channel) -> bool:
    """Whether a channel counts what may be few people."""
    return channel.hidden_below > 0


def finest(channel: Channel) -> Step | None:
    """Return the finest step in which a channel may be told; ``None``: it may not be."""
    if channel.public_step == "never":
        return None
    return "1h" if is_count(channel) else channel.public_step


def told_in(channels: Iterable[Channel], step: Step) -> tuple[Channel, ...]:
    """Return the channels that may be told in that step."""
    return tuple(
        channel
        for channel in channels
        if (least := finest(channel)) is not None and STEPS.index(least) <= STEPS.index(step)
    )


def is_public(channel: Channel) -> bool:
    """Whether anything of a channel may be told."""
    return finest(channel) is not None


def over_by(step: Step, now: float) -> float:
    """Return the end of the last step that may be told at ``now`` (Unix seconds)."""
    seconds = SECONDS[step]
    return (now - SETTLE_S) // seconds * seconds if seconds else now
