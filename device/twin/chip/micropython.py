"""Running the PC's MicroPython inside a process: the library of the wheel, else the program."""

import gc
import os
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from device.twin.chip.interpreter import Run


def runner(micropython: str, modules: Path, heap_kib: int) -> Run:
    """Return what runs a board's MicroPython in a process that was forked for it.

    ``micropython``: the wheel's library or a program; ``modules``: the folder of the compiled
    modules, of which ``start`` is the first. A library is loaded once, here; a fork shares it.
    """
    os.environ["MICROPYPATH"] = f"{modules}:.frozen"
    os.environ.pop("HOME", None)  # no file of past commands on the PC
    # Not by -m: only so an interrupt is heard from the first line on.
    command = "__import__('start')"
    arguments = ["micropython", "-X", f"heapsize={heap_kib}k", "-i", "-c", command]
    if not Path(micropython).name.startswith("micropython_run"):
        return lambda: os.execv(micropython, arguments)  # noqa: S606 - it needs no shell
    loader = ExtensionFileLoader("micropython_run", micropython)
    spec = spec_from_loader("micropython_run", loader, origin=micropython)
    assert spec is not None
    library = module_from_spec(spec)
    loader.exec_module(library)
    gc.collect()
    gc.freeze()  # so that no collection touches, and thereby copies, what is shared

    def run() -> int:
        return int(library.run_main(arguments))

    return run
