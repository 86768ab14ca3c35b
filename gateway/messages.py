"""What an object says to people: the event ``message``, kept for an hour and nowhere else. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

EVENT = "message"
STANDS_S = 3600.0
"""A sentence such as “Open the windows” is not true for longer."""
LONGEST = 200
"""Characters, as the firmware counts them."""


class Said(NamedTuple):
    """A message of an object; ``time`` is when it was said, Unix seconds."""

    time: float
    text: str


def message_of(event: Mapping[str, Any], now: float) -> Said | None:
    """Return the message in an event that came at ``now``; ``None`` if there is none to show.

    A board that was without network tells it late: what was said more than an hour ago is not news.
    """
    data = event.get("data")
    if event.get("name") != EVENT or not isinstance(data, Mapping):
        return None
    text = data.get("text")
    shown = one_line(text)[:LONGEST] if isinstance(text, str) else ""
    told = event.get("t")
    time = min(told, now) if isinstance(told, int | float) else now
    return Said(float(time), shown) if shown and now - time < STANDS_S else None


def one_line(text: str) -> str:
    """Return a text on one line, without what only steers: also not what turns writing round."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST])
    return " ".join(shown.split())
