"""Whether an answer is still the one that somebody has (RFC 9110, 8.8 and 13.1)."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from email.utils import formatdate, parsedate_to_datetime

KEPT = 2000


class Freshness:
    """Remembers since when each answer has been as it is, of the :data:`KEPT` asked for last.

    An answer is its bytes: backlogs change what is long past, and no time of a reading tells that.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def validators(self, address: str, body: bytes) -> dict[str, str]:
        """Return the headers that tell this answer from an earlier one at the same address.

        The tag is weak: compressed and plain, it is the same answer.
        """
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        name = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
        known = self._known.pop(name, None)
        if known is None or known[0] != tag:
            # At least a second later than the answer before: the header counts in seconds.
            known = tag, max(int(self._clock()), known[1] + 1 if known is not None else 0)
        self._known[name] = known
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return {"ETag": tag, "Last-Modified": formatdate(known[1], usegmt=True)}


def is_fresh(asked: Mapping[str, str], validators: Mapping[str, str]) -> bool:
    """Whether who asks has this very answer already. If-None-Match counts before the date."""
    tags = asked.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or validators["ETag"].removeprefix("W/") in known
    since = asked.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(validators["Last-Modified"]) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
