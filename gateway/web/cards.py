"""What the pages say of an object: its condition in words, its values, what they mean."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway.live import SPEAKING, Condition, LiveObject, Reading
from gateway.web import counts
from gateway.web.words import Words
from kit.catalogue import Channel
from kit.i18n import _, ngettext

NAMED_IN_SUMMARY = 3
"""So many objects that need somebody are named above the wall; the rest are counted."""


class Value(NamedTuple):
    """One channel's last value, written out. ``word`` and ``state`` are empty without a meaning."""

    channel: str
    name: str
    number: str
    unit: str
    is_count: bool
    word: str
    state: str
    stale: str


class Card(NamedTuple):
    """What a card says. ``values``: the main one first. ``asleep``: until when it sleeps, if so.

    ``message``: what the object said to people within the last hour, and ``said`` when;
    ``question``: what it asks, if anything. ``span``: the hour that its counts are of.
    """

    id: str
    town: str
    device: str
    name: str
    place: str
    condition: str
    word: str
    note: str
    asleep: str
    message: str
    said: str
    question: str
    when: str
    span: str
    values: Sequence[Value]


class Meaning(NamedTuple):
    """What a range of values means: « moins de 800 ppm », “good”, « Air bien renouvelé »."""

    span: str
    state: str
    word: str


class Urgent(NamedTuple):
    """An object that needs somebody, as the summary names it."""

    town: str
    device: str
    place: str
    word: str


class Summary(NamedTuple):
    """The sentence above the wall."""

    text: str
    urgent: Sequence[Urgent]
    more: str


def element_id(thing: LiveObject) -> str:
    """Return the id of an object's card on a page."""
    return f"o.{thing.device.town}.{thing.device.device}"


def card(
    thing: LiveObject, words: Words, now: float, hour: tuple[float, Mapping[str, float]] = (0.0, {})
) -> Card:
    """Write out how an object is. ``hour``: its ``counts.last_hour``, where it is known."""
    condition = thing.condition(now)
    last = thing.last_data
    counted_at = last
    if last is not None and hour[1] and not counts.is_whole(last):
        counted_at = hour[0]
    message = thing.message(now)
    channels = thing.build.channels if thing.build else ()
    values = [
        _value(thing, channel, _reading(thing, channel, counted_at, hour[1]), words, now)
        for channel in channels
        if channel.id in thing.readings and not is_switch(channel)
    ]
    return Card(
        id=element_id(thing),
        town=thing.device.town,
        device=thing.device.device,
        name=thing.device.name,
        place=place(thing),
        condition=condition.value,
        word=_word(thing, condition, words, now),
        note=_note(thing, condition, words, now),
        asleep=_asleep(thing, words, now),
        message=message.text if message else "",
        said=words.at(message.time, now) if message else "",
        question=thing.wording.asked() if thing.wording else "",
        when=words.at(last, now) if last is not None else "",
        span=counts.hour_of(counted_at, words, now) if counted_at is not None else "",
        values=values,
    )


def is_switch(channel: Channel) -> bool:
    """Whether a channel only says on or off: its word is the object's word, it has no number."""
    return not channel.unit and channel.range == (0, 1) and bool(channel.bands)


def place(thing: LiveObject) -> str:
    """Return where it stands, in words."""
    return thing.device.place_name or _("Without a place")


def meanings(channel: Channel, words: Words) -> list[Meaning]:
    """Write out what the values of a channel mean; empty if they mean nothing."""
    said = []
    floor: float | None = None
    for band in channel.bands:
        low = words.quantity(floor, channel) if floor is not None else ""
        high = words.quantity(band.below, channel)
        if floor is None:
            span = _("under {high}", high=high)
        elif band is channel.bands[-1]:
            span = _("{low} and more", low=low)
        else:
            span = _("from {low} to {high}", low=low, high=high)
        floor = band.below
        said.append(Meaning(span, band.state, str(band.word)))
    return said if channel.unit else []


