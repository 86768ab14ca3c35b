"""The catalogue: what each build is, read from ``device/builds/<build>/build.toml``.

It is the one truth about parts, pins, channels, units, limits and commands. The firmware gets its
share as ``build.json`` (see :meth:`Build.for_device`); the gateway validates readings by it; pages,
boards and lessons take their words from it.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from kit import i18n
from kit.chips import DEFAULT_CHIP, PINS
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug

BUILDS_FOLDER = Path(__file__).resolve().parent.parent / "device" / "builds"

State = Literal["good", "watch", "act"]


class Text(dict[str, str]):
    """A text in several languages, by language code; ``str()`` gives the one in use."""

    def __str__(self) -> str:
        """Return the text in the language in use, else in French."""
        return self.get(i18n.current()) or self[i18n.DEFAULT_LANGUAGE]


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a value means: the first band whose ``below`` it is under. The last has no bound."""

    state: State
    word: Text
    below: float = float("inf")


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a build measures.

    ``range`` is what is physically possible in ``unit``, both ends included: a value outside it is
    a fault and goes to quarantine.
    """

    id: str
    quantity: str
    unit: str
    name: Text
    range: tuple[float, float]
    decimals: int = 1
    bands: tuple[Band, ...] = ()

    def band(self, value: float) -> Band | None:
        """Return the band that ``value`` falls into; ``None`` if the channel has no bands."""
        return next((band for band in self.bands if value < band.below), None)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part on the board: its driver, how it is wired, the channels it gives.

    ``pins`` are those of an ESP32, ``pins_on`` those of other chips, by chip. ``instead_of`` names
    the part that this one may replace: the firmware takes the first that answers.
    """

    id: str
    driver: str
    name: Text
    bus: Literal["i2c", "dht", "ws2812", "gpio", "adc", "i2s"]
    pins: dict[str, int]
    pins_on: dict[str, dict[str, int]] = {}
    channels: tuple[str, ...] = ()
    addresses: tuple[int, ...] = ()
    instead_of: str | None = None
    settings: dict[str, int | float] = {}

    def wired(self, chip: str) -> dict[str, int]:
        """Return the pins of that chip which this part is wired to, by the name of the wire."""
        return self.pins_on.get(chip, self.pins)


Argument = Literal["colour", "slug", "number", "text"] | tuple[float, float] | tuple[str, ...]
"""What a command's argument may be: ``#rrggbb``, a slug, a number, a text, a range, or a choice."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that an object can be told. ``residents`` says whether anybody may, on its page."""

    id: str
    name: Text
    residents: bool = False
    arguments: dict[str, Any] = {}


TestKind = Literal["found", "plausible", "rises", "falls", "press", "colours"]


