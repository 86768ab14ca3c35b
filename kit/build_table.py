"""The table of builds in device/README.md: made from the catalogue and from figures of the heap.

``benchmark heap --write`` measures and keeps the figures in device/memory.json, then renews the
table. The figures are those of the 64-bit MicroPython of a PC, rounded up to whole kilobytes: they
compare builds, and say what a change costs; a board needs about half of them.
"""

import json
from collections.abc import Mapping
from typing import Any

from kit import catalogue
from kit.catalogue import Build

DEVICE = catalogue.BUILDS_FOLDER.parent
FIGURES = DEVICE / "memory.json"
README = DEVICE / "README.md"
BEGIN = "<!-- The lines between these two are made: ./fabnum benchmark heap --write -->"
END = "<!-- end of the table of builds -->"

_KB = 1024


def keep(used: Mapping[str, int], version: str) -> None:
    """Keep how many bytes each build uses, and renew the table. ``version``: of MicroPython."""
    kilobytes = {build: -(-used[build] // _KB) for build in sorted(used)}
    figures = {"micropython": version, "kilobytes": {**load()["kilobytes"], **kilobytes}}
    FIGURES.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")


def load() -> dict[str, Any]:
    """Return the figures: ``micropython``, its version; ``kilobytes`` by build."""
    if not FIGURES.exists():
        return {"micropython": "", "kilobytes": {}}
    figures: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


def renewed(text: str) -> str:
    """Return a text with the table between its two marks. Raises ValueError without them."""
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError("the marks of the table are missing")
    return f"{before}{BEGIN}\n{render(load()['kilobytes'])}{END}{after}"


def render(kilobytes: Mapping[str, int]) -> str:
    """Return the table in Markdown, a line for each build of the catalogue."""
    lines = ["| Build | Parts | Pins | Readings | Memory |", "|---|---|---|---|---|"]
    for build_id in catalogue.builds():
        build = catalogue.load_build(build_id)
        memory = f"{kilobytes[build_id]} KB" if build_id in kilobytes else "not measured"
        cells = (f"`{build_id}`", _parts(build), _pins(build), _readings(build), memory)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _parts(build: Build) -> str:
    names: list[str] = []
    for part in build.parts:
        name = part.name["en"]
        if part.instead_of:
            names[-1] += f" or {name}"
        else:
            names.append(name)
    return "; ".join(names)


def _pins(build: Build) -> str:
    return "; ".join(
        ", ".join(f"{wire} {pin}" for wire, pin in part.pins.items()) for part in build.parts
    )


def _readings(build: Build) -> str:
    return ", ".join(f"{channel.name['en']} {channel.unit}".strip() for channel in build.channels)
