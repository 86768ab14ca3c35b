"""`fabnum cards`: every failure at the bench in words, or one of them."""

from rich.console import Console
from rich.markup import escape

from kit.errors import FabnumError
from kit.i18n import _
from provisioning import cards
from provisioning.cards import PLATFORMS, Card

_SYSTEMS = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}


def show_cards(code: str = "") -> None:
    """Print the whole catalogue, or the card of that code with what to do on each system.

    Raises FabnumError if there is no such card.
    """
    console = Console(highlight=False)
    if code:
        console.print(_in_full(_find(code)))
        return
    for card in cards.catalogue():
        console.print(_in_short(card))


def _find(code: str) -> Card:
    try:
        return cards.find(code.strip().lower())
    except KeyError:
        raise FabnumError(
            _("There is no card “{code}”.", code=code),
            _("See all of them with “fabnum cards”."),
        ) from None


def _in_short(card: Card) -> str:
    return (
        f"[bold]{escape(card.title)}[/bold]  [dim]{card.code}[/dim]\n"
        f"  {escape(card.cause)}\n  → {escape(card.action_on())}"
    )


def _in_full(card: Card) -> str:
    actions = [card.action_on(platform) for platform in PLATFORMS]
    lines = [f"[bold]{escape(card.title)}[/bold]  [dim]{card.code}[/dim]", escape(card.cause)]
    if len(set(actions)) == 1:
        return "\n".join([*lines, f"→ {escape(actions[0])}"])
    systems = (_SYSTEMS[platform] for platform in PLATFORMS)
    return "\n".join(
        [*lines, *(f"→ {name}: {escape(a)}" for name, a in zip(systems, actions, strict=True))]
    )
