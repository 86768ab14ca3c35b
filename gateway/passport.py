"""The passport of an object: all that may be said of it to anybody who scans its label.

Gathered from the registry, the logbook and what the object last said of itself. It speaks of the
object and of the group that built it; it holds no secret and nobody's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from gateway.logbook import Entry, Kind, Logbook, Taught
from gateway.registry import Device, Registry
from kit.catalogue import Build
from kit.errors import FabnumError
from kit.names import DeviceKey

LONGEST_TEXT = 200
SHOWN_REPAIRS = 10
SHOWN_STEPS = 20


class Access(StrEnum):
    """Whether an object may talk to the site."""

    YES = "yes"
    AWAITED = "awaited"
    HANDED_OVER = "handed-over"
    ENDED = "ended"


@dataclass(frozen=True)
class Test:
    """One test of the bench. ``passed`` is ``None`` where it was left out."""

    id: str
    name: str
    passed: bool | None
    words: str


@dataclass(frozen=True)
class BenchResult:
    """What the bench last found; ``time`` is Unix seconds."""

    time: float
    passed: bool
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Repair:
    """One repair; ``time`` is Unix seconds."""

    time: float
    note: str


@dataclass(frozen=True)
class CalibrationStep:
    """One step of a calibration, when it was done (Unix seconds) and the numbers it gave."""

    time: float
    part: str
    step: str
    kept: Mapping[str, float]


@dataclass(frozen=True)
class Passport:
    """One object's passport. Texts are empty and ``build`` is ``None`` where nothing is known.

    ``origin`` and ``successor``: what it was, and became, when it was handed over. ``more_repairs``
    counts those that are not shown. ``taught``: what its parts know by calibration now; ``steps``
    are those that led there, the newest first.
    """

    device: Device
    build: Build | None
    access: Access
    bench: BenchResult | None = None
    firmware: str = ""
    firmware_hash: str = ""
    micropython: str = ""
    chip: str = ""
    repairs: tuple[Repair, ...] = ()
    more_repairs: int = 0
    origin: Device | None = None
    successor: Device | None = None
    taught: tuple[Taught, ...] = ()
    steps: tuple[CalibrationStep, ...] = ()


class RememberedLeaf(Protocol):
    """The latest ``about`` of an object."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """What it said."""


class Memory(Protocol):
    """What knows how objects last described themselves: the journal."""

    def leaf(self, key: DeviceKey, leaf: str, /) -> RememberedLeaf | None:
        """Return the latest ``about`` of an object."""


class Passports:
    """Makes the passport of any object that the site has ever had."""

    def __init__(self, registry: Registry, logbook: Logbook, memory: Memory) -> None:
        self._registry = registry
        self._logbook = logbook
        self._memory = memory

    def find(self, key: DeviceKey) -> Passport | None:
        """Return the passport of an object, also of a revoked or awaited one, or ``None``."""
        device = self._registry.find(key)
        if device is None:
            awaited = self._registry.find_awaited(key)
            return Passport(awaited, _build_of(awaited), Access.AWAITED) if awaited else None
        return self._passport(device)

    def taught(self, key: DeviceKey) -> list[Taught]:
        """Return what the parts of an object know by calibration."""
        return self._logbook.taught(key)

    def named(self, name: str, towns: list[str]) -> list[Device]:
        """Return the objects of that id; those with access where some have it, else all."""
        found = [
            self._registry.find(DeviceKey(town, name))
            or self._registry.find_awaited(DeviceKey(town, name))
            for town in towns
        ]
        there = [device for device in found if device is not None]
        return [device for device in there if device.revoked is None] or there

    def _passport(self, device: Device) -> Passport:
        successor = self._registry.successor(device.key)
        about = self._memory.leaf(device.key, "about")
        said: Mapping[str, Any] = about.payload if about else {}
        flashed = self._latest(device.key, Kind.FLASH)
        installed = self._latest(device.key, Kind.INSTALL)
        entries = self._logbook.entries(device.key)
        repairs = [entry for entry in entries if entry.kind is Kind.REPAIR]
        steps = [_step(entry) for entry in entries if entry.kind is Kind.CALIBRATION]
        build = _build_of(device)
        return Passport(
            device,
            build,
            _access(device, successor),
            bench=_bench_result(self._logbook.latest(device.key, Kind.SELFTEST)),
            firmware=_text(said.get("firmware") or installed.get("firmware")),
            firmware_hash=_text(said.get("hash") or installed.get("hash")),
            micropython=_text(said.get("micropython") or flashed.get("micropython")),
            chip=_text(flashed.get("chip") or said.get("platform")),
            repairs=tuple(_repair(entry) for entry in repairs[:SHOWN_REPAIRS]),
            more_repairs=max(0, len(repairs) - SHOWN_REPAIRS),
            origin=self._origin(device),
            successor=successor,
            taught=tuple(t for t in self._logbook.taught(device.key) if _knows(build, t.part)),
            steps=tuple(step for step in steps if _knows(build, step.part))[:SHOWN_STEPS],
        )

    def _origin(self, device: Device) -> Device | None:
        town, _slash, name = device.origin.partition("/")
        return self._registry.find(DeviceKey(town, name))

    def _latest(self, key: DeviceKey, kind: Kind) -> Mapping[str, Any]:
        entry = self._logbook.latest(key, kind)
        return entry.content if entry is not None else {}


def _access(device: Device, successor: Device | None) -> Access:
    if successor is not None:
        return Access.HANDED_OVER
    return Access.YES if device.revoked is None else Access.ENDED


def _build_of(device: Device) -> Build | None:
    try:
        return device.catalogue()
    except FabnumError:
        return None


def _bench_result(entry: Entry | None) -> BenchResult | None:
    """Read what the bench, or the board itself, said; a board's words are read with care."""
    if entry is None:
        return None
    tests = entry.content.get("tests")
    each = [test for test in tests if isinstance(test, Mapping)] if isinstance(tests, list) else []
    return BenchResult(
        entry.time, entry.content.get("passed") is True, tuple(_test(test) for test in each)
    )


def _test(test: Mapping[str, Any]) -> Test:
    passed = test.get("passed")
    return Test(
        _text(test.get("id")),
        _text(test.get("name")) or _text(test.get("id")),
        passed if isinstance(passed, bool) else None,
        _text(test.get("words")),
    )


def _repair(entry: Entry) -> Repair:
    note = entry.content.get("note")
    return Repair(entry.time, note if isinstance(note, str) else "")


def _step(entry: Entry) -> CalibrationStep:
    content = entry.content
    return CalibrationStep(entry.time, content["part"], content["step"], content["kept"])


def _knows(build: Build | None, part: str) -> bool:
    return build is not None and build.calibration(part) is not None


def _text(value: object) -> str:
    return " ".join(value[:LONGEST_TEXT].split()) if isinstance(value, str) else ""
