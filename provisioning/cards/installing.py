"""What can go wrong while the program and the configuration are put onto the board."""

from collections.abc import Iterator

from kit.i18n import _
from provisioning.cards import Card


def cards() -> Iterator[Card]:
    """Yield the cards of this step, in the language in use."""
    yield Card(
        "cable-pulled",
        _("The cable came out"),
        _("The board went away while it was being written."),
        _("Plug it in again and repeat the step: it goes on where it stopped."),
    )
    yield Card(
        "board-full",
        _("The board’s memory is full"),
        _("There is no room left on the board, so nothing on it was changed."),
        _("Save your own files from the board with Thonny, delete them there, then try again."),
    )
    yield Card(
        "write-failed",
        _("The board did not keep what was written"),
        _("What lies on the board is not what was sent, so it is not used."),
        _("Repeat the step; if it fails again, put this board aside and take another one."),
    )
    yield Card(
        "no-program",
        _("There is no program of the kit on the board"),
        _("The board has MicroPython, but not the program that is needed for this."),
        _("Put it there with “fabnum install”, then try again."),
    )
    yield Card(
        "no-way-in",
        _("The board lets nobody in"),
        _("Something on the board keeps its prompt closed from the very start."),
        _("Put MicroPython onto it anew with “fabnum flash --erase”; all its files go with that."),
    )
