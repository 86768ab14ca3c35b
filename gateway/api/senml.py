"""Readings as SenML (RFC 8428), in the units of its registry. Pure.

What is of a unit that the registry has only by another name is scaled to it. ``ppm`` and ``/100``
are secondary units (RFC 8798); a pack that uses one says so by its version (RFC 9100, 2 and 4):
10 and the bit of feature 4.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec import UNSET

from gateway.api.disclosure import is_count
from gateway.api.documents import SenmlRecord
from gateway.api.series import Row
from kit.catalogue import Channel
from kit.names import DeviceKey

MEDIA_TYPE = "application/senml+json"
SECONDARY_UNITS_VERSION = 10 + 2**4

_SCALED_DIGITS = 9


class Unit(NamedTuple):
    """A name of the registry, and by what our number is multiplied to be of it."""

    name: str
    factor: int = 1


_UNITS = {
    "°C": Unit("Cel"),
    "ppm": Unit("ppm"),
    "lx": Unit("lx"),
    "hPa": Unit("Pa", 100),
    "Pa": Unit("Pa"),
    "dB": Unit("dB"),
    "V": Unit("V"),
    "A": Unit("A"),
    "W": Unit("W"),
    "%": Unit("/100"),
}
_BY_QUANTITY = {"humidity": Unit("%RH")}
_SECONDARY = {"ppm", "/100"}


def unit_of(channel: Channel) -> Unit | None:
    """Return the unit of a channel in SenML; ``None`` where the registry has none."""
    if is_count(channel):
        return Unit("count")
    return _BY_QUANTITY.get(channel.quantity) or _UNITS.get(channel.unit)


def records(key: DeviceKey, channels: Sequence[Channel], rows: Iterable[Row]) -> list[SenmlRecord]:
    """Return the readings of one object; those too few to be told are left out.

    The first record has the base fields. Empty if there is no reading: there is no such pack.
    """
    units = {channel.id: unit_of(channel) for channel in channels}
    told = [
        (row.time, name, value)
        for row in rows
        for name, value in row.values.items()
        if value is not None
    ]
    if not told:
        return []
    base = int(told[0][0])
    pack = [
        SenmlRecord(
            n=name,
            t=float(_decimal(time) - base),
            v=_scaled(value, unit := units[name]),
            u=unit.name if unit is not None else UNSET,
        )
        for time, name, value in told
    ]
    first = pack[0]
    first.bn, first.bt = f"fabnum:{key.town}:{key.device}:", float(base)
    if len(set(units.values())) == 1:
        first.bu = first.u
        for record in pack:
            record.u = UNSET
    if any(unit.name in _SECONDARY for unit in units.values() if unit is not None):
        first.bver = SECONDARY_UNITS_VERSION
    return pack


def _decimal(time: float) -> Decimal:
    """Return a time as it is written, to the microsecond: differences of floats are not exact."""
    return Decimal(round(time * 1_000_000)) / 1_000_000


def _scaled(value: float, unit: Unit | None) -> float:
    if unit is None or unit.factor == 1:
        return value
    return round(value * unit.factor, _SCALED_DIGITS)
