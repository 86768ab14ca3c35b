"""What must hold between the lines of a build, each line being right by itself."""

from itertools import combinations

from kit.catalogue.model import Build, Part, Test
from kit.chips import DEFAULT_CHIP, PINS
from kit.i18n import _
from kit.names import is_slug

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

_TEST_BUSES = {"found": ("i2c", "dht", "adc"), "press": ("gpio",), "colours": ("ws2812",)}
"""Which parts a kind of test can tell something about."""


def complaints(build: Build) -> list[str]:
    """Say what is wrong between the lines of a build, each line being right by itself."""
    parts = [part.id for part in build.parts]
    channels = [channel.id for channel in build.channels]
    said = [f"“{name}” is no slug" for name in (build.id, *parts, *channels) if not is_slug(name)]
    said += [
        _("“{name}” stands twice", name=name)
        for ids in (parts, channels)
        for name in sorted(_twice(ids))
    ]
    for part in build.parts:
        said += [f"part {part.id}: no channel “{c}”" for c in part.channels if c not in channels]
        if part.instead_of is not None and part.instead_of not in parts:
            said.append(f"part {part.id}: no part “{part.instead_of}”")
        said += _complaints_about_pins(part)
    said += _clashes(build)
    quantities = [channel.quantity for channel in build.channels]
    said += [f"two channels are the quantity “{name}”" for name in sorted(_twice(quantities))]
    for channel in build.channels:
        low, high = channel.range
        if not low < high:
            said.append(f"channel {channel.id}: the range {low} to {high} is empty")
        bounds = [band.below for band in channel.bands]
        if bounds != sorted(set(bounds)):
            said.append(f"channel {channel.id}: the bands do not rise")
        if any(bound < channel.hidden_below for bound in bounds):
            said.append(f"channel {channel.id}: a band tells of what is hidden")
    return said + _complaints_about_tests(build) + _complaints_about_calibrations(build)


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


def _clashes(build: Build) -> list[str]:
    """Say which parts want the same pin, or the same address on one bus.

    Parts on one I2C bus share its two wires. A part that stands in for another may have its pins:
    only one of the two is there.
    """
    said = []
    for one, other in combinations(build.parts, 2):
        if one.instead_of == other.id or other.instead_of == one.id:
            continue
        for chip in PINS:
            clash = _clash_of_wires(one, other, chip)
            if clash:
                said.append(
                    _(
                        "{one} and {other} both want {clash}",
                        one=one.id,
                        other=other.id,
                        clash=clash,
                    )
                )
    return said


def _clash_of_wires(one: Part, other: Part, chip: str) -> str:
    first, second = one.wired(chip), other.wired(chip)
    for wire, pin in first.items():
        for other_wire, other_pin in second.items():
            shared = one.bus == other.bus == "i2c" and wire == other_wire and wire in ("sda", "scl")
            if pin == other_pin and not shared:
                return _("pin {pin} of the {chip}", pin=pin, chip=chip)
    same_bus = first.get("sda") is not None and first.get("sda") == second.get("sda")
    addresses = set(one.addresses) & set(other.addresses)
    if same_bus and addresses:
        return _("address {address} on one bus", address=f"{min(addresses):#04x}")
    return ""


def _complaints_about_calibrations(build: Build) -> list[str]:
    parts = [calibration.part for calibration in build.calibrations]
    said = [f"calibration: no part “{part}”" for part in parts if build.part(part) is None]
    said += [f"calibration: “{part}” stands twice" for part in _twice(parts)]
    for calibration in build.calibrations:
        steps = [step.id for step in calibration.steps]
        if not steps:
            said.append(f"calibration of {calibration.part}: it has no step")
        results = [result.id for result in calibration.results]
        for ids in (steps, results):
            said += [f"calibration of {calibration.part}: “{i}” stands twice" for i in _twice(ids)]
        wrong = [step for step in steps if not is_slug(step)]
        said += [f"calibration of {calibration.part}: “{step}” is no slug" for step in wrong]
        for step in calibration.steps:
            if step.value is not None and not step.value.range[0] < step.value.range[1]:
                said.append(f"calibration of {calibration.part}, {step.id}: the range is empty")
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
