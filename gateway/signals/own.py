"""What the gateway measures of itself and of the machine that it runs on.

What comes in, what is refused, how long it takes (rate, errors, duration); how busy and how full
the machine is (utilisation, saturation).
"""

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from gateway.broker.authority import Authority
from gateway.ingest import IngestCounters
from gateway.journal import Journal
from gateway.mqtt import LinkState
from gateway.signals.heard import label
from gateway.signals.window import LastMinute, Totals
from kit.errors import FabnumError
from kit.signals import channel

DAY_S = 86_400.0
_MIB = 2**20
_MESSAGES, _STORED, _SECONDS = "messages", "stored", "seconds"
_BUSY, _PASSED = "busy", "passed"
_REJECTS = "rejects"


class Own:
    """Measures one gateway. Called on the event loop: it takes less than a millisecond."""

    def __init__(
        self,
        counters: IngestCounters,
        journal: Journal,
        authority: Authority,
        folder: Path,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counters = counters
        self._journal = journal
        self._authority = authority
        self._folder = folder
        self._steady = steady
        self._minute = LastMinute(self._totals())

    def sample(self, now: float, link: LinkState, lag_s: float | None) -> dict[str, float]:
        """Return the signals of the gateway at ``now`` (Unix seconds) by channel.

        ``lag_s``: for how long InfluxDB has not had everything, ``None`` where there is none.
        """
        room = self._journal.room()
        signals = self._of_the_minute()
        signals["journal_size"] = round(room.size_bytes / _MIB, 1)
        signals["journal_frames"] = float(room.frames)
        signals["journal_up"] = float(self._journal.trouble is None)
        signals["broker_up"] = float(link is LinkState.CONNECTED)
        if lag_s is not None:
            signals["influx_lag"] = round(lag_s, 1)
        signals |= self._of_the_machine()
        with contextlib.suppress(FabnumError, OSError):  # a broker may have one of somebody else
            signals["certificate"] = round((self._authority.expiry().timestamp() - now) / DAY_S, 2)
        return signals

    def _totals(self) -> Totals:
        counters, processor = self._counters, psutil.cpu_times()
        passed = (
            sum(processor) - getattr(processor, "guest", 0) - getattr(processor, "guest_nice", 0)
        )
        refused = {
            channel(_REJECTS, label(reason)): count
            for reason, count in self._journal.refused().items()
        }
        counts = {
            _MESSAGES: counters.messages,
            _STORED: sum(counters.commit_seconds),
            _SECONDS: counters.commit_seconds_total,
            _PASSED: passed,
            _BUSY: passed - processor.idle - getattr(processor, "iowait", 0.0),
        }
        return Totals(self._steady(), counts | refused)

    def _of_the_minute(self) -> dict[str, float]:
        risen = dict(self._minute.risen(self._totals()))
        stored, seconds = risen.pop(_STORED), risen.pop(_SECONDS)
        passed, busy = risen.pop(_PASSED), risen.pop(_BUSY)
        signals = {name: float(round(count)) for name, count in risen.items()}
        if stored:
            signals["delay"] = round(1000 * seconds / stored, 2)
        if passed:
            signals["cpu"] = round(min(100.0, 100 * busy / passed), 1)
        return signals

    def _of_the_machine(self) -> dict[str, float]:
        waiting, *_rest = psutil.getloadavg()
        return {
            "memory": psutil.virtual_memory().percent,
            "load": round(waiting / (os.cpu_count() or 1), 2),
            "disk_free": round(100 - psutil.disk_usage(str(self._folder)).percent, 1),
        }
