"""Where a workshop is held, and which objects the room looks at."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.registry import Device
from kit.catalogue import builds, load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import slug
from kit.settings import Settings


class Place(NamedTuple):
    """A place of a town: its slug, what people call it, and the objects for the workshop."""

    town: str
    place: str
    name: str
    objects: tuple[str, ...]


def find(
    settings: Settings,
    devices: Sequence[Device],
    workshop: str,
    *,
    place: str,
    town: str = "",
    objects: Sequence[str] = (),
) -> Place:
    """Return the place that somebody means, by its slug or as people say it.

    Its objects are those that are named; else those of the workshop's builds at that place; else
    all that stand there. Raises FabnumError where there is no such town, place or object.
    """
    town = _town(settings, devices, place, town)
    of_town = [device for device in devices if device.town == town]
    here = [device for device in of_town if _is_called(device, place)]
    chosen = _named(of_town, objects) if objects else _of_workshop(here, workshop) or here
    if not chosen:
        raise _nothing_there(of_town, place)
    name = here[0].place_name if here else place.strip()
    place_slug = here[0].place if here else slug(place)
    if not place_slug:
        raise FabnumError(
            _("“{place}” cannot name a place.", place=place),
            _("Say where it is held, such as: Médiathèque"),
        )
    return Place(town, place_slug, name, tuple(device.device for device in chosen))


def _town(settings: Settings, devices: Sequence[Device], place: str, named: str) -> str:
    """Return the town's id: the one that is named, the only one, or the only one of that place."""
    if named:
        settings.require_town(named)
        return named
    having = {device.town for device in devices if _is_called(device, place)}
    towns = having if len(having) == 1 else {town.id for town in settings.towns}
    if len(towns) > 1:
        known = ", ".join(town.id for town in settings.towns)
        raise FabnumError(
            _("This site has several towns: say in which it was held."),
            _("Add --town and one of these: {towns}", towns=known),
        )
    return towns.pop()


def _is_called(device: Device, place: str) -> bool:
    return slug(place) in (device.place, slug(device.place_name))


def _of_workshop(devices: Sequence[Device], workshop: str) -> list[Device]:
    wanted = {name for name in builds() if load_build(name).workshop.id == workshop}
    return [device for device in devices if device.build in wanted]


def _named(devices: Sequence[Device], names: Sequence[str]) -> list[Device]:
    known = {device.device: device for device in devices}
    for name in names:
        if name not in known:
            raise FabnumError(
                _("There is no object “{name}” in this town.", name=name),
                _("Take one of these: {objects}", objects=", ".join(sorted(known)) or "–"),
            )
    return [known[name] for name in dict.fromkeys(names)]


def _nothing_there(devices: Sequence[Device], place: str) -> FabnumError:
    known = sorted({device.place_name for device in devices})
    return FabnumError(
        _("No object stands at “{place}”.", place=place),
        _(
            "Take one of these places: {places}. Or name the objects with --object.",
            places="; ".join(known),
        )
        if known
        else _("Take objects in first, or try “fabnum demo”."),
    )
