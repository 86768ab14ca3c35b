"""Towns, objects and kinds of objects as documents: what is known of them, and nothing more."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, get_args

from gateway.api import documents as doc
from gateway.api import times
from gateway.api.disclosure import SECONDS, SETTLE_S, finest, is_public
from gateway.api.series import Question, Row
from gateway.live import Condition, LiveObject
from gateway.wording import Wording
from kit.catalogue import Build, Channel, State
from kit.names import DeviceKey
from kit.settings import Town

BASE = "/api/v1"

_LICENCES = {
    "etalab-2.0": doc.Licence(
        "etalab-2.0",
        "Licence Ouverte / Open Licence 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    "odbl-1.0": doc.Licence(
        "odbl-1.0",
        "Open Database License 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
}

_URGENCY: tuple[State, ...] = get_args(State)


class Known(NamedTuple):
    """What is known of one object at one moment, for a thread that may not look at it alive.

    ``patience_s``: how old its last reading may be before it says nothing of now.
    """

    key: DeviceKey
    name: str
    place: str
    place_name: str
    build: str
    channels: tuple[Channel, ...]
    wording: Wording | None
    is_silent: bool
    patience_s: float


def channels(thing: LiveObject) -> tuple[Channel, ...]:
    """Return the channels of an object that may be published."""
    return tuple(filter(is_public, thing.build.channels)) if thing.build is not None else ()


def known(thing: LiveObject, now: float) -> Known:
    """Return what may be published of an object; its channels are those that may be."""
    device, nap = thing.device, thing.nap
    patience_s = thing.patience_s()
    return Known(
        thing.key,
        device.name,
        device.place,
        device.place_name,
        device.build,
        channels(thing),
        thing.wording,
        thing.condition(now) in (Condition.SILENT, Condition.LOST),
        patience_s if nap is None else max(patience_s, nap.late_after - nap.since),
    )


def licence(town: Town) -> doc.Licence:
    """Return under which licence a town's data are."""
    return _LICENCES[town.licence]


def town(town: Town) -> doc.Town:
    """Return a town."""
    address = f"{BASE}/towns/{town.id}"
    return doc.Town(
        town.id, town.name, licence(town), f"{address}/objects", f"{address}/readings.csv"
    )


def channel(channel: Channel) -> doc.Channel:
    """Return a channel that may be published."""
    return doc.Channel(**_channel(channel))


def thing(known: Known, last: Mapping[str, Row], now: float) -> doc.Thing:
    """Return an object with the last public value of each channel."""
    wording = known.wording
    return doc.Thing(
        id=known.key.device,
        town=known.key.town,
        name=known.name,
        place=doc.Place(known.place, known.place_name),
        build=known.build,
        condition=_condition(known, last, now),
        question=doc.Question(wording.question, times.written(wording.since)) if wording else None,
        channels=[
            doc.ObjectChannel(**_channel(one), last=_last(one, last.get(one.id)))
            for one in known.channels
        ],
        readings=f"{BASE}/towns/{known.key.town}/objects/{known.key.device}/readings",
    )


def readings(
    town: Town, question: Question, rows: Iterable[Row], following: str | None = None
) -> doc.Readings:
    """Return readings of one object; ``following`` is the address of the page after."""
    return doc.Readings(
        question.key.town,
        question.key.device,
        licence(town),
        question.step,
        times.written(question.start),
        times.written(question.end),
        [channel(one) for one in question.channels],
        [_row(row) for row in rows],
        following,
    )


def build(build: Build) -> doc.Build:
    """Return a kind of object, with the channels that may be published."""
    workshop = build.workshop
    return doc.Build(
        build.id,
        dict(build.name),
        dict(build.summary),
        build.period_s,
        doc.Workshop(workshop.id, dict(workshop.name), workshop.minutes),
        [
            doc.BuildChannel(
                **_channel(one), range=[float(end) for end in one.range], bands=_bands(one)
            )
            for one in build.channels
            if is_public(one)
        ],
    )


def _channel(channel: Channel) -> dict[str, Any]:
    step = finest(channel)
    assert step is not None, "only what may be published is described"
    return {
        "id": channel.id,
        "quantity": channel.quantity,
        "unit": channel.unit,
        "name": dict(channel.name),
        "decimals": channel.decimals,
        "finest_step": step,
        "hidden_below": channel.hidden_below,
    }


def _bands(channel: Channel) -> list[doc.Band]:
    return [
        doc.Band(band.state, dict(band.word), band.below)
        if band.below < float("inf")
        else doc.Band(band.state, dict(band.word))
        for band in channel.bands
    ]


def _last(channel: Channel, row: Row | None) -> doc.Last | None:
    step = finest(channel)
    if row is None or step is None:
        return None
    return doc.Last(times.written(row.time), step, row.values[channel.id])


def _row(row: Row) -> doc.Row:
    document = doc.Row(times.written(row.time), row.values, list(row.few))
    if row.minimum:
        document.minimum, document.maximum = row.minimum, row.maximum
    return document


def _condition(known: Known, last: Mapping[str, Row], now: float) -> doc.Condition:
    """Judge an object by what is public of it: its own state may be finer than its readings."""
    if known.is_silent:
        return "silent"
    if known.channels and not last:
        return "starting"
    return max(_meanings(known, last, now), key=_URGENCY.index, default="good")


def _meanings(known: Known, last: Mapping[str, Row], now: float) -> Iterable[State]:
    for channel in known.channels:
        row, step = last.get(channel.id), finest(channel)
        value = row.values[channel.id] if row is not None else None
        if row is None or step is None or value is None:
            continue
        step_s = SECONDS[step]
        # A step is told when it is over; by then the next one has run for a while.
        if now <= row.time + 2 * step_s + SETTLE_S + known.patience_s:
            band = channel.band(value)
            if band is not None:
                yield band.state
