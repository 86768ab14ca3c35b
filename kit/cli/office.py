"""The site's office as the bench wants it: the gateway's, in the bench's own words."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway import admission
from gateway.office import Office
from gateway.registry import Device
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings
from provisioning.bench.office import Identity, LabelFacts, Wish


class SiteOffice:
    """Implements :class:`provisioning.bench.office.Office` for a site.

    ``networks``: the Wi-Fi networks that a board is told of, as ``config.json`` has them.
    ``replace``: a board that is named like an object that exists takes the place of its board.
    """

    def __init__(
        self,
        settings: Settings,
        folder: DataFolder,
        networks: Sequence[Mapping[str, str]] = (),
        *,
        replace: bool = False,
    ) -> None:
        self._office = Office(settings, folder)
        self._networks = [dict(network) for network in networks]
        self._replace = replace

    def close(self) -> None:
        """Let go of the site's files."""
        self._office.close()

    def enrol(self, wish: Wish) -> Identity:
        """Take a board in, with a new password. Raises FabnumError with the reason."""
        new = self._office.enrol(_asked(wish, replace=self._replace))
        configuration = {**new.configuration, "wifi": self._networks}
        return Identity(new.key, configuration, new.authority_der)

    def hand_over(self, key: DeviceKey, wish: Wish) -> Identity:
        """Hand an object over to another town or place. Raises FabnumError with the reason."""
        new = self._office.hand_over(key, _asked(wish))
        configuration = {**new.configuration, "wifi": self._networks}
        return Identity(new.key, configuration, new.authority_der)

    def knows(self, key: DeviceKey) -> bool:
        """Whether that object is enrolled here and has access."""
        return self._office.knows(key)

    def record(self, key: DeviceKey, kind: str, content: Mapping[str, Any]) -> None:
        """Add to an object's history."""
        self._office.record(key, kind, content)

    def label(self, key: DeviceKey) -> LabelFacts:
        """Return what an object's label says. Raises FabnumError if there is no such object."""
        said = self._office.label(key)
        return LabelFacts(
            key=said.key,
            name=said.name,
            build_name=said.build_name,
            town_name=said.town_name,
            place_name=said.place_name,
            passport_url=said.passport_url,
            setup_code=said.setup_code,
        )

    def wait_published(self, key: DeviceKey, since: float, timeout_s: float) -> bool:
        """Whether a reading of that object newer than ``since`` (Unix) comes in within time."""
        return self._office.wait_published(key, since, timeout_s)

    def devices(self) -> Sequence[Device]:
        """Return all objects that have access."""
        return self._office.devices()

    def awaited(self) -> Sequence[Wish]:
        """Return the objects of lists that still wait for their boards."""
        return [
            Wish(
                build=device.build,
                town=device.town,
                device=device.device,
                place=device.place_name,
                name=device.name,
                cohort=device.cohort,
                workshop=device.workshop,
            )
            for device in self._office.awaited()
        ]


def _asked(wish: Wish, *, replace: bool = False) -> admission.Wish:
    return admission.Wish(
        build=wish.build,
        town=wish.town,
        device=wish.device,
        place=wish.place,
        name=wish.name,
        cohort=wish.cohort,
        workshop=wish.workshop,
        again=wish.again,
        replace=replace,
    )
