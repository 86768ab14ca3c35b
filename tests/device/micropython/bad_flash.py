"""Fill the file system, then let the flash fail: append() never raises, nothing goes uncounted."""

import vfs
from block_device import Flash
from fabnum.ring import Ring

_EIO = 5


def numbers(ring):
    found = []
    while True:
        batch = ring.take()
        if batch is None:
            return found
        found += [int(record.split()[0]) for record in batch.records]
        ring.remove(batch)


def fill_up():
    with open("/flash/learner.bin", "wb") as file:
        try:
            while True:
                file.write(b"x" * 1024)
                file.flush()
        except OSError:
            pass


flash = Flash(blocks=16)
vfs.VfsLfs2.mkfs(flash)
vfs.mount(vfs.VfsLfs2(flash), "/flash")

ring = Ring("/flash/queue", segments=8, segment_bytes=2000)
for n in range(60):
    ring.append(b"%d %s" % (n, b"x" * 100))
fill_up()
for n in range(60, 160):
    ring.append(b"%d %s" % (n, b"x" * 100))
assert ring.dropped > 0
waiting = len(ring)
found = numbers(ring)
assert found == list(range(160 - len(found), 160)), found
assert ring.dropped + len(found) == 160, (ring.dropped, len(found))

flash.failing = _EIO
for n in range(160, 200):
    ring.append(b"%d x" % n)
assert ring.spare
flash.failing = None
ring.append(b"200 x")
found += numbers(ring)
assert ring.dropped + len(found) == 201, (ring.dropped, len(found))
assert found == sorted(found)
print("kept")
