"""How every object is now, in the words of its card: from what the journal remembers.

For the command line, beside a gateway that runs or not. The journal is read, nothing is changed.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

from gateway.journal.model import Leaf
from gateway.journal.reader import Reader
from gateway.live import Live
from gateway.model import Frame
from gateway.registry import Registry
from gateway.web.cards import Card, card
from gateway.web.words import Words
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings


def roll_call(settings: Settings, folder: DataFolder, registry: Registry) -> dict[DeviceKey, Card]:
    """Return the card of each object that has access; none where there is no journal to read."""
    if not folder.journal.exists():
        return {}
    words = Words(settings.site.time_zone)
    with contextlib.suppress(sqlite3.Error), _memory(folder) as memory:
        live = Live(registry, memory)
        now = live.now()
        return {thing.key: card(thing, words, now) for thing in live.objects()}
    return {}


class _Memory:
    """A :class:`gateway.live.Memory` over a journal that another process may be writing."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._leaves = {(leaf.device, leaf.leaf): leaf for leaf in reader.leaves()}

    def latest(self, device: DeviceKey) -> Frame | None:
        """Return the newest frame of an object."""
        return self._reader.latest(device)

    def leaf(self, device: DeviceKey, leaf: str) -> Leaf | None:
        """Return the latest ``about`` or ``status`` of an object."""
        return self._leaves.get((device, leaf))


@contextlib.contextmanager
def _memory(folder: DataFolder) -> Iterator[_Memory]:
    reader = Reader(folder.journal, lambda: None)
    try:
        yield _Memory(reader)
    finally:
        reader.close()
