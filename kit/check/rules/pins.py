"""Pins that the chip does not offer for that, or that a part of the build has already."""

import ast
from collections.abc import Iterator

from kit.check.constants import number
from kit.check.finding import Finding
from kit.check.program import Program
from kit.check.references import path
from kit.check.target import Target
from kit.chips import why_not
from kit.i18n import _

_PIN = "machine.Pin"
_ANALOGUE = frozenset({"machine.ADC", "machine.ADCBlock"})
_DRIVES = frozenset({"machine.PWM", "neopixel.NeoPixel", "machine.bitstream"})
_BUSES = frozenset({"machine.I2C", "machine.SoftI2C"})


def check(program: Program, target: Target) -> Iterator[Finding]:
    """Yield the pins that cannot be had."""
    for call in program.all(ast.Call):
        name = path(program, call.func)
        if name == _PIN:
            yield from _pin(program, call, target)
        elif name in _ANALOGUE and call.args:
            yield from _analogue(program, call, target)


def _pin(program: Program, call: ast.Call, target: Target) -> Iterator[Finding]:
    found = _number_of(program, call)
    if found is None:
        return
    place, pin = found
    chip = _chip(target)
    use = _use(program, call)
    wanted = use or _mode(program, call)
    if pin not in target.pins.usable:
        yield program.find(place, "pin-not-usable", _not_usable(pin, target), _free(target, wanted))
    elif pin in target.wired and not (use in _BUSES and target.wired[pin].bus == "i2c"):
        part = target.wired[pin]
        if part.instead_of is None:
            yield program.find(
                place,
                "pin-taken",
                _("Pin {pin} belongs to the part “{part}”.", pin=pin, part=part.id),
                _free(target, wanted),
            )
    elif pin in target.pins.input_only and (
        use in _DRIVES | _BUSES or _mode(program, call) == "out"
    ):
        yield program.find(
            place,
            "pin-input-only",
            _("Pin {pin} of the {chip} can only read.", pin=pin, chip=chip),
            _free(target, "out"),
        )
    elif pin in target.pins.input_only and _mode(program, call) == "pull":
        yield program.find(
            place,
            "pin-without-pull",
            _("Pin {pin} of the {chip} has no resistor inside.", pin=pin, chip=chip),
            _free(target, "out"),
        )


def _analogue(program: Program, call: ast.Call, target: Target) -> Iterator[Finding]:
    given = call.args[0]
    if isinstance(given, ast.Name):
        given = program.only_value(given) or given
    pin: int | float | None
    if isinstance(given, ast.Call) and path(program, given.func) == _PIN:
        found = _number_of(program, given)
        pin = found[1] if found else None
    else:
        pin = number(program, given)
    if pin is None or pin not in target.pins.usable or pin in target.pins.analogue:
        return
    yield program.find(
        call.args[0],
        "pin-not-analogue",
        _(
            "Pin {pin} of the {chip} measures no voltage while the Wi-Fi is on.",
            pin=pin,
            chip=_chip(target),
        ),
        _free(target, "analogue"),
    )


def _number_of(program: Program, call: ast.Call) -> tuple[ast.expr, int] | None:
    place = call.args[0] if call.args else None
    for keyword in call.keywords:
        if keyword.arg == "id":
            place = keyword.value
    pin = None if place is None else number(program, place)
    return None if place is None or not isinstance(pin, int) else (place, pin)


def _use(program: Program, call: ast.Call) -> str:
    """Return what a pin is given to: ``machine.I2C``; ``analogue``; empty if that is not seen."""
    outer = program.parent(call)
    if isinstance(outer, ast.keyword):
        outer = program.parent(outer)
    name = path(program, outer.func) if isinstance(outer, ast.Call) else ""
    return "analogue" if name in _ANALOGUE else name


def _mode(program: Program, call: ast.Call) -> str:
    """Return ``out``, ``pull`` or nothing: how a pin is to be used."""
    given = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    names = {path(program, value).removeprefix(_PIN + ".") for value in given}
    if names & {"OUT", "OPEN_DRAIN"}:
        return "out"
    return "pull" if names & {"PULL_UP", "PULL_DOWN"} else ""


def _not_usable(pin: int, target: Target) -> str:
    chip = _chip(target)
    match why_not(target.chip, pin):
        case "flash":
            return _("Pin {pin} of the {chip} belongs to its memory.", pin=pin, chip=chip)
        case "start":
            return _("Pin {pin} decides how the {chip} starts.", pin=pin, chip=chip)
        case "serial":
            return _("Pin {pin} of the {chip} talks to the computer.", pin=pin, chip=chip)
        case "usb":
            return _("Pin {pin} of the {chip} belongs to its USB socket.", pin=pin, chip=chip)
        case _:
            return _("The {chip} has no pin {pin} for parts.", pin=pin, chip=chip)


def _free(target: Target, use: str) -> str:
    """Return the action: the pins that are left for such a use."""
    pins = target.pins
    free = pins.usable - target.wired.keys()
    if use == "analogue":
        free &= pins.analogue
    elif use:
        free -= pins.input_only
    if not free:
        return _("All pins for this are taken: use a board with another chip.")
    listed = [str(pin) for pin in sorted(free)]
    return _("These are free: {pins}.", pins=", ".join(listed))


def _chip(target: Target) -> str:
    return {"esp32": "ESP32", "esp32s3": "ESP32-S3", "esp32c3": "ESP32-C3"}[target.chip]
