"""What can go wrong while MicroPython is written to the chip."""

from collections.abc import Iterator

from kit.i18n import _
from provisioning.cards import Card


def cards() -> Iterator[Card]:
    """Yield the cards of this step, in the language in use."""
    yield Card(
        "image-missing",
        _("No MicroPython for this chip"),
        _("The folder of images has no MicroPython for this chip."),
        _("Fill it with “fabnum images add”, from the internet or from a USB stick."),
    )