class Test(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that the bench tests on every object of the build.

    ``found``: the ``part`` answers. ``plausible``: the ``channel`` reads within ``range``, as in a
    normal room. ``rises``, ``falls``: the channel moves by ``by`` of its unit within ``seconds``
    once a person does what ``ask`` says. ``press``: the button ``part`` is pressed within
    ``seconds``. ``colours``: a person sees the ``part`` light up as ``ask`` says.
    """

    id: str
    kind: TestKind
    name: Text
    part: str | None = None
    channel: str | None = None
    range: tuple[float, float] | None = None
    by: float | None = None
    seconds: int | None = None
    ask: Text | None = None


RESERVED_TESTS = ("wifi", "broker", "clock")
"""Ids of the tests that every build has."""

_TEST_LINES = {
    "found": {"part"},
    "plausible": {"channel", "range"},
    "rises": {"channel", "by", "seconds", "ask"},
    "falls": {"channel", "by", "seconds", "ask"},
    "press": {"part", "seconds", "ask"},
    "colours": {"part", "ask"},
}
"""The lines of a test of each kind, besides ``id``, ``kind`` and ``name``: these and no others."""

_TEST_BUSES = {"found": ("i2c", "dht"), "press": ("gpio",), "colours": ("ws2812",)}
"""Which parts a kind of test can tell something about."""


class Workshop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The workshop for residents that goes with a build."""

    id: str
    name: Text
    minutes: int


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of object, as its ``build.toml`` describes it. ``period_s``: seconds per reading."""

    id: str
    name: Text
    summary: Text
    period_s: int
    workshop: Workshop
    parts: tuple[Part, ...]
    channels: tuple[Channel, ...]
    commands: tuple[Command, ...] = ()
    tests: tuple[Test, ...] = ()

    def part(self, part_id: str) -> Part | None:
        """Return the part of that id, or ``None``."""
        return next((part for part in self.parts if part.id == part_id), None)

    def part_of(self, channel_id: str) -> Part | None:
        """Return the part that gives a channel, not one that stands in for it; or ``None``."""
        giving = (p for p in self.parts if channel_id in p.channels and p.instead_of is None)
        return next(giving, None)

    def channel(self, channel_id: str) -> Channel | None:
        """Return the channel of that id, or ``None``."""
        return next((channel for channel in self.channels if channel.id == channel_id), None)

    def command(self, command_id: str) -> Command | None:
        """Return the command of that id, or ``None``."""
        return next((command for command in self.commands if command.id == command_id), None)

    def for_device(self, chip: str = DEFAULT_CHIP) -> dict[str, Any]:
        """Return what the firmware on that chip needs to know of its build: ``build.json``.

        Names and words stay on the PC. Parts come as a list of ``id, driver, bus, pins,
        addresses, instead_of, settings, channels``; channels by id with ``unit``, ``range`` and the
        upper ends of their bands.
        """
        return {
            "id": self.id,
            "period": self.period_s,
            "parts": [
                {
                    "id": part.id,
                    "driver": part.driver,
                    "bus": part.bus,
                    "pins": part.wired(chip),
                    "addresses": part.addresses,
                    "instead_of": part.instead_of,
                    "settings": part.settings,
                    "channels": part.channels,
                }
                for part in self.parts
            ],
            "channels": {
                channel.id: {
                    "unit": channel.unit,
                    "range": channel.range,
                    "bands": [band.below for band in channel.bands[:-1]],
                }
                for channel in self.channels
            },
            "commands": {command.id: command.arguments for command in self.commands},
        }


def parse_build(source: str, name: str) -> Build:
    """Read the text of a ``build.toml``; ``name`` is what errors call it.

    Raises FabnumError with the place and the reason when the file says something else than a build.
    """
    try:
        build = msgspec.convert(tomllib.loads(source), Build, dec_hook=_decode_text)
    except tomllib.TOMLDecodeError as error:
        raise _mistake(name, str(error)) from error
    except msgspec.ValidationError as error:
        raise _mistake(name, str(error)) from error
    for complaint in _complaints(build):
        raise _mistake(name, complaint)
    return build


@cache
def load_build(build_id: str) -> Build:
    """Return the build of that id. Raises FabnumError if there is none or its file is wrong."""
    path = BUILDS_FOLDER / build_id / "build.toml"
    if not is_slug(build_id) or not path.is_file():
        known = ", ".join(sorted(builds()))
        raise FabnumError(
            _("There is no build “{build}”.", build=build_id),
            _("Take one of: {known}.", known=known),
        )
    build = parse_build(path.read_text(encoding="utf-8"), f"{build_id}/build.toml")
    if build.id != build_id:
        raise _mistake(f"{build_id}/build.toml", f"id is “{build.id}”, the folder “{build_id}”")
    return build


def builds() -> list[str]:
    """Return the ids of all builds, sorted."""
    return sorted(path.parent.name for path in BUILDS_FOLDER.glob("*/build.toml"))


def _decode_text(kind: type, value: Any) -> Any:
    if kind is Text:
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise ValueError('expected texts by language, such as { fr = "…", en = "…" }')
        missing = {"fr", "en"} - value.keys()
        if missing:
            raise ValueError(f"the text lacks: {', '.join(sorted(missing))}")
        return Text(value)
    raise NotImplementedError


def _complaints(build: Build) -> list[str]:
    """Say what is wrong between the lines of a build, each line being right by itself."""
    parts = [part.id for part in build.parts]
    channels = [channel.id for channel in build.channels]
    said = [f"“{name}” is no slug" for name in (build.id, *parts, *channels) if not is_slug(name)]
    said += [f"“{name}” stands twice" for ids in (parts, channels) for name in _twice(ids)]
    for part in build.parts:
        said += [f"part {part.id}: no channel “{c}”" for c in part.channels if c not in channels]
        if part.instead_of is not None and part.instead_of not in parts:
            said.append(f"part {part.id}: no part “{part.instead_of}”")
        said += _complaints_about_pins(part)
    for channel in build.channels:
        low, high = channel.range
        if not low < high:
            said.append(f"channel {channel.id}: the range {low} to {high} is empty")
        bounds = [band.below for band in channel.bands]
        if bounds != sorted(set(bounds)):
            said.append(f"channel {channel.id}: the bands do not rise")
    return said + _complaints_about_tests(build)


def _complaints_about_pins(part: Part) -> list[str]:
    """Say which pins of which chips a part cannot have."""
    said = [f"part {part.id}: no chip “{chip}”" for chip in part.pins_on if chip not in PINS]
    for chip, pins in PINS.items():
        wired = part.wired(chip)
        if wired.keys() != part.pins.keys():
            said.append(f"part {part.id}: other wires on the {chip} than on the {DEFAULT_CHIP}")
        good = pins.analogue if part.bus == "adc" else pins.usable
        if part.bus not in ("adc", "gpio"):
            good -= pins.input_only
        said += [
            f"part {part.id}: pin {number} of the {chip} is not for that"
            for number in wired.values()
            if number not in good
        ]
    return said


def _complaints_about_tests(build: Build) -> list[str]:
    ids = [test.id for test in build.tests]
    said = [f"“{name}” is no slug" for name in ids if not is_slug(name)]
    said += [f"“{name}” stands twice" for name in _twice(ids)]
    said += [f"test {name}: every build has that one" for name in ids if name in RESERVED_TESTS]
    for test in build.tests:
        needed = _TEST_LINES[test.kind]
        lines = ("part", "channel", "range", "by", "seconds", "ask")
        there = {line for line in lines if getattr(test, line) is not None}
        said += [f"test {test.id}: “{line}” is missing" for line in sorted(needed - there)]
        said += [f"test {test.id}: “{line}” is for others" for line in sorted(there - needed)]
        said += _complaints_about_target(build, test)
        if test.range is not None and not test.range[0] < test.range[1]:
            said.append(f"test {test.id}: the range is empty")
        if any(number is not None and not number > 0 for number in (test.by, test.seconds)):
            said.append(f"test {test.id}: “by” and “seconds” must be more than 0")
    return said


def _complaints_about_target(build: Build, test: Test) -> list[str]:
    """Say what is wrong with the part or the channel that a test is about."""
    if test.channel is not None and build.part_of(test.channel) is None:
        return [f"test {test.id}: no part gives the channel “{test.channel}”"]
    if test.part is None:
        return []
    part = build.part(test.part)
    if part is None:
        return [f"test {test.id}: no part “{test.part}”"]
    if part.bus not in _TEST_BUSES.get(test.kind, (part.bus,)):
        return [f"test {test.id}: “{test.kind}” cannot test the part “{test.part}”"]
    return []


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _mistake(name: str, reason: str) -> FabnumError:
    return FabnumError(
        _("{file} cannot be used: {reason}.", file=name, reason=reason),
        _("Correct that line, then try again."),
    )
