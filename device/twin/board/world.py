"""What is around the board: its room, the radio, who presses, and when the power goes.

The host writes it to ``world.json`` before the board starts and tells every change afterwards as
one line of JSON on the board's standard input (``device/twin/host/world.py`` describes the keys).
The firmware sees nothing of it but through the fakes of ``machine``, ``network`` and ``socket``.
"""

import asyncio
import json
import os
import select
import sys

import utime

HOST = "/host"
"""Where the twin's folder on the PC is mounted while the board runs."""

_SLICE_MS = 500

state = {}
"""The world as the host last described it."""

watchers = {}
"""Functions to call with what changed below a key of the state."""

_stream = sys.stdin
_input = select.poll()
_input.register(_stream, select.POLLIN)


def hear_from(stream):
    """Hear the host on another stream than the standard input."""
    global _stream
    _input.unregister(_stream)
    _stream = stream
    _input.register(_stream, select.POLLIN)


def load():
    """Read what the host says of the world."""
    with open(HOST + "/world.json") as file:
        state.update(json.load(file))


def model_time():
    """Return the time in the room, in seconds since 1970: it may run faster than the real one."""
    clock = state["clock"]
    return clock["model"] + (utime.time_ns() / 1e9 - clock["real"]) * clock["pace"]


def log(*words):
    """Say on the console what the twin itself does, apart from the firmware's own words."""
    print("[twin]", *words)


def wait_ms(milliseconds):
    """Wait for real, answering meanwhile to what the host tells."""
    end = utime.ticks_add(utime.ticks_ms(), milliseconds)
    while True:
        left = utime.ticks_diff(end, utime.ticks_ms())
        # In slices: between two of them, timers call their functions.
        if _input.poll(max(min(left, _SLICE_MS), 0)):
            _take(_readline())
        elif left <= _SLICE_MS:
            return


def poll():
    """Take what the host has told since the last time, without waiting."""
    while _input.poll(0):
        _take(_readline())


def listen():
    """Take what the host tells, as a task beside the firmware's own.

    Not by a StreamReader: where a fake has taken the line meanwhile, it would wait and block.
    """
    while True:
        yield asyncio.core._io_queue.queue_read(_stream)  # noqa: SLF001 - as Stream does
        poll()


def listen_in_every_loop():
    """Let the host be heard beside the firmware, also after it has made a new event loop."""
    original = asyncio.new_event_loop

    def new_event_loop():
        loop = original()
        asyncio.create_task(listen())
        return loop

    asyncio.new_event_loop = asyncio.core.new_event_loop = new_event_loop
    asyncio.create_task(listen())


def _readline():
    return getattr(_stream, "buffer", _stream).readline()


def _take(line):
    """Apply one line from the host. The end of the input is the end of the host."""
    if not line:
        power_off()
    try:
        changes = json.loads(line)
        _merge(state, changes)
        for key in changes:
            if key in watchers:
                watchers[key](changes[key])
    except Exception as error:  # the firmware is not to blame for what the host says
        log("cannot do", line, repr(error))


def _merge(known, changes):
    for key in changes:
        if isinstance(changes[key], dict) and isinstance(known.get(key), dict):
            _merge(known[key], changes[key])
        else:
            known[key] = changes[key]


def leave(cause, **more):
    """End as the chip does at a reset; the host starts it again with that cause. Never returns."""
    more["cause"] = cause
    with open(HOST + "/exit.json", "w") as file:
        json.dump(more, file)
    power_off()


def power_off():
    """End at once, as when the power goes: nothing is cleaned up. Never returns."""
    os.system("kill -9 $PPID")
    while True:
        utime.sleep(1)
