"""Run firmware: whole scripts on the real MicroPython, pure modules under CPython.

Pure modules of the firmware (``fabnum.packets``, ``fabnum.clock`` …) can be imported by tests as
they are: the folder ``device`` is on the path, and a few names that only MicroPython has are
provided. Everything that waits, opens sockets or touches a pin runs on the real MicroPython.
"""

import os
import shutil
import subprocess
import sys
import time
import types
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEVICE = ROOT / "device"
SCRIPTS = Path(__file__).parent / "micropython"

_TICKS_PERIOD = 1 << 30
"""As on the ESP32: ticks_ms() starts again from 0 every 12.4 days."""


def _provide_micropython_names() -> None:
    """Let CPython import pure firmware: ``from micropython import const``, ``time.ticks_ms``."""

    def ticks_diff(end: int, start: int) -> int:
        half = _TICKS_PERIOD // 2
        return (end - start + half) % _TICKS_PERIOD - half

    module = types.ModuleType("micropython")
    module.const = lambda value: value  # type: ignore[attr-defined]
    sys.modules.setdefault("micropython", module)
    for name, function in {
        "ticks_ms": lambda: time.monotonic_ns() // 1_000_000 % _TICKS_PERIOD,
        "ticks_add": lambda ticks, delta: (ticks + delta) % _TICKS_PERIOD,
        "ticks_diff": ticks_diff,
    }.items():
        if not hasattr(time, name):
            setattr(time, name, function)
    if str(DEVICE) not in sys.path:
        sys.path.insert(0, str(DEVICE))


_provide_micropython_names()


def micropython_program() -> str | None:
    """Return the MicroPython of this environment, else the one on the PATH, else ``None``."""
    beside = Path(sys.executable).parent / "micropython"
    return str(beside) if beside.exists() else shutil.which("micropython")


def micropython_command(script: Path | str, *args: object, heap: str = "256k") -> list[str]:
    """Return the command that runs a script (a path, or the source itself) on MicroPython.

    ``heap`` is the size of the heap as MicroPython writes it, e.g. ``96k``. Skips the test where
    there is no MicroPython. Longer things than a path go through a file or the standard input: at
    an argument of 256 bytes MicroPython dies.
    """
    program = micropython_program()
    if program is None:
        pytest.skip("MicroPython is not installed")
    command = [program, "-X", f"heapsize={heap}"]
    if isinstance(script, Path):
        return [*command, str(script), *map(str, args)]
    return [*command, "-c", script, *map(str, args)]


def micropython_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment in which MicroPython finds the firmware and the test's helpers."""
    path = f"{DEVICE}:{SCRIPTS}:.frozen"
    return {**os.environ, "MICROPYPATH": path, **(extra or {})}


@pytest.fixture
def run_micropython() -> Callable[..., str]:
    """Run a script on the real MicroPython and return what it printed; fail if it failed.

    ``run_micropython(script, *args, heap="256k", timeout=60, env=None, cwd=None)``: ``script`` is
    a path or the source itself, ``env`` is added to the environment (``MICROPYPATH`` in it replaces
    the usual one: ``device/``, the folder of test scripts, the frozen modules).
    """

    def run(
        script: Path | str,
        *args: object,
        heap: str = "256k",
        timeout: float = 60,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> str:
        command = micropython_command(script, *args, heap=heap)
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=micropython_environment(env),
            cwd=cwd,
        )
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            pytest.fail(f"MicroPython did not end within {timeout} s. It printed:\n{output}")
        if process.returncode != 0:
            pytest.fail(f"MicroPython ended with code {process.returncode}. It printed:\n{output}")
        return output

    return run
