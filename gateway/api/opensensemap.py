"""Readings in the form that openSenseMap takes. Pure; nothing is sent.

Sources: the documentation of its API (docs.opensensemap.org): “Post new senseBox” for a box,
“Post multiple new Measurements”, text/csv, for readings: ``sensorId,value,createdAt`` without a
header, at most 2500 in one request, ids of 24 hex digits.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gateway.api import times
from gateway.api.series import Row
from kit.catalogue import Build, Channel

MOST_IN_ONE = 2500
SENSOR_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)

_ICONS = {
    "temperature": "osem-thermometer",
    "humidity": "osem-humidity",
    "moisture": "osem-humidity",
    "pressure": "osem-barometer",
    "light": "osem-brightness",
    "noise": "osem-volume-up",
    "co2": "osem-cloud",
    "voltage": "osem-shock",
    "current": "osem-shock",
    "power": "osem-shock",
}
_OTHER_ICON = "osem-dashboard"


class Mapped(msgspec.Struct):
    """Where one object stands on openSenseMap; the ids are there once its box is made.

    ``box``: the id of its senseBox; ``sensors``: the id of the sensor for each channel. An empty
    id: not made, or not wanted.
    """

    box: str = ""
    sensors: dict[str, str] = {}


Boxes = dict[str, Mapped]


def read_mapping(content: bytes) -> Boxes:
    """Read which object is which box. Raises ValueError with what is wrong."""
    mapping = msgspec.json.decode(content, type=Boxes)
    for device, mapped in mapping.items():
        for name in (mapped.box, *mapped.sensors.values()):
            if name and not SENSOR_ID.fullmatch(name):
                raise ValueError(f"{device}: “{name}” is not an id of 24 hex digits")
    return mapping


def completed(mapping: Boxes, channels: Mapping[str, Sequence[Channel]]) -> Boxes:
    """Return a mapping that names every object and channel, with what is known already kept."""
    whole = dict(mapping)
    for device, own in channels.items():
        known = whole.get(device, Mapped())
        sensors = {channel.id: "" for channel in own} | known.sensors
        whole[device] = Mapped(known.box, sensors)
    return whole


def box(name: str, build: Build, channels: Sequence[Channel], language: str) -> dict[str, Any]:
    """Describe an object as a senseBox to be made.

    The ``location`` is missing: the kit knows none. Whoever makes the box gives a rounded one.
    """
    outdoors = any(channel.public_step == "raw" for channel in channels)
    return {
        "name": name,
        "exposure": "outdoor" if outdoors else "indoor",
        "sensors": [
            {
                "title": channel.name.get(language) or str(channel.name),
                "unit": channel.unit,
                "sensorType": _sensor_type(build, channel),
                "icon": _ICONS.get(channel.quantity, _OTHER_ICON),
            }
            for channel in channels
        ],
    }


def measurements(rows: Iterable[Row], sensors: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each value of a channel that has a sensor; what is too few is left out."""
    for row in rows:
        created = times.written(row.time)
        for channel, value in row.values.items():
            sensor = sensors.get(channel, "")
            if sensor and value is not None:
                yield f"{sensor},{value!r},{created}"


def _sensor_type(build: Build, channel: Channel) -> str:
    part = build.part_of(channel.id)
    return part.driver.upper() if part is not None else build.id
