"""What the journal shows of one object, look by look: nothing but the file is asked.

So a drill sees what really was stored, also while the broker or the whole service is away.
"""

import time
from pathlib import Path
from typing import NamedTuple

from gateway.journal.reader import Reader
from kit.names import DeviceKey

_BATCH = 1000


class FrameSeen(NamedTuple):
    """A frame that was stored: which one, when it was measured and seen here (Unix seconds)."""

    boot: str
    seq: int
    measured: float
    seen: float


class StateSeen(NamedTuple):
    """A ``status`` that was stored. ``dropped``: frames that its queue had to drop in all."""

    state: str
    why: str
    dropped: int
    seen: float


class Watcher:
    """Looks at one object in the journal, from now on."""

    def __init__(self, journal: Path, key: DeviceKey) -> None:
        """Begin where the journal ends now. Raises sqlite3.Error where there is none."""
        self._reader = Reader(journal, lambda: None)
        self._key = key
        self._position = self._reader.newest()
        self._status_came = 0.0
        self.frames: list[FrameSeen] = []
        self.states: list[StateSeen] = []
        self.boot: str | None = None
        self.period: float | None = None

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def look(self) -> None:
        """Add what has come since the last look to ``frames`` and ``states``."""
        now = time.time()
        while stored := self._reader.after(self._position, _BATCH):
            self._position = stored[-1].id
            self.frames += [
                FrameSeen(frame.boot, frame.seq, frame.time, now)
                for _id, frame in stored
                if frame.device == self._key
            ]
        for leaf in self._reader.leaves():
            if leaf.device == self._key and leaf.leaf == "status" and leaf.time > self._status_came:
                self._status_came = leaf.time
                self._take_status(dict(leaf.payload), leaf.time)

    def _take_status(self, status: dict[str, object], came: float) -> None:
        state, why, dropped = status.get("state"), status.get("why", ""), status.get("dropped")
        known = self.states[-1].dropped if self.states else 0
        count = dropped if isinstance(dropped, int) else known  # the last will counts nothing
        self.states.append(StateSeen(str(state), str(why), count, came))
        boot, period = status.get("boot"), status.get("period")
        if isinstance(boot, str):
            self.boot = boot
        if isinstance(period, int | float):
            self.period = float(period)
