"""``station.say``: a sentence for people."""

import time

from fabnum import log
from fabnum.program import current
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LONGEST = const(200)
_AGAIN_MS = const(60_000)
_REMEMBERED = const(8)

_said: "list[tuple[str, Any]]" = []  # the last texts, and when


def say(text: "Any") -> None:
    """See ``station.say``."""
    app = current.running()
    if not isinstance(text, str) or not text.strip():
        raise ValueError("station.say(…) : écrivez un texte entre guillemets.")
    if len(text) > _LONGEST:
        raise ValueError("station.say(…) : 200 caractères au plus, ici %d." % len(text))
    now = time.ticks_ms()
    recent = [said for said in _said if time.ticks_diff(now, said[1]) < _AGAIN_MS]
    _said[:] = recent[-_REMEMBERED:]
    if any(said[0] == text for said in recent):
        return
    _said.append((text, now))
    log.say(text)
    app.event("message", {"text": text})
