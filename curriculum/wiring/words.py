"""What is said of a wire in words: where its ends are, and what it is for."""

from kit.i18n import _
from kit.parts import BOARD, End, Netlist, Placed, Wire


def called(placed: Placed) -> str:
    """Return what a piece is called in a few words."""
    return str(placed.piece.name or placed.piece.title or placed.part.name)


def place(wired: Netlist, end: End) -> str:
    """Return where an end of a wire goes, such as “board, pin IO21”."""
    label = wired.label(end)
    if end.owner == BOARD:
        return _("board, pin {pin}", pin=label)
    placed = wired.piece(end.owner)
    if placed is None:
        return _("row {name}", name=label.upper())
    if wired.on_breadboard(end):
        return _("{part}, row {name}", part=called(placed), name=label)
    return _("{part}, pin {pin}", part=called(placed), pin=label)


def purpose(wired: Netlist, wire: Wire) -> str:
    """Return what a wire is for, in one short sentence."""
    common = {
        "GND": _("The way back of the current: all that works together has it in common."),
        "3V3": _("Feeds the part, at 3.3 V."),
        "5V": _("Feeds the part, at 5 V."),
        "sda": _("The I²C bus: what is said."),
        "scl": _("The I²C bus: the beat."),
        "sck": _("The beat of the sound."),
        "ws": _("Left or right: whose turn it is."),
        "sd": _("The sound, in numbers."),
        "signal": _("The voltage to be measured, halved."),
        "probe": _("What the probe gives."),
        "lights": _("The colours of the LEDs, at 5 V."),
        "supply": _("From the plus of the supply into the meter."),
        "device": _("From the meter to the plus of the device."),
        "xshut_outside": _("Wakes this sensor, and no other."),
        "xshut_inside": _("Wakes this sensor, and no other."),
    }
    if wire.carries in common:
        return common[wire.carries]
    placed = wired.piece(wire.end.owner)
    bus = placed.part.bus if placed else ""
    if bus == "ws2812":
        return _("The colours of the LEDs.")
    if bus == "dht":
        return _("What the sensor measures.")
    if placed and placed.part.driver == "pir":
        return _("Says when something moves.")
    return _("Says when the button is pressed.")
