"""What keeps the bench from reaching a board."""

from collections.abc import Iterator

from kit.i18n import _
from provisioning.cards import Card


def cards() -> Iterator[Card]:
    """Yield the cards of this step, in the language in use."""
    yield Card(
        "no-port",
        _("No board to be seen"),
        _("This computer sees no board on its USB ports."),
        _("Plug the board in with another USB cable, one that carries data."),
    )
    yield Card(
        "no-answer",
        _("The board says nothing"),
        _("There is a board on the port, and it does not answer."),
        _("Press the button EN (or RST) of the board, then try again."),
    )
    yield Card(
        "raw-repl-refused",
        _("MicroPython does not let us in"),
        _("The program on the board keeps MicroPython’s prompt closed."),
        _("Run “fabnum rescue”: it stops the program and keeps the readings."),
    )
