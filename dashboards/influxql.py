"""Questions in InfluxQL, the one language that InfluxDB 1, 2 and 3 share.

Source: "Influx Query Language (InfluxQL) reference", InfluxDB 1.x documentation.
"""

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from dashboards.query import Query

FIELD = "value"
MEAN = "mean"
"""What the mean of an hour is called within the question for hours."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
"""No name in the store has them: line protocol cannot carry them, and the writer puts a _."""


def text(query: Query, bounds: str, step: str = "", *, column: str = "", gaps: bool = False) -> str:
    """Return the question as InfluxQL.

    ``bounds`` is the condition on time, such as Grafana's ``$timeFilter`` or that of
    :func:`between`; ``step`` stands for ``query.step_s`` where Grafana may make it longer.
    ``column`` names the value in the answer; ``gaps``: steps without a value are told, as null.
    """
    if query.aggregate == "hours":
        return _hours(query, bounds, column)
    fill = f"fill({'null' if gaps else 'none'})" if query.step_s else ""
    return _sentence(
        _selected(query.aggregate, FIELD, column),
        identifier(query.quantity),
        [*_conditions(query), bounds],
        [*_steps(query, step), *map(identifier, query.by)],
        fill,
    )


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


def _hours(query: Query, bounds: str, column: str) -> str:
    """Return the question for how many hours have a mean that lies within the bounds.

    Bounded in time within only: of a first hour that is not whole, InfluxDB 1.6 tells the mean of
    its part, at the full hour before the bound; bounded without, too, it would lose the whole line.
    """
    by = [*map(identifier, query.by)]
    means = _sentence(
        _selected("mean", FIELD, MEAN),
        identifier(query.quantity),
        [*_conditions(query), bounds],
        ["time(1h)", *by],
        "fill(none)",
    )
    low, high = query.within
    conditions = [
        *([f"{identifier(MEAN)} >= {number(low)}"] if math.isfinite(low) else []),
        *([f"{identifier(MEAN)} < {number(high)}"] if math.isfinite(high) else []),
    ]
    return _sentence(_selected("count", MEAN, column), f"({means})", conditions, by)


def _sentence(
    selected: str, source: str, conditions: list[str], groups: list[str], fill: str = ""
) -> str:
    parts = [
        f"SELECT {selected} FROM {source}",  # noqa: S608 - every name in it is quoted
        *(["WHERE " + " AND ".join(conditions)] if conditions else []),
        *(["GROUP BY " + ", ".join(groups)] if groups else []),
        *([fill] if fill else []),
    ]
    return " ".join(parts)


def _selected(function: str, field: str, column: str) -> str:
    named = f" AS {identifier(column)}" if column else ""
    return f"{function}({identifier(field)}){named}"


def _steps(query: Query, step: str) -> Iterator[str]:
    if query.step_s:
        offset = f", {query.offset_s}s" if query.offset_s else ""
        yield f"time({step or f'{query.step_s}s'}{offset})"


def _conditions(query: Query) -> Iterator[str]:
    for tag in query.where:
        wanted = [f"{identifier(tag)} = {literal(value)}" for value in query.wanted(tag)]
        if wanted:
            yield f"({' OR '.join(wanted)})" if len(wanted) > 1 else wanted[0]
