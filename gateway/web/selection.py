"""Which objects a page shows, and in which order: by place, then by name, some at a time."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from gateway.live import LiveObject

PER_PAGE = 24
"""Cards on one page: it stays under 50 kB on its way to a telephone."""


class Wall(NamedTuple):
    """One page of a town's objects; ``number`` of ``pages``, from 1."""

    things: Sequence[LiveObject]
    number: int
    pages: int


class Place(NamedTuple):
    """The objects of one place that stand on this page; ``width``: single, pair or roomy."""

    name: str
    things: Sequence[LiveObject]
    width: str


def wall(things: Sequence[LiveObject], number: int) -> Wall:
    """Return one page of the objects, sorted by place; the nearest page that exists."""
    ordered = sorted(things, key=_order)
    count = max(1, -(-len(ordered) // PER_PAGE))
    number = min(max(number, 1), count)
    first = (number - 1) * PER_PAGE
    return Wall(ordered[first : first + PER_PAGE], number, count)


def places(things: Sequence[LiveObject]) -> list[Place]:
    """Group sorted objects by the place they stand in."""
    groups = [(key, list(group)) for key, group in groupby(things, key=_place)]
    widths = {1: "single", 2: "pair"}
    return [Place(name, group, widths.get(len(group), "roomy")) for name, group in groups]


def _place(thing: LiveObject) -> str:
    return thing.device.place_name


def _order(thing: LiveObject) -> tuple[object, ...]:
    return sort_key(_place(thing), thing.device.name, thing.device.device)


@lru_cache(maxsize=16_384)
def sort_key(place: str, name: str, device: str) -> tuple[object, ...]:
    """Sort names as people do: “Salle 9” before “Salle 10”, objects without a place last."""
    return (not place, _natural(place), place, _natural(name), device)


def _natural(name: str) -> list[tuple[int, str]]:
    parts = ["".join(group) for _digits, group in groupby(name.casefold(), key=str.isdecimal)]
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
