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
