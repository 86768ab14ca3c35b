"""What a dashboard of ours must hold, checked on its JSON alone, whoever made it.

Each rule yields the places that break it and what is wrong there; :func:`complaints` asks all.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from dashboards.colours import LINES, STATES
from dashboards.grafana.dashboard import SCHEMA_VERSION, TAG, UID_LENGTH
from dashboards.grafana.questions import TIME_FILTER
from dashboards.grafana.target import SOURCE_TYPE, SOURCE_UID

Json = Mapping[str, Any]
Found = Iterator[tuple[str, str]]
"""A place (a panel's title, or "board") and what is wrong there."""

COLOURS = frozenset({*LINES, *STATES.values()})
_COLOUR_MODES = frozenset({"fixed", "shades", "thresholds"})
_COLOUR_KEYS = frozenset({"color", "fixedColor", "lineColor", "fillColor", "pointColor"})
_REFRESH_S = 60
_PUBLIC_REFRESH_S = 300
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_BOARD = "board"
_READS = re.compile(r'FROM (?=")')
"""Where a question reads what was measured, and not the answer of a question within it."""


class Complaint(NamedTuple):
    """One thing that is wrong: by which rule, where, and what."""

    rule: str
    place: str
    what: str


def complaints(dashboard: Json, english: Json | None = None) -> list[Complaint]:
    """Return what is wrong with a dashboard; nothing if it is in order.

    ``english``: the same board in English, to see whether this one was translated.
    """
    found = [
        Complaint(rule, place, what)
        for rule, check in RULES.items()
        for place, what in check(dashboard)
    ]
    if english is not None:
        found += [Complaint("translated", *where) for where in _translated(dashboard, english)]
    return found


def _titles(dashboard: Json) -> Found:
    if not dashboard.get("title"):
        yield _BOARD, "has no title"
    for number, panel in enumerate(dashboard["panels"]):
        if not panel.get("title"):
            yield f"panel {number}", "has no title"


def _descriptions(dashboard: Json) -> Found:
    if not dashboard.get("description"):
        yield _BOARD, "has no description"
    for panel in _pictures(dashboard):
        if not panel.get("description"):
            yield _name(panel), "has no description"


def _units(dashboard: Json) -> Found:
    for panel in _pictures(dashboard):
        if panel.get("targets") and not panel["fieldConfig"]["defaults"].get("unit"):
            yield _name(panel), "has no unit"


def _sources(dashboard: Json) -> Found:
    ours = {"type": SOURCE_TYPE, "uid": SOURCE_UID}
    for panel in _pictures(dashboard):
        targets = panel.get("targets") or []
        for holder in [panel, *targets] if targets else []:
            if holder.get("datasource") != ours:
                yield _name(panel), f"asks {holder.get('datasource')}"


def _variables(dashboard: Json) -> Found:
    """Look for what Grafana refuses on boards that are shared with everybody."""
    if _is_public(dashboard) and dashboard.get("templating", {}).get("list"):
        yield _BOARD, "is public and has variables"


def _bounds(dashboard: Json) -> Found:
    """Look for a question, or a part of one, that reads all that was ever measured."""
    for panel in _pictures(dashboard):
        for target in panel.get("targets") or []:
            _answer, *reads = _READS.split(target["query"])
            if not reads or not all(TIME_FILTER in read.split(" GROUP BY ")[0] for read in reads):
                yield _name(panel), f"question {target['refId']} is not bound by {TIME_FILTER}"


def _colours(dashboard: Json) -> Found:
    for panel in _pictures(dashboard):
        for key, value in _leaves(panel):
            if key in _COLOUR_KEYS and isinstance(value, str) and value not in COLOURS:
                yield _name(panel), f"has the colour {value}"
            if key == "color.mode" and value not in _COLOUR_MODES:
                yield _name(panel), f"takes its colours from {value}"


def _positions(dashboard: Json) -> Found:
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if place["x"] < 0 or place["x"] + place["w"] > 24 or place["h"] < 1:
            yield _name(panel), "does not fit the grid"
    for one, other in combinations(dashboard["panels"], 2):
        if _overlap(one["gridPos"], other["gridPos"]):
            yield _name(one), f"lies on {_name(other)}"


def _identities(dashboard: Json) -> Found:
    uid = dashboard.get("uid") or ""
    if not uid.startswith(f"{TAG}-") or len(uid) > UID_LENGTH:
        yield _BOARD, f"cannot have the uid “{uid}”"
    for number in _repeated(panel["id"] for panel in dashboard["panels"]):
        yield _BOARD, f"has two panels {number}"
    for panel in _pictures(dashboard):
        for letter in _repeated(target["refId"] for target in panel.get("targets") or []):
            yield _name(panel), f"has two questions {letter}"
        for heading in _repeated(_headings(panel)):
            yield _name(panel), f"has two columns “{heading}”"


def _schema(dashboard: Json) -> Found:
    if dashboard.get("schemaVersion") != SCHEMA_VERSION:
        yield _BOARD, f"has schema {dashboard.get('schemaVersion')}, not {SCHEMA_VERSION}"
    if dashboard.get("editable") is not False:
        yield _BOARD, "can be edited by hand, and the next push would undo it"


def _refresh(dashboard: Json) -> Found:
    least = _PUBLIC_REFRESH_S if _is_public(dashboard) else _REFRESH_S
    match = re.fullmatch(r"(\d+)([smhd])", str(dashboard.get("refresh")))
    if match is None:
        yield _BOARD, f"has no refresh time: {dashboard.get('refresh')}"
    elif int(match[1]) * _SECONDS[match[2]] < least:
        yield _BOARD, f"is asked anew every {match[0]}, more often than every {least} s"


RULES: dict[str, Callable[[Json], Found]] = {
    "title": _titles,
    "description": _descriptions,
    "unit": _units,
    "source": _sources,
    "variable": _variables,
    "bounds": _bounds,
    "colour": _colours,
    "position": _positions,
    "identity": _identities,
    "schema": _schema,
    "refresh": _refresh,
}
"""The rules by name, each over one dashboard."""


def _translated(dashboard: Json, english: Json) -> Found:
    """Look for sentences that are the same in two languages.

    A title of one word, such as "Wi-Fi", may be.
    """
    pairs = [(_BOARD, dashboard, english)]
    pairs += [
        (_name(ours), ours, theirs)
        for ours, theirs in zip(dashboard["panels"], english["panels"], strict=True)
    ]
    for place, ours, theirs in pairs:
        for field in ("title", "description"):
            said = ours.get(field) or ""
            if " " in said.strip() and said == theirs.get(field):
                yield place, f"its {field} is in English"


def _pictures(dashboard: Json) -> list[Json]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def _name(panel: Json) -> str:
    return str(panel.get("title") or f"panel {panel.get('id')}")


def _is_public(dashboard: Json) -> bool:
    return "public" in (dashboard.get("tags") or [])


def _headings(panel: Json) -> list[str]:
    return [
        heading
        for change in panel.get("transformations") or []
        if change["id"] == "organize"
        for heading in change["options"]["renameByName"].values()
    ]


def _repeated(values: Iterator[Any] | list[Any]) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]


def _overlap(one: Json, other: Json) -> bool:
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not (beside or below)


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value that holds no other, under its key; a colour's mode as ``color.mode``."""
    if isinstance(value, Mapping):
        for inner, content in value.items():
            if key == "color" and inner == "mode":
                yield from _leaves(content, "color.mode")
            elif value.get("id") == "color" and inner == "value":
                yield from _leaves(content, "color")
            else:
                yield from _leaves(content, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, key)
    else:
        yield key, value
