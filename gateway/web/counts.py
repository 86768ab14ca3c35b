"""Counts of people and of votes, as residents may see them: by the hour, none too small.

A count below the channel's ``hidden_below`` is “fewer than” that: behind it may be somebody who can
be recognised. A zero is shown, for nobody is behind it. A sum over a longer time is told in steps
of the bound, or what it grew by in the last hour would be that hour's count; so is what an object
counted of an hour that goes on, which it tells when it starts anew.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway.live import LiveObject, Reading
from gateway.logbook import Taught
from gateway.web import taught
from gateway.web.history import DAY_S, HOUR_S, History
from gateway.web.words import Words
from gateway.wording import Wording, options_of
from kit.catalogue import Build, Channel
from kit.i18n import _

_LATE_S = 120.0
"""So long after the full hour the reading that counts it may be taken."""


class HourRow(NamedTuple):
    """One hour of the table: when, and a count for each channel, written out."""

    when: str
    numbers: Sequence[str]


class Result(NamedTuple):
    """One option of a question and the votes for it, written out."""

    option: str
    votes: str


class Counts(NamedTuple):
    """What an object counted: the hours of the last day, and the votes since its question stands.

    ``question`` is empty, and ``results`` with it, where it asks none.
    """

    names: Sequence[str]
    hours: Sequence[HourRow]
    question: str = ""
    since: str = ""
    results: Sequence[Result] = ()


def is_count(channel: Channel) -> bool:
    """Whether a channel counts what may be few people."""
    return channel.hidden_below > 0


def is_hidden(channel: Channel, value: float) -> bool:
    """Whether residents may not see that number."""
    return 0 < value < channel.hidden_below


def shown(channel: Channel, value: float, words: Words) -> str:
    """Write a value of a channel, or that it is too small to be told."""
    if is_hidden(channel, value):
        return _("fewer than {count}", count=words.number(channel.hidden_below, 0))
    return words.number(value, channel.decimals)


def sum_shown(channel: Channel, total: float, words: Words) -> str:
    """Write a sum of counts, in steps of the bound."""
    bound = channel.hidden_below
    if bound and total >= bound:
        return _("at least {count}", count=words.number(total // bound * bound, 0))
    return shown(channel, total, words)


def reading_shown(channel: Channel, reading: Reading, words: Words) -> str:
    """Write the last reading of a channel; in steps of the bound where it is a part of an hour."""
    is_whole = reading.time % HOUR_S <= _LATE_S
    return (shown if is_whole else sum_shown)(channel, reading.value, words)


def counts(history: History, thing: LiveObject, words: Words, now: float) -> Counts | None:
    """Return what an object counted; ``None`` if it counts nothing. Reads from the disk."""
    channels = [c for c in thing.build.channels if is_count(c)] if thing.build else []
    if not channels:
        return None
    by_hour = {channel.id: _by_hour(history, thing, channel, now) for channel in channels}
    return Counts(
        [str(channel.name) for channel in channels],
        _rows(channels, by_hour, words),
        *(_results(history, thing, thing.wording, words, now) if thing.wording else ()),
    )


def calibrations(build: Build, known: Sequence[Taught], words: Words) -> Sequence[tuple[str, str]]:
    """Return how far the counts can be believed: when that was measured, and what was found.

    The date is empty where nobody has measured it yet.
    """
    counting = {channel.id for channel in build.channels if is_count(channel)}
    parts = {part.id for part in build.parts if counting & {*part.channels}}
    found = {one.part: one for one in known}
    return [
        (words.full_date(one.time), taught.in_words(calibration, one.kept, words))
        if (one := found.get(calibration.part))
        else ("", "")
        for calibration in build.calibrations
        if calibration.part in parts
    ]


def _by_hour(
    history: History, thing: LiveObject, channel: Channel, now: float
) -> dict[float, float]:
    """Return the counts of the finished hours of the last day, by the hour's start."""
    sums: dict[float, float] = {}
    # Whole hours only: half of the oldest would tell what the other half was.
    start = (now - DAY_S) // HOUR_S * HOUR_S + _LATE_S
    for time, value in history.readings(thing, channel.id, start, now):
        hour = (time - _LATE_S) // HOUR_S * HOUR_S
        if hour + HOUR_S <= now:  # the hour that is going on would tell each who comes
            sums[hour] = sums.get(hour, 0) + value
    return sums


def _rows(
    channels: Sequence[Channel], by_hour: Mapping[str, Mapping[float, float]], words: Words
) -> list[HourRow]:
    hours = sorted({hour for sums in by_hour.values() for hour in sums}, reverse=True)
    return [
        HourRow(
            _("{start} to {end}", start=words.hour(hour), end=words.hour(hour + HOUR_S)),
            [
                shown(channel, by_hour[channel.id][hour], words)
                if hour in by_hour[channel.id]
                else "–"
                for channel in channels
            ],
        )
        for hour in hours
    ]


def _results(
    history: History, thing: LiveObject, wording: Wording, words: Words, now: float
) -> tuple[str, str, list[Result]]:
    """Return the question, since when it stands, and the votes for each option."""
    first = -(-wording.since // HOUR_S) * HOUR_S
    options = options_of(thing.build) if thing.build else []
    totals = {
        # A reading tells of the hour before it: the first that counts comes an hour later.
        option.id: sum(
            hour.mean * hour.readings
            for hour in history.hours(thing, option.id, first + HOUR_S, now)
        )
        for option in options
    }
    return (
        wording.asked(),
        words.moment(first),
        [Result(str(o.name), sum_shown(o, round(totals[o.id]), words)) for o in options],
    )
