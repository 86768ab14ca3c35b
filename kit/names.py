"""Slugs and topics: the names that objects carry on the wire."""

import re
import unicodedata
from typing import NamedTuple

SLUG = re.compile(r"[a-z0-9-]{1,32}")
ROOT = "fabnum/1"
TIME_TOPIC = f"{ROOT}/time"
DEVICE_LEAVES = ("telemetry", "about", "status", "event", "ack")
"""Leaves that a device publishes; ``command`` is the one it reads."""


def is_slug(text: str) -> bool:
    """Whether ``text`` may name a town or a device: 1 to 32 of ``a-z``, ``0-9`` and ``-``."""
    return SLUG.fullmatch(text) is not None


_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o"})
"""Letters that Unicode does not take apart, as French and its neighbours would spell them out."""


def slug(text: str) -> str:
    """Return the slug of a name: « École Pasteur » becomes ``ecole-pasteur``. May be empty."""
    spelled = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = spelled.replace("’", " ").encode("ascii", "ignore").decode().lower()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return "-".join(words)[:32].strip("-")


class DeviceKey(NamedTuple):
    """What identifies an object everywhere: its town and its name in that town (two slugs)."""

    town: str
    device: str

    def __str__(self) -> str:
        """Return ``town/device``, as topics, pages and the command line write it."""
        return f"{self.town}/{self.device}"

    @property
    def user(self) -> str:
        """The broker's user name and MQTT client id: ``town_device``.

        No slug holds an underscore, so it is unambiguous; nats-server refuses client ids with a
        dot or a slash.
        """
        return f"{self.town}_{self.device}"

    def topic(self, leaf: str) -> str:
        """Return the topic of one leaf: ``fabnum/1/<town>/<device>/<leaf>``."""
        return f"{ROOT}/{self.town}/{self.device}/{leaf}"


def parse_topic(topic: str) -> tuple[DeviceKey, str] | None:
    """Split ``fabnum/1/<town>/<device>/<leaf>`` into key and leaf; ``None`` if it is not that."""
    parts = topic.split("/")
    if len(parts) != 5 or parts[0] != "fabnum" or parts[1] != "1":
        return None
    town, device, leaf = parts[2:]
    if not (is_slug(town) and is_slug(device)):
        return None
    return DeviceKey(town, device), leaf
