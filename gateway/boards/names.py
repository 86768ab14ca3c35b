"""What the tags of a line are called on a page: objects by their names, labels in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboards.boards.labels import causes, conditions
from dashboards.query import Tag
from gateway.boards.series import Known
from gateway.wording import Wording, in_use
from kit.catalogue import builds, load_build
from kit.i18n import _
from kit.names import DeviceKey
from kit.signals import SITE


class Called(NamedTuple):
    """How a line is called. ``place``: where the object stands; ``key``: which object it is."""

    name: str
    place: str = ""
    key: DeviceKey | None = None

    @property
    def whole(self) -> str:
        """Name and place, where the name alone may not say it."""
        return f"{self.name} ({self.place})" if self.place else self.name


class Names:
    """The names of one store's tags, in the language in use."""

    def __init__(
        self,
        town: str,
        objects: Mapping[DeviceKey, Known],
        towns: Mapping[str, str],
        questions: Mapping[DeviceKey, Wording],
    ) -> None:
        self._town = town
        self._objects = objects
        self._towns = towns
        self._questions = questions
        self._labels = {**_workshops(), **causes(), **conditions(), **_refusals()}

    def line(self, by: Sequence[Tag], values: Sequence[str]) -> Called:
        """Return how the line of these tags is called; an empty name where it has none."""
        tags = dict(zip(by, values, strict=True))
        town = tags.get("town", "")
        label = self._label(tags.get("what", ""))
        if not tags.get("device"):
            place = tags.get("place", "")
            parts = (self._town_name(town), place, tags.get("build", ""), label)
            return Called(", ".join(part for part in parts if part))
        key = DeviceKey(town or self._town, tags["device"])
        known = self._objects.get(key)
        name = known.name if known and known.name else key.device
        place = known.place_name if known else tags.get("place", "")
        if self._town == SITE and len(self._towns) > 1:
            place = ", ".join(part for part in (place, self._town_name(town)) if part)
        if label:
            name = _("{place}: {word}", place=name, word=label)
        return Called(name, place, key)

    def question(self, key: DeviceKey | None) -> str:
        """Return what an object asks; empty if it asks nothing."""
        wording = self._questions.get(key) if key else None
        return wording.asked() if wording else ""

    def option(self, key: DeviceKey | None, label: str) -> str | None:
        """Return the words of an answer to an object's question; empty if it asks none.

        ``None``: its question has no such answer.
        """
        wording = self._questions.get(key) if key else None
        number = label.removeprefix("option")
        if wording is None or number == label or not number.isdecimal():
            return ""
        place = int(number) - 1
        return in_use(wording.options[place]) if place < len(wording.options) else None

    def _town_name(self, town: str) -> str:
        return self._towns.get(town, town)

    def _label(self, label: str) -> str:
        return self._labels.get(label, label)


def _workshops() -> dict[str, str]:
    held = (load_build(name).workshop for name in builds())
    return {workshop.id: f"{workshop.id} – {workshop.name}" for workshop in held}


def _refusals() -> dict[str, str]:
    """Return why a message was refused (docs/contract.md)."""
    return {
        "too-large": _("Too large"),
        "malformed": _("Not understood"),
        "unknown-device": _("Unknown object"),
        "unknown-channel": _("Unknown channel"),
        "out-of-range": _("Impossible value"),
        "bad-time": _("Impossible time"),
    }
