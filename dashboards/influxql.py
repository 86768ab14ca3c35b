"""Questions in InfluxQL, the one language that InfluxDB 1, 2 and 3 share.

Source: "Influx Query Language (InfluxQL) reference", InfluxDB 1.x documentation.
"""

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from dashboards.query import Query

FIELD = "value"
HOUR = "1h"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
"""No name in the store has them: line protocol cannot carry them, and the writer puts a _."""


def text(query: Query, bounds: str, step: str = "") -> str:
    """Return the question as InfluxQL.

    ``bounds`` is the condition on time, such as Grafana's ``$timeFilter`` or that of
    :func:`between`; ``step`` stands for ``query.step_s`` where Grafana may make it longer.
    """
    if query.aggregate == "hours":
        return _hours(query, bounds)
    offset = f", {query.offset_s}s" if query.offset_s else ""
    time = f"time({step or f'{query.step_s}s'}{offset})" if query.step_s else ""
    return _select(query, query.aggregate, bounds, time)


def between(start: float, end: float) -> str:
    """Return the condition start ≤ time < end (Unix seconds), to the microsecond."""
    return f"time >= {round(start * 1e6)}u AND time < {round(end * 1e6)}u"


def identifier(name: str) -> str:
    """Return a name as InfluxQL quotes it."""
    return '"' + _CONTROLS.sub("_", name).replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(text: str) -> str:
    """Return a text as InfluxQL quotes it."""
    return "'" + _CONTROLS.sub("_", text).replace("\\", "\\\\").replace("'", "\\'") + "'"


def number(value: float) -> str:
    """Return a finite number as InfluxQL reads it: without an exponent, which it does not know."""
    return format(Decimal(repr(value)), "f")


def _hours(query: Query, bounds: str) -> str:
    """Return the question for how many hours have a mean that lies within the bounds."""
    means = _select(query, "mean", bounds, f"time({HOUR})")
    low, high = query.within
    conditions = [
        *([f'"mean" >= {number(low)}'] if math.isfinite(low) else []),
        *([f'"mean" < {number(high)}'] if math.isfinite(high) else []),
        bounds,
    ]
    parts = [f'SELECT count("mean") FROM ({means})', "WHERE " + " AND ".join(conditions)]
    return " ".join([*parts, *_grouped([identifier(tag) for tag in query.by])])


def _select(query: Query, function: str, bounds: str, time: str) -> str:
    """Return a question with one function; ``time`` groups by steps, if it is not empty."""
    parts = [
        f"SELECT {function}({identifier(FIELD)}) FROM {identifier(query.quantity)}",
        "WHERE " + " AND ".join([*_conditions(query), bounds]),
        *_grouped([*([time] if time else []), *(identifier(tag) for tag in query.by)]),
        *(["fill(none)"] if time else []),
    ]
    return " ".join(parts)


def _grouped(groups: list[str]) -> list[str]:
    return ["GROUP BY " + ", ".join(groups)] if groups else []


def _conditions(query: Query) -> Iterator[str]:
    for tag in query.where:
        wanted = [f"{identifier(tag)} = {literal(value)}" for value in query.wanted(tag)]
        yield f"({' OR '.join(wanted)})" if len(wanted) > 1 else "".join(wanted)
