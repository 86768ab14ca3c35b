"""The poster of the workshop: one page for A4, which can be printed on A3 as it is."""

from pathlib import Path
from typing import Any

from curriculum.pdf.content import title, words
from curriculum.pdf.edition import Edition
from curriculum.pdf.times import duration
from kit.i18n import _
from kit.printing import qr_code

TEMPLATE = Path(__file__).with_name("poster.typ")

LONGEST_PLACE = 120
"""Letters that the room for the place holds, if small; what is longer ends with “…”."""


def document(edition: Edition) -> dict[str, Any]:
    """Return what the template reads."""
    workshop, build = edition.front.workshop, edition.module.build
    return edition.document(
        _("Workshop for everybody"),
        name=title(str(build.workshop.name)) or edition.front.id,
        invitation=words(str(workshop.invitation)),
        promises=[
            _("It takes {duration}.", duration=duration(build.workshop.minutes)),
            _("Come as you are: nothing to know, nothing to install."),
            _("Nobody asks for your name."),
        ],
        fields=[
            [_("Date"), ""],
            [_("Time"), ""],
            [_("Place"), _cut(words(edition.place))],
            [_("Wi-Fi"), ""],
        ],
        code=_code(edition.live_page),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_PLACE else f"{text[: LONGEST_PLACE - 1]}…"


def _code(address: str) -> dict[str, str]:
    if not address:
        return {"svg": "", "alt": "", "words": _("Stick the QR code here"), "address": ""}
    return {
        "svg": qr_code(address),
        "alt": _("QR code: {address}", address=address),
        "words": _("On the day: join with a phone"),
        "address": words(address),
    }
