"""The catalogue: what each build is, read from ``device/builds/<build>/build.toml``.

It is the one truth about parts, pins, channels, units, limits and commands. The firmware gets its
share as ``build.json`` (see :meth:`Build.for_device`); the gateway validates readings by it; pages,
boards and lessons take their words from it.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kit.catalogue.combining import with_combined
from kit.catalogue.model import (
    Argument,
    Asked,
    Band,
    Build,
    Calibration,
    CalibrationResult,
    CalibrationStep,
    Channel,
    Command,
    Part,
    State,
    Test,
    Text,
    Workshop,
)
from kit.catalogue.rules import complaints
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug

__all__ = [
    "BUILDS_FOLDER",
    "Argument",
    "Asked",
    "Band",
    "Build",
    "Calibration",
    "CalibrationResult",
    "CalibrationStep",
    "Channel",
    "Command",
    "Part",
    "State",
    "Test",
    "Text",
    "Workshop",
    "builds",
    "decode_text",
    "load_build",
    "parse_build",
    "source_of",
]

BUILDS_FOLDER = Path(__file__).resolve().parents[2] / "device" / "builds"


def parse_build(source: str, name: str) -> Build:
    """Read the text of a ``build.toml``; ``name`` is what errors call it.

    A build that ``combines`` others has their parts, channels, commands, tests and calibrations
    before its own. Raises FabnumError with the place and the reason when the file says something
    else than a build, or the parts get in each other's way.
    """
    try:
        lines = _with_combined(tomllib.loads(source))
        build = msgspec.convert(lines, Build, dec_hook=decode_text)
    except tomllib.TOMLDecodeError as error:
        raise _mistake(name, str(error)) from error
    except msgspec.ValidationError as error:
        raise _mistake(name, str(error)) from error
    for complaint in complaints(build):
        raise _mistake(name, complaint)
    return build


@cache
def load_build(build_id: str) -> Build:
    """Return the build of that id. Raises FabnumError if there is none or its file is wrong."""
    build = parse_build(_text_of(build_id), f"{build_id}/build.toml")
    if build.id != build_id:
        raise _mistake(f"{build_id}/build.toml", f"id is “{build.id}”, the folder “{build_id}”")
    return build


def builds() -> list[str]:
    """Return the ids of all builds, sorted."""
    return sorted(path.parent.name for path in BUILDS_FOLDER.glob("*/build.toml"))


def source_of(build_id: str, name: str = "build.toml") -> str:
    """Return the text of a file of a build. Raises FabnumError if there is no such build."""
    load_build(build_id)
    return (BUILDS_FOLDER / build_id / name).read_text(encoding="utf-8")


def _text_of(build_id: str) -> str:
    path = BUILDS_FOLDER / build_id / "build.toml"
    if not is_slug(build_id) or not path.is_file():
        known = ", ".join(sorted(builds()))
        raise FabnumError(
            _("There is no build “{build}”.", build=build_id),
            _("Take one of: {known}.", known=known),
        )
    return path.read_text(encoding="utf-8")


def _with_combined(lines: dict[str, Any], on_the_way: tuple[str, ...] = ()) -> Any:
    """Return the lines of a build with those of the builds that it combines, which may combine too.

    ``on_the_way``: the builds whose lines are being gathered, outermost first.
    """
    named = lines.get("combines", [])
    if not isinstance(named, list):
        return lines  # it is refused with all other lines of a wrong kind
    on_the_way = (*on_the_way, str(lines.get("id")))
    combined = {}
    for build in map(str, named):
        if build in on_the_way:
            raise _mistake(f"{on_the_way[0]}/build.toml", f"“{build}” combines itself")
        combined[build] = _with_combined(tomllib.loads(_text_of(build)), on_the_way)
    return with_combined(lines, combined)


def decode_text(kind: type, value: Any) -> Any:
    """Turn texts by language into a Text: the ``dec_hook`` for msgspec. Raises ValueError."""
    if kind is Text:
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise ValueError('expected texts by language, such as { fr = "…", en = "…" }')
        missing = {"fr", "en"} - value.keys()
        if missing:
            raise ValueError(f"the text lacks: {', '.join(sorted(missing))}")
        return Text(value)
    raise NotImplementedError


def _mistake(name: str, reason: str) -> FabnumError:
    return FabnumError(
        _("{file} cannot be used: {reason}.", file=name, reason=reason),
        _("Correct that line, then try again."),
    )
