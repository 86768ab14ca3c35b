"""The public series of one object: rows by time, a page at a time.

A page begins at a :class:`Place` and names the place where the next one begins, never a number of
rows: what arrives meanwhile moves nothing, and each row comes once.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway.api import counted, disclosure
from gateway.api.disclosure import SECONDS, Step
from gateway.api.shelf import Means, Reading, Shelf
from kit.catalogue import Channel
from kit.names import DeviceKey

_DAY_S = SECONDS["1d"]
_CHUNK_S: dict[Step, int] = {"10m": 7 * _DAY_S, "1h": 31 * _DAY_S, "1d": 366 * _DAY_S}
"""So much is read at once: what one statement costs is bounded by it."""
_COUNTS_CHUNK_S = 7 * _DAY_S
_LAST_COUNT_S = 31 * _DAY_S
"""A count that is older is not looked for: the object has been away for long."""
_MEAN_DIGITS = 2
"""A mean is told with so many digits more than a reading."""


class Place(NamedTuple):
    """Where a page begins: a time (Unix seconds), and how many rows of that very time are known."""

    time: float
    skip: int = 0


class Row(NamedTuple):
    """What is told of one moment or step, by channel id. ``time``: where the step begins.

    A value that is ``None`` is a count of few. ``few``: the channels that were, here or within the
    step. ``minimum`` and ``maximum`` are those of the readings behind a mean.
    """

    time: float
    values: dict[str, float | None]
    few: tuple[str, ...] = ()
    minimum: dict[str, float] = {}  # noqa: RUF012 - never changed
    maximum: dict[str, float] = {}  # noqa: RUF012


class Page(NamedTuple):
    """Some rows, and where the next page begins; ``None``: these are the last."""

    rows: list[Row]
    following: Place | None


class Question(NamedTuple):
    """What is asked: rows of one object with start ≤ time < end, in steps.

    ``channels`` may all be told in that step (:func:`gateway.api.disclosure.told_in`).
    """

    key: DeviceKey
    channels: tuple[Channel, ...]
    start: float
    end: float
    step: Step


def page(shelf: Shelf, question: Question, place: Place | None, limit: int, now: float) -> Page:
    """Return up to ``limit`` rows from ``place`` on. Reads from the disk."""
    if question.step == "raw":
        return _readings(shelf, question, place, limit, now)
    step_s = SECONDS[question.step]
    start = max(question.start, place.time) if place is not None else question.start
    first = -(-start // step_s) * step_s
    end = min(-(-question.end // step_s) * step_s, disclosure.over_by(question.step, now))
    rows: list[Row] = []
    while first < end and len(rows) <= limit:
        upto = min(end, first + _CHUNK_S[question.step])
        rows += _steps(shelf, question, first, upto)
        first = _skipped(shelf, question.key, upto, end) if question.step == "10m" else upto
    more = len(rows) > limit
    return Page(rows[:limit], Place(rows[limit].time) if more else None)


def walk(shelf: Shelf, question: Question, limit: int, now: float) -> Iterator[list[Row]]:
    """Yield all rows of a question, at most ``limit`` at a time."""
    place: Place | None = None
    while True:
        rows, place = page(shelf, question, place, limit, now)
        yield rows
        if place is None:
            return


def last(shelf: Shelf, key: DeviceKey, channels: Sequence[Channel], now: float) -> dict[str, Row]:
    """Return the last row that may be told of each channel, each in its finest step."""
    found: dict[str, Row] = {}
    for step in disclosure.STEPS:
        alike = [c for c in channels if disclosure.finest(c) == step]
        counts = tuple(c for c in alike if disclosure.is_count(c))
        measured = tuple(c for c in alike if not disclosure.is_count(c))
        for row in (
            _last_counted(shelf, key, counts, now) if counts else None,
            _last_measured(shelf, key, measured, step, now) if measured else None,
        ):
            if row is not None:
                found.update(dict.fromkeys(row.values, row))
    return found


def _last_counted(
    shelf: Shelf, key: DeviceKey, channels: tuple[Channel, ...], now: float
) -> Row | None:
    end = disclosure.over_by("1h", now)
    question = Question(key, channels, end - _LAST_COUNT_S, end, "1h")
    return next(reversed(_counted(shelf, question, question.start, end)), None)


def _last_measured(
    shelf: Shelf, key: DeviceKey, channels: tuple[Channel, ...], step: Step, now: float
) -> Row | None:
    # Of readings, the one that is measured exactly now is told, too.
    time = shelf.last_time(key, 0, disclosure.over_by(step, now) + (step == "raw"))
    if time is None:
        return None
    if step == "raw":
        reading = shelf.readings(key, time, time + 1, 0, 1)[0]
        return _row(reading, channels)
    start = time // SECONDS[step] * SECONDS[step]
    question = Question(key, channels, start, start + SECONDS[step], step)
    return next(iter(_measured(shelf, question, start, question.end)), None)


def _readings(
    shelf: Shelf, question: Question, place: Place | None, limit: int, now: float
) -> Page:
    place = place or Place(question.start)
    start, skip = (place.time, place.skip) if place.time >= question.start else (question.start, 0)
    end = min(question.end, now + 1)
    found = shelf.readings(question.key, start, end, skip, limit + 1)
    following = None
    if len(found) > limit:
        time = found[limit - 1].time
        same = sum(1 for reading in found[:limit] if reading.time == time)
        following = Place(time, same + (skip if time == start else 0))
    rows = [_row(reading, question.channels) for reading in found[:limit]]
    return Page([row for row in rows if row.values], following)


def _row(reading: Reading, channels: Sequence[Channel]) -> Row:
    values = reading.values
    return Row(reading.time, {c.id: values[c.id] for c in channels if c.id in values})


def _steps(shelf: Shelf, question: Question, start: float, end: float) -> list[Row]:
    """Return the rows of whole steps: what is measured and what is counted, put together."""
    rows = {row.time: row for row in _measured(shelf, question, start, end)}
    for row in _counted(shelf, question, start, end):
        beside = rows.get(row.time)
        rows[row.time] = (
            row
            if beside is None
            else beside._replace(values={**beside.values, **row.values}, few=row.few)
        )
    return [rows[time] for time in sorted(rows)]


def _measured(shelf: Shelf, question: Question, start: float, end: float) -> list[Row]:
    channels = [c for c in question.channels if not disclosure.is_count(c)]
    if not channels:
        return []
    names = [channel.id for channel in channels]
    step_s = SECONDS[question.step]
    if question.step == "10m":
        found = shelf.means(question.key, names, start, end, step_s)
        return [row for one in found if (row := _mean_row(one, channels)).values]
    rows: dict[float, Row] = {}
    for step in shelf.steps(question.key, names, start, end, step_s):
        row = rows.setdefault(step.start, Row(step.start, {}, minimum={}, maximum={}))
        channel = channels[step.which]
        row.values[channel.id] = _rounded(step.total / step.readings, channel)
        row.minimum[channel.id] = step.minimum
        row.maximum[channel.id] = step.maximum
    return [rows[time] for time in sorted(rows)]


def _mean_row(means: Means, channels: Sequence[Channel]) -> Row:
    told = zip(channels, means.values, strict=True)
    return Row(means.start, {c.id: _rounded(v, c) for c, v in told if v is not None})


def _rounded(mean: float, channel: Channel) -> float:
    return round(mean, channel.decimals + _MEAN_DIGITS)


def _counted(shelf: Shelf, question: Question, start: float, end: float) -> list[Row]:
    channels = [c for c in question.channels if disclosure.is_count(c)]
    origin = shelf.origin(question.key) if channels else None
    if origin is None:
        return []
    # Whole days, so that none is told in two parts.
    first = max(start, origin.time // _DAY_S * _DAY_S)
    told: list[counted.Told] = []
    while first < end:
        upto = min(end, first + _COUNTS_CHUNK_S)
        frames = shelf.counted(question.key, first, upto + counted.CLOSES_WITHIN_S)
        told += counted.hours(frames, channels, origin, first, upto)
        first = upto
    if question.step == "1d":
        told = counted.days(told, _DAY_S)
    return [Row(one.start, one.values, one.few) for one in told]


def _skipped(shelf: Shelf, key: DeviceKey, start: float, end: float) -> float:
    """Return where the next step with readings begins: an object may have been away for months."""
    time = shelf.next_time(key, start, end)
    step_s = SECONDS["10m"]
    return end if time is None else time // step_s * step_s