def summary(things: Sequence[LiveObject], now: float) -> Summary:
    """Sum up a town: who gives news, and who needs somebody."""
    conditions = [(thing, thing.condition(now)) for thing in things]
    speaking = sum(condition in SPEAKING for _thing, condition in conditions)
    urgent = [
        Urgent(thing.device.town, thing.device.device, place(thing), str(band.word))
        for thing, condition in conditions
        if condition is Condition.ACT and (band := thing.worst_band(now))
    ]
    rest = len(urgent) - NAMED_IN_SUMMARY
    return Summary(
        text=_news(speaking, len(things)),
        urgent=urgent[:NAMED_IN_SUMMARY],
        more=ngettext("And {n} more.", "And {n} more.", rest) if rest > 0 else "",
    )


def _news(speaking: int, count: int) -> str:
    if count == 0:
        return _("There is no object here yet.")
    if speaking == 0:
        return _("No object gives news.")
    if speaking == count:
        return ngettext("The object gives news.", "All {n} objects give news.", count)
    return ngettext(
        "{n} object of {count} gives news.",
        "{n} objects of {count} give news.",
        speaking,
        count=count,
    )


def _word(thing: LiveObject, condition: Condition, words: Words, now: float) -> str:
    last = thing.last_data
    if condition is Condition.STARTING:
        return _("No reading yet")
    if condition is Condition.LOST and last is None:
        return _("Not connected")
    if condition in (Condition.SILENT, Condition.LOST) and last is not None:
        return _("Sensor silent {since}", since=words.since(last, now))
    band = thing.worst_band(now)
    return str(band.word) if band else _("It works")


def _asleep(thing: LiveObject, words: Words, now: float) -> str:
    wakes = thing.sleeps_until(now)
    return "" if wakes is None else _("Asleep until {time}", time=words.time(wakes))


def _note(thing: LiveObject, condition: Condition, words: Words, now: float) -> str:
    """Say what the object says of itself, where it explains what is seen."""
    if thing.build is None:
        return _("This kind of object is no longer in the catalogue.")
    if thing.why == "safe-mode":
        return _("The object runs in safe mode: its program needs a look.")
    notes = {
        "lost": _("The object is not connected. Check that it has power and Wi-Fi."),
        "degraded": _("One sensor of this object does not answer."),
        "updating": _("The object is being updated."),
    }
    if thing.nap is not None:
        return _note_of_sleeper(thing, notes["degraded"], words, now)
    if thing.state in notes:
        return notes[thing.state]
    if condition is Condition.STARTING and thing.state:
        return _("The object is connected. Its first reading will come soon.")
    return ""


def _note_of_sleeper(thing: LiveObject, degraded: str, words: Words, now: float) -> str:
    assert thing.nap is not None
    if thing.sleeps_until(now) is None:
        return _(
            "The object should have woken up {when}. Check its battery and the Wi-Fi.",
            when=words.at(thing.nap.wakes, now),
        )
    return degraded if thing.why.startswith("sensor:") else ""


def _reading(
    thing: LiveObject, channel: Channel, counted_at: float | None, hour: Mapping[str, float]
) -> Reading:
    """Return a channel's last reading; of what counts, that of its last whole hour if given."""
    reading = thing.readings[channel.id]
    if counted_at is None or not counts.is_count(channel) or counts.is_whole(reading.time):
        return reading
    return Reading(counted_at, hour[channel.id]) if channel.id in hour else reading


def _value(
    thing: LiveObject, channel: Channel, reading: Reading, words: Words, now: float
) -> Value:
    fresh = thing.is_fresh(reading, now)
    band = channel.band(reading.value)
    last = thing.last_data
    lags = last is not None and not fresh and reading.time < last
    return Value(
        channel=channel.id,
        name=str(channel.name),
        number=counts.reading_shown(channel, reading, words),
        unit=words.unit(channel),
        is_count=counts.is_count(channel),
        word=str(band.word) if band and fresh else "",
        state=band.state if band and fresh else "",
        stale=words.at(reading.time, now) if lags else "",
    )
