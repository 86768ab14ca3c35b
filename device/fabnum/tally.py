"""What was counted and is not yet in a frame: kept on flash, so that a power cut costs a minute.

Parts whose setting ``kept`` is 1 count by themselves (votes, passages); once a minute their counts
are taken over into one small file, if there are any new ones. A reading is the whole of what waits;
it is taken off once it is sent. The file is written anew and renamed, so that it is the old one or
the new one, whole.

Nothing is lost or told twice if the power fails in between. What is about to be sent is noted in
the file together with the number of its frame, before the frame is. At the next start the queue
tells: the frame is there, then it is sent; or it is not, then its counts wait again. The note is
struck out once the frame is safe, which it is when it lies on flash with its time: a frame without
one is worth nothing after a restart, but counts are.
"""

import asyncio
import json
import os

from drivers.errors import SensorError
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.clock import Clock
    from fabnum.parts import Part
    from fabnum.queue import Queue

    Counts = dict[str, int]

_SAVE_S = const(60)
_UNDATED = const(b'{"m"')


class Tally:
    """The counts of this board, by channel. ``path``: of the file. ``channels``: what may count.

    ``queue``: where frames go. ``clock``: what dates them. ``boot``: this boot's random hex word.
    """

    def __init__(
        self, path: str, channels: "list[str]", queue: "Queue", clock: "Clock", boot: str
    ) -> None:
        self._path = path
        self._queue = queue
        self._clock = clock
        self._boot = boot
        self._parts: list[Part] = []
        self._counts: Counts = dict.fromkeys(channels, 0)
        self._noted: list[tuple[int, Counts]] = []  # (number of a frame, what is in it)
        self._saved = self._content()
        self._recover()

    def serve(self, parts: "list[Part]") -> None:
        """Keep what these count from now on."""
        self._parts = parts
        for part in parts:
            part.tally = self

    async def read(self, part: "Part") -> "dict[str, float]":
        """Return what waits of a part. Raises SensorError if nothing does, and the part fails."""
        try:
            self._add(await part.measure())
        except SensorError:
            if not any(self._counts[channel] for channel in part.driver.channels):
                raise
        return {channel: self._counts[channel] for channel in part.driver.channels}

    def put(self, values: "dict[str, Any]") -> None:
        """Put a frame into the queue; the counts in it no longer wait. Raises ValueError."""
        sent = {
            channel: max(0, min(int(values[channel]), self._counts[channel]))
            for channel in values
            if channel in self._counts
        }
        if not any(sent.values()):
            self._queue.put(values)
            return
        self._note(sent)
        try:
            self._queue.put(values)
        except ValueError:
            self._add(sent)
            self._noted.pop()
            self._save()
            raise
        if self._clock.now() is not None:  # else the note stays until the frame has its time
            self._noted.pop()
            self._save()

    async def run(self) -> None:
        """Take over and save what was counted, once a minute, for ever."""
        while True:
            await asyncio.sleep(_SAVE_S)
            await self.gather()

    async def gather(self) -> None:
        """Take over and save what was counted so far."""
        for part in self._parts:
            try:
                self._add(await part.measure())
            except SensorError:
                pass  # the part has said so
        self.strike_out()

    def strike_out(self) -> None:
        """Forget the notes of frames that have got their time, or are gone.

        To be called as soon as the queue has dated what it holds.
        """
        if self._noted:
            undated = self._numbers(self._boot, dated=False)
            self._noted = [note for note in self._noted if note[0] in undated]
        self._save()

    def _note(self, sent: "Counts") -> None:
        """Note, on flash, what the next frame will hold."""
        self._noted.append((self._queue.measured, sent))
        for channel in sent:
            self._counts[channel] -= sent[channel]
        self._save()

    def _add(self, counts: "dict[str, Any]") -> None:
        for channel in counts:
            if channel in self._counts:
                self._counts[channel] += counts[channel]

    def _numbers(self, boot: str, dated: bool) -> list[int]:
        """Return the numbers of a boot's frames on flash, of those with or without their time."""
        numbers = []
        for record in self._queue.waiting():
            if record.startswith(_UNDATED) != dated and boot.encode() in record:
                frame = json.loads(record)
                if frame["boot"] == boot:
                    numbers.append(frame["seq"])
        return numbers

    # The file.

    def _recover(self) -> None:
        try:
            with open(self._path, "rb") as file:
                content = json.load(file)
            counts, boot = _checked(content["counts"]), str(content["boot"])
            notes = [(number, _checked(sent)) for number, sent in content["noted"]]
        except (OSError, ValueError, LookupError, TypeError):
            return  # there is none, or it is spoilt: that costs this file, and nothing else
        self._add(counts)
        if not notes:
            self._saved = self._content()
            return
        safe = self._numbers(boot, dated=True)
        for number, sent in notes:
            if number not in safe:
                self._add(sent)
        self._saved = b""  # the notes must go, whatever the counts are
        self._save()

    def _save(self) -> None:
        """Write the file if something has changed. A flash that refuses is asked again later."""
        content = self._content()
        if content == self._saved:
            return
        try:
            with open(self._path + ".new", "wb") as file:
                file.write(content)
            os.rename(self._path + ".new", self._path)
        except OSError:
            return
        self._saved = content

    def _content(self) -> bytes:
        # The word of the boot stands for the notes: without any, the file need not change with it.
        boot = self._boot if self._noted else ""
        content = {"counts": self._counts, "noted": self._noted, "boot": boot}
        return json.dumps(content).encode()


def _checked(counts: "Any") -> "Counts":
    for channel in counts:
        if not isinstance(counts[channel], int) or counts[channel] < 0:
            raise ValueError
    return dict(counts)
