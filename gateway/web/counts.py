"""Counts of people and of votes, as residents may see them: by the hour, none too small.

A count below the channel's ``hidden_below`` is “fewer than” that: behind it may be somebody who can
be recognised. A zero is shown, for nobody is behind it. A sum over a longer time is told in steps
of the bound, or what it grew by in the last hour would be that hour's count; so is what an object
counted of an hour that goes on, which it tells when it starts anew.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway.counting import in_steps, is_hidden, sum_told, votes_begin, votes_read_from
from gateway.live import LiveObject, Reading
from gateway.logbook import Taught
from gateway.web import taught
from gateway.web.history import DAY_S, HOUR_S, History
from gateway.web.words import Words
from gateway.wording import options_of
from kit.catalogue import Build, Channel
from kit.i18n import _

_LATE_S = 120.0
"""So long after the full hour the reading that counts it may be taken."""


class HourRow(NamedTuple):
    """One hour of the table: when, and a count for each channel, written out."""

    when: str
    numbers: Sequence[str]


class Result(NamedTuple):
    """One option of a question and the votes for it, written out.

    ``share``: how long its bar is, in % of the longest, by what may be told.
    """

    option: str
    votes: str
    share: int


class Counts(NamedTuple):
    """What an object counted in the hours of the last day; ``names``: of its channels."""

    names: Sequence[str]
    hours: Sequence[HourRow]


class Votes(NamedTuple):
    """What a vote box asks, since when, and what was answered."""

    question: str
    since: str
    results: Sequence[Result]


def is_count(channel: Channel) -> bool:
    """Whether a channel counts what may be few people."""
    return channel.hidden_below > 0


def shown(channel: Channel, value: float, words: Words) -> str:
    """Write a value of a channel, or that it is too small to be told."""
    if is_hidden(channel, value):
        return _("fewer than {count}", count=words.number(channel.hidden_below, 0))
    return words.number(value, channel.decimals)


def sum_shown(channel: Channel, total: float, words: Words) -> str:
    """Write a sum of counts, in steps of the bound."""
    number = sum_told(channel, total)
    if channel.hidden_below and number:
        return _("at least {count}", count=words.number(number, 0))
    return shown(channel, total, words)


def reading_shown(channel: Channel, reading: Reading, words: Words) -> str:
    """Write the last reading of a channel; in steps of the bound where it is a part of an hour."""
    return (shown if is_whole(reading.time) else sum_shown)(channel, reading.value, words)


def hour_of(time: float, words: Words, now: float) -> str:
    """Write which hour a count of that time is of; empty if of a part of one, or not of today."""
    end = time // HOUR_S * HOUR_S
    if not is_whole(time) or words.local(end - HOUR_S).date() != words.local(now).date():
        return ""
    return _("Between {start} and {end}", start=words.hour(end - HOUR_S), end=words.hour(end))


def last_hour(history: History, thing: LiveObject, now: float) -> tuple[float, dict[str, float]]:
    """Return the last whole hour that an object told of: its end, and its counts by channel.

    (0, {}) if there is none of the last two. After a restart, this says more than the part of an
    hour that the object tells first.
    """
    channels = [c for c in thing.build.channels if is_count(c)] if thing.build else []
    told = {channel.id: by_hour(history, thing, channel, now) for channel in channels}
    newest = max((max(hours, default=0.0) for hours in told.values()), default=0.0)
    if newest + 3 * HOUR_S < now:
        return 0.0, {}
    return newest + HOUR_S, {name: hours[newest] for name, hours in told.items() if newest in hours}


def is_whole(time: float) -> bool:
    """Whether a reading of that time tells of the whole hour before it."""
    return time % HOUR_S <= _LATE_S


def counts(history: History, thing: LiveObject, words: Words, now: float) -> Counts | None:
    """Return what an object counted; ``None`` if it counts nothing. Reads from the disk."""
    channels = [c for c in thing.build.channels if is_count(c)] if thing.build else []
    if not channels:
        return None
    hours = {channel.id: by_hour(history, thing, channel, now) for channel in channels}
    return Counts([str(channel.name) for channel in channels], _rows(channels, hours, words))


def votes(history: History, thing: LiveObject, words: Words, now: float) -> Votes | None:
    """Return what was voted since the question stands; ``None`` if none is asked."""
    if thing.wording is None or thing.build is None:
        return None
    start = votes_read_from(thing.wording)
    totals = [
        (option, round(history.sum_of_told(thing, option, start, now)))
        for option in options_of(thing.build)
    ]
    longest = max((in_steps(option, total) for option, total in totals), default=0)
    return Votes(
        thing.wording.asked(),
        words.moment(votes_begin(thing.wording)),
        [
            Result(
                str(option.name),
                sum_shown(option, total, words),
                round(100 * in_steps(option, total) / max(longest, 1)),
            )
            for option, total in totals
        ],
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


def by_hour(
    history: History, thing: LiveObject, channel: Channel, now: float
) -> dict[float, float]:
    """Return the counts of the finished hours of the last day, by the hour's start.

    An object that starts anew tells a part of its hour first. Of an hour in parts only those count
    that may be told: all of them, less the large one that a board shows, would be the hidden one.
    """
    parts: dict[float, list[float]] = {}
    # Whole hours only: half of the oldest would tell what the other half was.
    start = (now - DAY_S) // HOUR_S * HOUR_S + _LATE_S
    for time, value in history.readings(thing, channel.id, start, now):
        hour = (time - _LATE_S) // HOUR_S * HOUR_S
        if hour + HOUR_S <= now:  # the hour that is going on would tell each who comes
            parts.setdefault(hour, []).append(value)
    return {hour: _sum_of_parts(channel, values) for hour, values in parts.items()}


def _sum_of_parts(channel: Channel, parts: Sequence[float]) -> float:
    """Return the sum of the parts that may be told; where there is none, one that may not."""
    sure = sum(part for part in parts if not is_hidden(channel, part))
    return sure or max(parts)


def _rows(
    channels: Sequence[Channel], counted: Mapping[str, Mapping[float, float]], words: Words
) -> list[HourRow]:
    hours = sorted({hour for sums in counted.values() for hour in sums}, reverse=True)
    return [
        HourRow(
            _("{start} to {end}", start=words.hour(hour), end=words.hour(hour + HOUR_S)),
            [
                shown(channel, counted[channel.id][hour], words)
                if hour in counted[channel.id]
                else "–"
                for channel in channels
            ],
        )
        for hour in hours
    ]
