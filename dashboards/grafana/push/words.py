"""What a push did, or would do, in sentences."""

import json
from collections.abc import Iterator
from typing import Any

from dashboards.grafana.push.compare import ABSENT
from dashboards.grafana.push.plan import Step, Verb
from dashboards.grafana.push.push import Done
from kit.i18n import _, ngettext

MOST_DIFFERENCES = 8
_LONGEST_VALUE = 48
_SIGNS: dict[Verb, str] = {"make": "+", "change": "~", "remove": "-", "leave": "?"}


def report(done: Done, *, dry_run: bool) -> Iterator[str]:
    """Yield the lines about one organisation."""
    yield _("Organisation {name}", name=done.name)
    yield from _entry(done, dry_run=dry_run)
    for step in done.steps:
        yield f"  {_SIGNS[step.verb]} {_sentence(step, dry_run=dry_run)}"
        yield from _differences(step)
    if not done.steps and not done.troubles and done.entry is None:
        yield "  = " + _("Everything is as it should be.")
    for trouble in done.troubles:
        yield f"  ! {trouble}"
    for board, address in done.public.items():
        yield "  → " + _("Public: {board}: {address}", board=board, address=address)


def _entry(done: Done, *, dry_run: bool) -> Iterator[str]:
    if done.entry == "make":
        yield "  + " + (_("would be made") if dry_run else _("made"))
    elif done.entry == "change":
        yield "  ~ " + (
            _("would get the kit’s name as an administrator; what is in it cannot be seen before")
            if dry_run
            else _("now has the kit’s name as an administrator")
        )


def _sentence(step: Step, *, dry_run: bool) -> str:
    title = step.title
    if step.verb == "leave":
        return _("{title}: no longer wanted; “--prune” removes it", title=title)
    if dry_run:
        return {
            "make": _("{title}: would be made", title=title),
            "change": _("{title}: would be changed", title=title),
            "remove": _("{title}: would be removed", title=title),
        }[step.verb]
    return {
        "make": _("{title}: made", title=title),
        "change": _("{title}: changed", title=title),
        "remove": _("{title}: removed", title=title),
    }[step.verb]


def _differences(step: Step) -> Iterator[str]:
    for difference in step.differences[:MOST_DIFFERENCES]:
        yield f"      {difference.path}: {_shown(difference.found)} → {_shown(difference.wanted)}"
    more = len(step.differences) - MOST_DIFFERENCES
    if more > 0:
        yield "      " + ngettext("And {n} more.", "And {n} more.", more)


def _shown(value: Any) -> str:
    """Return a value on one short line."""
    if value is ABSENT:
        return repr(ABSENT)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
