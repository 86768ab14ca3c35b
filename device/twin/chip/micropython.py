"""The PC's MicroPython, run in a process forked for it: the wheel's library, else a program."""

import ctypes
import gc
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path


@dataclass(frozen=True)
class MicroPython:
    """How to run it, and to interrupt it.

    ``run``: runs it in this process and returns its exit code. ``interrupt``: the signal by which
    it takes a Ctrl-C while a program runs.
    """

    run: Callable[[], int]
    interrupt: signal.Signals


def load(micropython: str, modules: Path, heap_kib: int) -> MicroPython:
    """Make MicroPython ready to be run.

    ``micropython``: the wheel's library or a program; ``modules``: the folder of the compiled
    modules, of which ``start`` is the first. A library is loaded once, here; a fork shares it.
    """
    os.environ["MICROPYPATH"] = f"{modules}:.frozen"
    os.environ.pop("HOME", None)  # no file of past commands on the PC
    # Not by -m: only so an interrupt is heard from the first line on.
    command = "__import__('start')"
    arguments = ["micropython", "-X", f"heapsize={heap_kib}k", "-i", "-c", command]
    if not Path(micropython).name.startswith("micropython_run"):
        return MicroPython(lambda: _execute(micropython, arguments), signal.SIGINT)
    loader = ExtensionFileLoader("micropython_run", micropython)
    spec = spec_from_loader("micropython_run", loader, origin=micropython)
    assert spec is not None
    library = module_from_spec(spec)
    loader.exec_module(library)
    take_interrupts = _interrupts_as_on_the_chip(micropython)
    gc.collect()
    gc.freeze()  # so that no collection touches, and thereby copies, what is shared

    def run() -> int:
        take_interrupts()
        return int(library.run_main(arguments))

    return MicroPython(run, signal.SIGUSR1)


def _execute(program: str, arguments: list[str]) -> int:
    os.execv(program, arguments)  # noqa: S606 - it needs no shell
    return 70


def _interrupts_as_on_the_chip(library: str) -> Callable[[], None]:
    """Return what lets SIGUSR1 be a Ctrl-C that waits for the next byte code, as on the ESP32.

    MicroPython's own handler of SIGINT jumps out of whatever runs, be it the garbage collector with
    its lock in hand: the program then hangs at its next allocation (seen once in about 20).
    """
    handler = ctypes.cast(
        ctypes.CDLL(library).mp_sched_keyboard_interrupt,  # declared in MicroPython's py/runtime.h
        ctypes.c_void_p,
    )
    libc = ctypes.CDLL(None)
    libc.signal.argtypes = (ctypes.c_int, ctypes.c_void_p)
    libc.signal.restype = ctypes.c_void_p

    def take() -> None:
        libc.signal(signal.SIGUSR1, handler)
        libc.siginterrupt(signal.SIGUSR1, 1)  # also out of a call that waits

    return take
