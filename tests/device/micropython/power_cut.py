"""Cut the power after each of many numbers of bytes while the ring is used; say what came back.

Usage: power_cut.py FIRST LAST STEP. Prints how many bytes a run without a cut writes, how often the
power was cut, and then "kept" if nothing was lost. Any promise that is broken raises.
"""

import gc
import sys

import vfs
from block_device import Flash, PowerCut
from fabnum.ring import Ring

FOLDER = "/flash/queue"
RECORD_BYTES = 60


class Run:
    """What one run did before its power was cut."""

    def __init__(self):
        self.appended = []
        self.removed = []
        self.removing = []
        self.appending = None

    def work(self):
        """Append, send, fall behind so that records are dropped, catch up."""
        ring = Ring(FOLDER, segments=4, segment_bytes=400)
        for n in range(3):
            self.append(ring, n)
        self.send(ring)
        for n in range(3, 40):
            self.append(ring, n)
        self.send(ring)
        for n in range(40, 45):
            self.append(ring, n)
        while self.send(ring):
            pass
        for n in range(45, 48):
            self.append(ring, n)
        return ring

    def append(self, ring, n):
        self.appending = n
        ring.append(b"%d %s" % (n, b"x" * RECORD_BYTES))
        assert not ring.spare
        self.appended.append(n)
        self.appending = None

    def send(self, ring):
        batch = ring.take()
        if batch is None:
            return False
        self.removing = numbers(batch)
        ring.remove(batch)
        self.removed += self.removing
        self.removing = []
        return True

    def check(self, ring):
        """Raise unless all that append() promised is there, in order, or counted as dropped."""
        dropped = ring.dropped
        found = []
        while True:
            batch = ring.take()
            if batch is None:
                break
            assert not batch.lost
            found += numbers(batch)
            ring.remove(batch)
        assert found == sorted(set(found)), ("order", found)
        known = set(self.appended)
        assert set(found) <= known | {self.appending}, ("invented", found)
        assert not set(found) & set(self.removed), ("came back", found)
        missing = known - set(found) - set(self.removed) - set(self.removing)
        uncertain = known & set(self.removing) - set(found)
        assert dropped == len(missing), ("dropped", dropped, missing, uncertain)
        assert not found or max(missing or [-1]) < min(found), ("not the oldest", missing, found)
        ring.append(b"99 after")
        assert numbers(ring.take()) == [99]


def numbers(batch):
    return [int(record.split()[0]) for record in batch.records]


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
    whole.check(whole.work())
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
            run.check(Ring(FOLDER, segments=4, segment_bytes=400))
        except Exception:
            print("cut after", budget)
            raise
    print("cuts", cuts)
    print("kept")


main(*[int(word) for word in sys.argv[1:4]])
