"""How the sink is: what the pages, `fabnum doctor` and /metrics show of it."""

import logging
import time
from typing import Literal

import msgspec

log = logging.getLogger(__name__)


class WriterStatus(msgspec.Struct, frozen=True):
    """How the sink is. Times are Unix seconds; ``lag_s`` is how long it has not had everything.

    ``problem`` is a sentence for people while it waits, else empty.
    """

    state: Literal["stopped", "writing", "waiting"] = "stopped"
    waiting_since: float | None = None
    problem: str = ""
    lag_frames: int = 0
    lag_s: float = 0.0
    frames_written: int = 0
    points_written: int = 0
    points_refused: int = 0


class Progress:
    """Keeps the status up to date. One thread changes it; any thread may read :attr:`status`."""

    def __init__(self) -> None:
        self.status = WriterStatus()
        self._behind_since: float | None = None

    def writing(self) -> None:
        """Note that the server takes readings (again)."""
        if self.status.waiting_since is not None:
            log.info(
                "InfluxDB takes readings again, after %.0f s.",
                time.time() - self.status.waiting_since,
            )
        self._note(state="writing", waiting_since=None, problem="")

    def waiting(self, problem: Exception) -> None:
        """Note why nothing can be written. The log is told once, not at every try."""
        if str(problem) != self.status.problem:
            log.warning("InfluxDB waits: %s", problem)
        self._note(
            state="waiting",
            waiting_since=self.status.waiting_since or time.time(),
            problem=str(problem),
        )

    def stopped(self) -> None:
        """Note that nothing runs any more."""
        self._note(state="stopped")

    def wrote(self, frames: int, points: int, refused: int) -> None:
        """Count what the server has taken, and what it refused."""
        self.writing()
        self._note(
            frames_written=self.status.frames_written + frames,
            points_written=self.status.points_written + points,
            points_refused=self.status.points_refused + refused,
        )

    def lags(self, frames: int) -> None:
        """Note how many frames are still to be written."""
        now = time.monotonic()
        if not frames:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = now
        behind_s = 0.0 if self._behind_since is None else now - self._behind_since
        self._note(lag_frames=frames, lag_s=behind_s)

    def _note(self, **changes: object) -> None:
        self.status = msgspec.structs.replace(self.status, **changes)
