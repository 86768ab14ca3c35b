"""The time of a chart: where its axis is marked, and into which parts the table behind it falls."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from gateway.web.charts import Tick
from gateway.web.words import Words

HOUR_S = 3600
DAY_S = 24 * HOUR_S
_FEW_HOURS_S = 3 * HOUR_S
_A_DAY_S = 1.6 * DAY_S
_A_FORTNIGHT_S = 15 * DAY_S
_A_SEASON_S = 100 * DAY_S


class Part(NamedTuple):
    """A part of the time, up to where the next begins (Unix seconds)."""

    start: float
    label: str


def ticks(start: float, end: float, words: Words) -> list[Tick]:
    """Return the marks of an axis: minutes, hours, days, weeks or months, as long as it is."""
    span = end - start
    if span <= _FEW_HOURS_S:
        minutes = 10 if span <= HOUR_S else 30
        return [Tick(t, words.time(t)) for t in _multiples(start, end, 60 * minutes)]
    if span <= _A_DAY_S:
        return [
            Tick(moment.timestamp(), words.hour(moment.timestamp()))
            for moment in _hours(start, end, words)
            if moment.hour % 6 == 0
        ]
    return [Tick(part.start, part.label) for part in _long_parts(start, end, words)]


def parts(start: float, end: float, words: Words) -> list[Part]:
    """Return the parts of the time that a table tells of, by the clock of the site."""
    span = end - start
    if span <= _FEW_HOURS_S:
        minutes = 10 if span <= HOUR_S else 30
        starts = [start, *_multiples(start, end, 60 * minutes)]
        return [Part(time, words.time(time)) for time in starts]
    if span <= _A_DAY_S:
        hours = [m.timestamp() for m in _hours(start, end, words) if m.hour % 3 == 0]
        return [Part(time, words.hour(time)) for time in ([start, *hours])]
    later = list(_long_parts(start, end, words))
    return [Part(start, _label_for(span, words)(start)), *later]


def _long_parts(start: float, end: float, words: Words) -> Iterator[Part]:
    span = end - start
    label = _label_for(span, words)
    for moment in _hours(start, end, words):
        is_begun = moment.hour == 0 and (
            span <= _A_FORTNIGHT_S
            or (span <= _A_SEASON_S and moment.weekday() == 0)
            or moment.day == 1
        )
        if is_begun:
            yield Part(moment.timestamp(), label(moment.timestamp()))


def _label_for(span: float, words: Words) -> Callable[[float], str]:
    if span <= _A_FORTNIGHT_S:
        return words.weekday
    return words.date if span <= _A_SEASON_S else words.month


def _multiples(start: float, end: float, step_s: float) -> Iterator[float]:
    time = (start // step_s + 1) * step_s
    while time < end:
        yield time
        time += step_s


def _hours(start: float, end: float, words: Words) -> Iterator[datetime]:
    """Yield the full hours of the site's clock within the time.

    Through UTC, or the hour that summer time skips would come twice.
    """
    time = (start // HOUR_S + 1) * HOUR_S
    while time < end:
        yield words.local(time)
        time += HOUR_S
