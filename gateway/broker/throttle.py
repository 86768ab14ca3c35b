"""Keeps one misbehaving client from filling the log."""

import logging
import time
from collections.abc import Callable


class Throttle(logging.Filter):
    """Lets so many records through in a while; the next while says how many it held back.

    ``clock`` gives seconds that only rise.
    """

    def __init__(
        self, records: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._records = records
        self._seconds = seconds
        self._clock = clock
        self._since = clock()
        self._let_through = 0
        self._held_back = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record may be logged."""
        now = self._clock()
        if now - self._since >= self._seconds:
            if self._held_back:
                record.msg = f"{record.getMessage()} ({self._held_back} lines before it left out)"
                record.args = ()
            self._since, self._let_through, self._held_back = now, 0, 0
        if self._let_through >= self._records:
            self._held_back += 1
            return False
        self._let_through += 1
        return True
