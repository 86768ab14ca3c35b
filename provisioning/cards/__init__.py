"""Error cards: every failure at the bench that a person can meet, with its cause and one action.

A card has a code that never changes, so that lessons can link to it (``/cards#port-busy`` on the
bench's page). The texts stand in the files beside this one, by the step in which they come up.

A new card: add it to the file of its step, raise it with ``cards.failure("its-code", seen="…")``,
and write a test that causes it for real within ``with meets("its-code"):``, as
``tests/provisioning/reached.py`` says; a card that no test reaches fails ``test_cards.py``.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from kit.errors import FabnumError

PLATFORMS = ("linux", "darwin", "win32")
"""The values of ``sys.platform`` for which an action may differ."""


@dataclass(frozen=True)
class Card:
    """One failure in words: ``title`` (a few), ``cause`` and ``action`` (one sentence each).

    ``actions`` holds what to do instead on one platform, by ``sys.platform``.
    """

    code: str
    title: str
    cause: str
    action: str
    actions: dict[str, str] = field(default_factory=dict)

    def action_on(self, platform: str = sys.platform) -> str:
        """Return the one next thing to do on that kind of PC."""
        return self.actions.get(platform, self.action)


class CardError(FabnumError):
    """A failure at the bench that has a card.

    ``code`` names the card; ``seen`` is what was observed, in a few words, for whoever helps.
    """

    def __init__(self, card: Card, seen: str = "") -> None:
        super().__init__(card.cause, card.action_on())
        self.code = card.code
        self.card = card
        self.seen = seen


def failure(code: str, seen: str = "") -> CardError:
    """Return the error to raise for a card. ``seen`` must hold no secret."""
    return CardError(find(code), seen)


def find(code: str) -> Card:
    """Return the card of that code, in the language in use. Raises KeyError if there is none."""
    for card in catalogue():
        if card.code == code:
            return card
    raise KeyError(code)


def catalogue() -> Iterator[Card]:
    """Yield all cards in the language in use, in the order of the steps."""
    from provisioning.cards import connection, flashing, installing, testing  # noqa: PLC0415

    for step in (connection, flashing, installing, testing):
        yield from step.cards()
