"""The queue of frames: what is measured is on flash before it counts as measured.

A frame lies in the ring as the text that goes out, so that a backlog is sent without being read:
``{"boot": …, "seq": …, "t": …, "values": …}``. While the time is unknown it lies there with the
monotonic second of its measurement, ``{"m": …, "boot": …, …}``, and is rewritten as soon as the
time is known. A frame of an earlier boot that was not is dropped: its time is lost.
"""

import asyncio
import json

from fabnum import drop
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from fabnum.clock import Clock
    from fabnum.ring import Batch, Ring

_UNDATED = const(b'{"m"')


class Queue:
    """Frames of this boot and of earlier ones, oldest first.

    ``boot``: this boot's random hex word. ``clock``: a ``fabnum.clock.Clock``. ``ring``: where the
    frames lie. ``seq``: the number of the next frame, of a boot that has slept meanwhile.
    ``measured``: how many frames this boot has measured, which is the next one's ``seq``.
    """

    def __init__(self, ring: "Ring", clock: "Clock", boot: str, seq: int = 0) -> None:
        self._ring = ring
        self._clock = clock
        self._boot = boot
        self.measured = seq
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        """Return how many frames wait."""
        return len(self._ring)

    @property
    def dropped(self) -> int:
        """How many frames were dropped since the board was installed."""
        return self._ring.dropped

    def put(self, values: dict[str, float]) -> None:
        """Keep one moment's values (number by channel). Raises ValueError if they are too many."""
        now = self._clock.now()
        head = '{"m":%d,' % self._clock.monotonic() if now is None else "{"
        time = "" if now is None else '"t":%d,' % now
        frame = '%s"boot":"%s","seq":%d,%s"values":%s}' % (
            head,
            self._boot,
            self.measured,
            time,
            json.dumps(values),
        )
        self._ring.append(frame.encode())
        self.measured += 1
        self._arrived.set()

    def waiting(self) -> "Iterator[bytes]":
        """Yield the frames on flash, oldest first, but for those on their way out."""
        for number in self._ring.numbers():
            try:
                yield from self._ring.read(number)
            except OSError:
                pass

    async def arrival(self) -> None:
        """Wait until a frame waits."""
        while not len(self._ring):
            self._arrived.clear()
            await self._arrived.wait()

    def take(self) -> "Batch | None":
        """Return the oldest frames, ``payload`` filled in, or ``None`` if none waits.

        They stay until :meth:`remove`. What can no longer be dated is dropped on the way.
        """
        while True:
            batch = self._ring.take()
            if batch is None:
                return None
            frames = []
            aged = False
            for record in batch.records:
                frame = self._dated(record)
                if frame is not None:
                    frames.append(frame)
                    aged = aged or (frame is not record and b'"age"' in frame)
            drop("dating")
            batch.lost += len(batch.records) - len(frames)
            if frames:
                batch.aged = aged
                batch.payload = frames[0] if len(frames) == 1 else b"[" + b",".join(frames) + b"]"
                return batch
            self._ring.remove(batch)

    def remove(self, outgoing: "Batch") -> None:
        """Forget what the broker has."""
        self._ring.remove(outgoing)

    async def date(self) -> None:
        """Date, on flash, what this boot measured before it knew the time.

        To be called once the clock is set. It lets others run between two segments.
        """
        from fabnum import dating

        await dating.date(self._ring, self._boot, self._clock)
        drop("dating")

    def _dated(self, record: bytes) -> bytes | None:
        """Return the record with ``t``, else with ``age``; ``None`` if it is of an earlier boot."""
        if not record.startswith(_UNDATED):
            return record
        from fabnum import dating

        return dating.dated(record, self._boot, self._clock)
