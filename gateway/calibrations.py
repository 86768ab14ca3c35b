"""What objects were taught: heard from them, kept in their logbooks, given back to a new board.

A board tells of each step of a calibration that it has kept, with the event ``calibrated``:
``{"part", "step", "kept": {name: number}}``. What its build does not know is no calibration: an
object's logbook is no place where anybody may leave what they like.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from gateway.logbook import Kind, Logbook
from gateway.noted_events import NotedEvents, time_of
from gateway.registry import Registry
from kit.catalogue import Build
from kit.errors import FabnumError
from kit.names import DeviceKey

EVENT = "calibrated"
MOST_NUMBERS = 16
LARGEST = 1e9
"""No part of this kit learns a larger number."""

_NAME = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)


class Calibrations(NotedEvents):
    """Notes calibrations, each once, however many hear of it."""

    name = EVENT

    def __init__(self, logbook: Logbook, registry: Registry) -> None:
        super().__init__(logbook)
        self._registry = registry

    def note(self, device: DeviceKey, event: Mapping[str, Any]) -> None:
        """Write down what an object was taught. Raises ValueError if it cannot be true."""
        note(self.logbook, self._registry, device, event)


def note(logbook: Logbook, registry: Registry, device: DeviceKey, event: Mapping[str, Any]) -> None:
    """Write an event ``calibrated`` into a logbook, unless it is there already.

    Raises ValueError if the object's build has no such calibration, or it is not of this form.
    """
    row = registry.find(device)
    try:
        build = row.catalogue() if row is not None else None
    except FabnumError:
        build = None
    content = checked(event.get("data"), build)
    if not content["kept"]:
        return  # a step on the way to a result
    at = event.get("t")
    moment = time_of(at)
    if moment == at:  # the board knows the time: two such events are two calibrations
        content["at"] = at
    logbook.write(device, Kind.CALIBRATION, content, moment)


def checked(data: object, build: Build | None) -> dict[str, Any]:
    """Return ``part``, ``step`` and ``kept`` of an event. Raises ValueError with the reason."""
    if not isinstance(data, Mapping) or build is None:
        raise ValueError("no calibration")
    part, step, kept = data.get("part"), data.get("step"), data.get("kept")
    calibration = build.calibration(part) if isinstance(part, str) else None
    if calibration is None or not isinstance(step, str) or calibration.step(step) is None:
        raise ValueError("no such calibration")
    if not is_numbers(kept):
        raise ValueError("what was kept is not a few numbers")
    return {"part": part, "step": step, "kept": dict(kept)}


def is_numbers(kept: object) -> TypeGuard[Mapping[str, float]]:
    """Whether something is at most sixteen finite numbers of believable size, each with a name."""
    return (
        isinstance(kept, Mapping)
        and len(kept) <= MOST_NUMBERS
        and all(isinstance(name, str) and _NAME.fullmatch(name) for name in kept)
        and all(_is_number(value) for value in kept.values())
    )


def for_board(logbook: Logbook, device: DeviceKey, build: Build) -> dict[str, dict[str, float]]:
    """Return what a board of that object shall find as ``settings.calibration``, by part."""
    return {
        taught.part: {**taught.kept, "at": int(taught.time)}
        for taught in logbook.taught(device)
        if build.calibration(taught.part) is not None
    }


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= LARGEST  # also neither infinite nor not a number
    )
