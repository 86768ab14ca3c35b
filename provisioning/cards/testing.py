"""What the self-test, enrolment and the way to the broker can find wrong."""

from collections.abc import Iterator

from kit.i18n import _
from provisioning.cards import Card


def cards() -> Iterator[Card]:
    """Yield the cards of this step, in the language in use."""
    yield Card(
        "sensor-missing",
        _("A sensor does not answer"),
        _("The board does not find one of its parts."),
        _("Check its four wires against the picture of the build, then test again."),
    )
