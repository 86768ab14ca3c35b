"""The ledger: what the firmware measured, written down on the PC, out of reach of any power cut.

The tests compare it with the store. The firmware's queue does not know of it: its methods are
wrapped here. A line is written when the queue has taken a frame, so what the ledger holds was
measured; a frame whose line a power cut prevented may be in the store as well.
"""

import json

import world

_FILE = world.HOST + "/ledger.jsonl"


def keep():
    """Write down every frame from now on, and every change of the number dropped."""
    try:
        from fabnum.queue import Queue
    except ImportError:
        return  # a program without the firmware
    file = open(_FILE, "ab")
    known = {}

    def write(entry):
        file.write(json.dumps(entry).encode() + b"\n")

    def write_dropped(queue):
        if queue.dropped != known.get("dropped"):
            known["dropped"] = queue.dropped
            write({"dropped": queue.dropped})

    put, take, remove = Queue.put, Queue.take, Queue.remove

    def put_and_write(queue, values):
        seq = queue.measured
        put(queue, values)
        write({"boot": queue._boot, "seq": seq})  # noqa: SLF001 - nobody else asks for it
        write_dropped(queue)

    def take_and_write(queue):
        taken = take(queue)
        write_dropped(queue)
        return taken

    def remove_and_write(queue, outgoing):
        remove(queue, outgoing)
        write_dropped(queue)

    Queue.put, Queue.take, Queue.remove = put_and_write, take_and_write, remove_and_write
