"""Who a board becomes: the object it was, the one it is named for, the next awaited, or a new one.

Nothing here locks: two processes may enrol at the same moment, and the registry lets only one of
them have a name; the other takes the next.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway import enrol
from gateway.enrol import Enrolment
from gateway.naming import free_names
from gateway.registry import Device, NameTakenError, Registry, unknown_device
from kit.catalogue import load_build
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, slug
from kit.settings import Settings


@dataclass(frozen=True)
class Admitted:
    """An object and what its board needs to be it; ``again``: it was that object before."""

    key: DeviceKey
    enrolment: Enrolment
    again: bool = False


class Admission:
    """Takes boards in. Raises FabnumError with the reason where it cannot."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self._settings = settings
        self._registry = registry

    def enrol(self, wish: Wish) -> Admitted:
        """Take a board in with a new password; the one it had ends."""
        load_build(wish.build)
        if wish.town:
            enrol.require_town(self._settings, wish.town)
        before = self._before(wish)
        if before is not None:
            return self._renewed(before, wish)
        return self._named(wish) if wish.device else self._next(wish)

    def hand_over(self, key: DeviceKey, wish: Wish) -> Admitted:
        """Hand an object over; what ``wish`` leaves empty stays, but for the id, which is new."""
        old = self._registry.find(key)
        if old is None or old.revoked is not None:
            raise unknown_device(key)
        town = wish.town or key.town
        enrol.require_town(self._settings, town)
        place = wish.place or (old.place_name if town == key.town else self._town_name(town))

        def take(device: str) -> Enrolment:
            heir = Device(
                town=town,
                device=device,
                build=old.build,
                place=slug(place),
                place_name=place,
                name=wish.name or old.name,
                cohort=old.cohort,
                workshop=old.workshop,
            )
            return enrol.hand_over(self._settings, self._registry, key, heir)

        return self._with_a_name(wish.device, old.build, town, place, take)

    # --- the ways to be somebody -----------------------------------------------------------------

    def _before(self, wish: Wish) -> DeviceKey | None:
        """Return which object of this site the board is already, if it shall stay one."""
        device = self._registry.find(wish.again) if wish.again else None
        while device is not None and device.revoked is not None:
            device = self._registry.successor(device.key)  # it was handed over
        if device is None or device.build != wish.build:
            return None
        return device.key if wish.device in ("", device.device) else None

    def _renewed(self, key: DeviceKey, wish: Wish) -> Admitted:
        known = self._registry.find(key)
        if known is not None and (wish.cohort or wish.workshop):
            self._registry.set_group(
                key, cohort=wish.cohort or known.cohort, workshop=wish.workshop or known.workshop
            )
        return Admitted(key, enrol.rotate(self._settings, self._registry, key), again=True)

    def _named(self, wish: Wish) -> Admitted:
        key = DeviceKey(self._town(wish), wish.device)
        awaited = self._registry.find_awaited(key)
        known = awaited or self._registry.find(key)
        if known is None:
            device = self._new(wish, key, wish.place or self._town_name(key.town))
            return Admitted(key, enrol.enrol(self._settings, self._registry, device))
        if known.build != wish.build:
            raise _another_build(known, wish.build)
        if awaited is not None:
            return Admitted(key, enrol.admit(self._settings, self._registry, key))
        if known.revoked is None and wish.replace:
            return self._renewed(key, wish)
        raise NameTakenError(
            _("There is already an object {device}.", device=key),
            _("Take another name; “fabnum enrol --replace” gives an object a new board."),
        )

    def _next(self, wish: Wish) -> Admitted:
        for awaited in self._registry.awaited():
            if _suits(awaited, wish):
                with contextlib.suppress(NameTakenError):  # another process was quicker
                    key = awaited.key
                    return Admitted(key, enrol.admit(self._settings, self._registry, key))
        town = self._town(wish)
        place = wish.place or self._town_name(town)

        def take(device: str) -> Enrolment:
            new = self._new(wish, DeviceKey(town, device), place)
            return enrol.enrol(self._settings, self._registry, new)

        return self._with_a_name("", wish.build, town, place, take)

    # --- names -----------------------------------------------------------------------------------

    def _with_a_name(
        self, wished: str, build: str, town: str, place: str, take: Callable[[str], Enrolment]
    ) -> Admitted:
        """Take in under the wished name, or under the first that is free."""
        if wished:
            return Admitted(DeviceKey(town, wished), take(wished))
        names: Iterator[str] = free_names(build, place, self._registry.names(town))
        while True:
            device = next(names)
            with contextlib.suppress(NameTakenError):
                return Admitted(DeviceKey(town, device), take(device))

    def _new(self, wish: Wish, key: DeviceKey, place: str) -> Device:
        return Device(
            town=key.town,
            device=key.device,
            build=wish.build,
            place=slug(place),
            place_name=place,
            name=wish.name or str(load_build(wish.build).name),
            cohort=wish.cohort,
            workshop=wish.workshop,
        )

    def _town(self, wish: Wish) -> str:
        towns = self._settings.towns
        if wish.town:
            return wish.town
        if len(towns) > 1:
            raise FabnumError(
                _("This site has several towns: which one is the object for?"),
                _("Say it with --town, such as --town {example}.", example=towns[0].id),
            )
        return towns[0].id

    def _town_name(self, town_id: str) -> str:
        town = self._settings.town(town_id)
        return town.name if town is not None else town_id


def _suits(awaited: Device, wish: Wish) -> bool:
    """Whether an awaited object is what is wished for."""
    return (
        awaited.build == wish.build
        and wish.town in ("", awaited.town)
        and (not wish.place or slug(wish.place) == awaited.place)
        and wish.name in ("", awaited.name)
        and wish.cohort in ("", awaited.cohort)
    )


def _another_build(known: Device, build: str) -> FabnumError:
    return FabnumError(
        _(
            "{device} is of the build “{known}”, and this board of “{build}”.",
            device=known.key,
            known=known.build,
            build=build,
        ),
        _("Take another name, or install the build “{known}”.", known=known.build),
    )
