"""Storing points of which some may be refused: find those, store all others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gateway.influx.lines import Point
from gateway.influx.server import RefusedError, TooLargeError

Write = Callable[[Sequence[Point]], None]


class Culprit(NamedTuple):
    """A point that the server does not take, and the server's words."""

    point: Point
    words: str


def store(write: Write, points: Sequence[Point]) -> list[Culprit]:
    """Store ``points`` with ``write``; return those that it refuses even alone.

    A refused batch is cut in halves until the culprits stand alone, or the server says that it
    dropped every point of the part. What was stored meanwhile may be stored again: the same series
    at the same time replaces the point. Other errors of ``write`` come through.
    """
    try:
        write(points)
    except (RefusedError, TooLargeError) as refusal:
        # A fault is mostly one of a whole measurement or object: side by side, they fall together.
        return _halves(write, sorted(points, key=_line), refusal)
    return []


def _line(point: Point) -> str:
    return point.line


def _halves(
    write: Write, points: Sequence[Point], refusal: RefusedError | TooLargeError
) -> list[Culprit]:
    """Store a part that has just been refused."""
    words = refusal.words if isinstance(refusal, RefusedError) else "too large"
    all_dropped = isinstance(refusal, RefusedError) and refusal.dropped == len(points)
    if len(points) == 1 or all_dropped:
        return [Culprit(point, words) for point in points]
    middle = len(points) // 2
    return [
        culprit
        for half in (points[:middle], points[middle:])
        for culprit in _store_half(write, half)
    ]


def _store_half(write: Write, points: Sequence[Point]) -> list[Culprit]:
    try:
        write(points)
    except (RefusedError, TooLargeError) as refusal:
        return _halves(write, points, refusal)
    return []
