"""The plan of a workshop minute by minute, and where in it the room is. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec


class Step(msgspec.Struct, frozen=True):
    """One step: minutes, what it is called, what happens, who leads it; texts by language."""

    minutes: int
    title: Mapping[str, str]
    does: Mapping[str, str] = {}
    role: Mapping[str, str] = {}


class Moment(NamedTuple):
    """Where a plan is: the number of its step, from 0; seconds left of it, negative after."""

    step: int
    left_s: float


def moment(plan: Sequence[Step], elapsed_s: float) -> Moment:
    """Return where a plan is so many seconds after its beginning."""
    end = 0.0
    for index, step in enumerate(plan):
        end += step.minutes * 60
        if elapsed_s < end:
            return Moment(index, end - elapsed_s)
    return Moment(len(plan), end - elapsed_s)


def start_of(plan: Sequence[Step], index: int) -> float:
    """Return how many seconds after the beginning a step starts; past the last, the plan's end."""
    return sum(step.minutes for step in plan[:index]) * 60.0


def said(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in any that it has; empty if it has none."""
    return texts.get(language) or next(iter(texts.values()), "")
