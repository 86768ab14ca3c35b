"""Cut the power after each of many numbers of bytes while votes are counted, kept and sent.

Usage: power_cut_tally.py FIRST LAST STEP. Prints how many bytes a run without a cut writes, how
often the power was cut, and then "kept" if no vote was lost but those since the last minute, and
none was told twice. Any promise that is broken raises.
"""

import asyncio
import gc
import json
import sys

import vfs
from block_device import Flash, PowerCut
from fabnum.queue import Queue
from fabnum.ring import Ring
from fabnum.tally import Tally

CHANNELS = ("option1", "option2")


class Clock:
    """A clock that somebody sets; the first boot begins without the time."""

    def __init__(self, start):
        self.start = start
        self.moment = 0

    def monotonic(self):
        return self.moment

    def now(self):
        return self.unix_of(self.moment)

    def unix_of(self, moment):
        return None if self.start is None else self.start + moment


class Driver:
    channels = CHANNELS


class Buttons:
    """A part that counts: what was pressed since it was last asked."""

    driver = Driver()
    tally = None

    def __init__(self):
        self.new = 0

    async def measure(self):
        new, self.new = self.new, 0
        return {"option1": new, "option2": 0}


class Run:
    """What one run did before its power was cut. ``received``: votes by (boot, seq)."""

    def __init__(self):
        self.pressed = 0
        self.kept = 0
        self.received = {}

    def begin(self, boot, start=1763700000):
        self.clock = Clock(start)
        ring = Ring("/flash/queue", segments=4, segment_bytes=400)
        self.queue = Queue(ring, self.clock, boot)
        self.tally = Tally("/flash/tally.json", CHANNELS, self.queue, self.clock, boot)
        self.buttons = Buttons()
        self.tally.serve([self.buttons])

    def work(self):
        """Press, keep, send; before the time is known, after; restart in between; send more."""
        self.begin("aaaa", start=None)
        self.press_and_keep(3)
        self.measure()
        self.press_and_keep(2)
        self.measure()
        self.clock.start = 1763700000
        asyncio.run(self.queue.date())
        self.tally.strike_out()
        self.deliver()
        self.press_and_keep(1)
        self.measure()
        self.deliver()
        self.begin("bbbb")
        self.press_and_keep(4)
        self.measure()
        self.press_and_keep(1)
        self.begin("cccc")
        self.measure()
        self.deliver()
        self.measure()
        self.deliver()

    def press_and_keep(self, times):
        self.pressed += times
        self.buttons.new += times
        asyncio.run(self.tally.gather())
        self.kept = self.pressed

    def measure(self):
        self.clock.moment += 60
        self.tally.put(asyncio.run(self.tally.read(self.buttons)))

    def deliver(self):
        """Let the broker have all frames."""
        while True:
            outgoing = self.queue.take()
            if outgoing is None:
                return
            frames = json.loads(outgoing.payload)
            for frame in frames if isinstance(frames, list) else [frames]:
                self.received[frame["boot"], frame["seq"]] = frame["values"]["option1"]
            self.queue.remove(outgoing)

    def check(self):
        """Raise unless every vote that was kept arrives, once."""
        for boot in ("dddd", "eeee"):
            self.begin(boot)
            self.measure()
            self.deliver()
        arrived = sum(self.received.values())
        assert self.kept <= arrived <= self.pressed, (self.kept, arrived, self.received)


def formatted():
    flash = Flash(blocks=24)
    vfs.VfsLfs2.mkfs(flash)
    return flash


def use(flash):
    try:  # noqa: SIM105 - MicroPython has no contextlib
        vfs.umount("/flash")
    except OSError:
        pass
    vfs.mount(vfs.VfsLfs2(flash), "/flash")


def main(first, last, step):
    template = formatted()
    flash = template.after_power_loss()
    use(flash)
    whole = Run()
    whole.work()
    whole.check()
    assert sum(whole.received.values()) == whole.pressed
    print("bytes", flash.written)
    cuts = 0
    for budget in range(first, min(last, flash.written), step):
        cut = template.after_power_loss()
        use(cut)
        run = Run()
        gc.collect()  # files of earlier boards are closed now, not on this one's budget
        cut.budget = budget
        try:
            run.work()
            continue
        except PowerCut:
            cuts += 1
        restored = cut.after_power_loss()
        use(restored)
        try:
            run.check()
        except Exception:
            print("cut after", budget)
            raise
    print("cuts", cuts)
    print("kept")


main(*[int(word) for word in sys.argv[1:4]])
