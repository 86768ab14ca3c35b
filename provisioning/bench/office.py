"""What the bench needs of the site: who a board becomes, and where its history is kept.

The gateway has it all; ``kit.cli`` brings the two together, for the bench knows no gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kit.names import DeviceKey


@dataclass(frozen=True)
class Wish:
    """Who a board shall become. Where ``device`` is empty the office finds the next free name.

    ``again``: the board may have an identity of this site already, which it then keeps. No field
    names a person: ``cohort`` and ``workshop`` are those of a group.
    """

    build: str
    town: str = ""
    device: str = ""
    place: str = ""
    name: str = ""
    cohort: str = ""
    workshop: str = ""
    again: DeviceKey | None = None


@dataclass(frozen=True)
class Identity:
    """What makes a board one object: its key, its ``config.json`` and the authority's certificate.

    ``configuration`` holds the password, which is kept nowhere else. It is ``None`` where the board
    keeps what it has.
    """

    key: DeviceKey
    configuration: Mapping[str, Any] | None
    authority_der: bytes


@dataclass(frozen=True)
class LabelFacts:
    """What stands on an object's label. ``setup_code``: of its own Wi-Fi in setup mode."""

    key: DeviceKey
    name: str
    build_name: str
    town_name: str
    place_name: str
    passport_url: str
    setup_code: str = ""


class Office(Protocol):
    """The site's registry and its service, as far as the bench needs them. May block."""

    def enrol(self, wish: Wish) -> Identity:
        """Take a board in, with a new password. Raises FabnumError with the reason."""

    def knows(self, key: DeviceKey) -> bool:
        """Whether that object is enrolled here and has access."""

    def record(self, key: DeviceKey, kind: str, content: Mapping[str, Any]) -> None:
        """Add to its history. ``kind``: ``flash``, ``install``, ``selftest``, ``repair``."""

    def label(self, key: DeviceKey) -> LabelFacts:
        """Return what its label says."""

    def wait_published(self, key: DeviceKey, since: float, timeout_s: float) -> bool | None:
        """Whether a reading of that object newer than ``since`` (Unix) comes in within time.

        ``None``: nobody here can tell.
        """
