"""What the bench needs of the site: who a board becomes, and where its history is kept.

The gateway has it all; ``kit.cli`` brings the two together, for the bench knows no gateway.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from kit.enrolment import Identity, LabelFacts, Wish
from kit.names import DeviceKey


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
