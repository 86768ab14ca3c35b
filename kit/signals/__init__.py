"""What the gateway measures besides readings: of its objects, of itself, of each town.

Signals have the form of channels (unit, range, bands), are kept in the journal as frames of their
own keys, and reach InfluxDB like any reading. A town's slug holds no underscore, so that nobody can
send as ``_site``, and no town's database can have that name.
"""

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kit.catalogue import Channel, decode_text
from kit.names import DeviceKey

SITE = "_site"
"""The town of all signals in the journal. Its database is readable for fabmanagers only."""
GATEWAY = DeviceKey(SITE, "gateway")
"""The key of the frames in which the gateway tells of itself and its machine."""
LABEL = "."
"""Between a signal and what tells its values apart, as in ``reset.watchdog``: the tag ``what``."""
FEW = "_few"
"""``entries_few`` is 1 where ``entries`` was above nothing and below what may be told."""

Subject = Literal["object", "gateway", "town", "told"]


class Named(NamedTuple):
    """A channel of a signal frame, taken apart: the signal, and its label or an empty text."""

    signal: str
    what: str


@cache
def signals(subject: Subject) -> tuple[Channel, ...]:
    """Return what is measured of such a subject, in the order of ``signals.toml``."""
    return _signals()[subject]


def signal(subject: Subject, name: str) -> Channel:
    """Return one signal. Raises KeyError if there is none of that name."""
    return next((s for s in signals(subject) if s.id == name), None) or _missing(name)


def channel(name: str, what: str = "") -> str:
    """Return the channel under which a signal's value is kept."""
    return f"{name}{LABEL}{what}" if what else name


def taken_apart(channel_id: str) -> Named:
    """Return the signal and the label of a channel; a label may hold any further dot."""
    name, _dot, what = channel_id.partition(LABEL)
    return Named(name, what)


def key_of_object(key: DeviceKey) -> DeviceKey:
    """Return the key of an object's signals: ``_site/town_device``."""
    return DeviceKey(SITE, key.user)


def key_of_town(town: str) -> DeviceKey:
    """Return the key of a town's signals: ``_site/town_``, which no object can have."""
    return DeviceKey(SITE, f"{town}_")


def subject_of(key: DeviceKey) -> tuple[Subject, str, str]:
    """Return what a key of ``_site`` is about: subject, town and device, empty where there is none.

    Raises ValueError if it is a key of another town.
    """
    if key.town != SITE:
        raise ValueError(f"{key} is no signal")
    town, underscore, device = key.device.partition("_")
    if not underscore:
        return "gateway", "", ""
    return ("object", town, device) if device else ("town", town, "")


@cache
def _signals() -> dict[Subject, tuple[Channel, ...]]:
    text = (Path(__file__).parent / "signals.toml").read_bytes()
    tables = msgspec.toml.decode(text, type=dict[Subject, list[dict[str, object]]])
    return {
        subject: tuple(
            msgspec.convert({**table, "quantity": table["id"]}, Channel, dec_hook=decode_text)
            for table in rows
        )
        for subject, rows in tables.items()
    }


def _missing(name: str) -> Channel:
    raise KeyError(name)
