"""The cards of roles: who does what in a group. They change hands; no name stands on them."""

from pathlib import Path
from typing import Any

from curriculum.roles import Role, roles
from kit import i18n, printing
from kit.i18n import _

TEMPLATE = Path(__file__).with_name("cards.typ")
ROOT = Path(__file__).parent.parent
AUTHOR = "Fab’Num"


def cards() -> bytes:
    """Return the cards of all roles as a PDF, four to a page, with lines for scissors."""
    return printing.pdf(TEMPLATE, document(), root=ROOT)


def document() -> dict[str, Any]:
    """Return what the template reads."""
    return {
        "title": _("Role cards"),
        "author": AUTHOR,
        "language": i18n.current(),
        "footer": _("Change roles at each session: everybody tries all of them."),
        "page_of": _("{page} of {pages}", page="{page}", pages="{pages}"),
        "cards": [_card(role) for role in roles().values()],
    }


def _card(role: Role) -> dict[str, Any]:
    return {"name": str(role.name), "duties": [str(duty) for duty in role.duties]}
