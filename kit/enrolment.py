"""What enrolling a board is about: who it shall become, who it is now, what its label says.

The site makes these (:mod:`gateway.office`), the bench asks for them (:mod:`provisioning.bench`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kit.names import DeviceKey

NETWORK_NAME_BYTES = 32
"""The longest name of a Wi-Fi network (IEEE 802.11, 9.4.2.2)."""


@dataclass(frozen=True)
class Wish:
    """Who a board shall become.

    Where ``device`` is empty it takes the next awaited object of its build, else the next free
    name. ``again`` is who the board was, if it was somebody of this site: it stays that object.
    ``replace``: ``device`` has a board, whose place this one takes. No field names a person:
    ``cohort`` and ``workshop`` are those of a group.
    """

    build: str
    town: str = ""
    device: str = ""
    place: str = ""
    name: str = ""
    cohort: str = ""
    workshop: str = ""
    again: DeviceKey | None = None
    replace: bool = False


@dataclass(frozen=True)
class Identity:
    """What makes a board one object: its key, its ``config.json`` and the authority's certificate.

    ``configuration`` holds the password, which is kept nowhere else. It is empty where the board
    keeps what it has.
    """

    key: DeviceKey
    configuration: Mapping[str, Any]
    authority_der: bytes


@dataclass(frozen=True)
class LabelFacts:
    """What stands on an object's label.

    ``setup_code``: of its own Wi-Fi ``setup_network``; empty for a board older than these codes.
    """

    key: DeviceKey
    name: str
    build_name: str
    town_name: str
    place_name: str
    passport_url: str
    setup_code: str = ""

    @property
    def setup_network(self) -> str:
        """The name of the object's own Wi-Fi, as ``device/fabnum/setup/session.py`` makes it."""
        return f"Fabnum-{self.key.device}"[:NETWORK_NAME_BYTES]
