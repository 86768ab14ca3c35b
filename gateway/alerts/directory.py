"""What alerts call their subjects: an object by its name, place and town; never a person."""

from collections.abc import Callable
from typing import NamedTuple

from gateway.registry import Device
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import Settings
from kit.signals import SITE, subject_of

Find = Callable[[DeviceKey], Device | None]


class Place(NamedTuple):
    """A subject as people know it.

    ``town`` is its slug, empty for the gateway, ``town_name`` what people call it. ``name`` holds
    the place too. ``path``: of its page.
    """

    town: str
    town_name: str
    name: str
    path: str
    device: str = ""


class Directory:
    """Names the subjects of a site. ``find`` is the registry's; a revoked object has its name."""

    def __init__(self, settings: Settings, find: Find) -> None:
        self._settings = settings
        self._find = find

    def place(self, subject: str) -> Place:
        """Return what the subject of an alert is called, in the language in use."""
        kind, town_id, device = subject_of(DeviceKey(SITE, subject))
        if kind == "gateway":
            return Place("", _("The gateway"), _("The gateway"), "/")
        town = self._settings.town(town_id)
        town_name = town.name if town else town_id
        if kind == "town":
            return Place(town_id, town_name, town_name, f"/t/{town_id}")
        found = self._find(DeviceKey(town_id, device))
        name = device if found is None else _named(found)
        return Place(town_id, town_name, name, f"/o/{town_id}/{device}", device)


def _named(device: Device) -> str:
    name = device.name or device.device
    if not device.place_name or device.place_name in name:
        return name
    return f"{name} ({device.place_name})"
