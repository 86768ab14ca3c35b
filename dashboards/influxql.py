"""Questions in InfluxQL, the one language that InfluxDB 1, 2 and 3 share.

Source: "Influx Query Language (InfluxQL) reference", InfluxDB 1.x documentation.
"""

from dashboards.query import Query

FIELD = "value"


def text(query: Query, bounds: str, step: str = "") -> str:
    """Return the question as InfluxQL.

    ``bounds`` is the condition on time, such as Grafana's ``$timeFilter`` or that of
    :func:`between`; ``step`` stands for ``query.step_s`` where Grafana may make it longer.
    """
    conditions = [f"{identifier(tag)} = {literal(value)}" for tag, value in query.where.items()]
    groups = [identifier(tag) for tag in query.by]
    if query.step_s:
        offset = f", {query.offset_s}s" if query.offset_s else ""
        groups.insert(0, f"time({step or f'{query.step_s}s'}{offset})")
    parts = [
        f"SELECT {query.aggregate}({identifier(FIELD)})",
        f"FROM {identifier(query.quantity)}",
        "WHERE " + " AND ".join([*conditions, bounds]),
        "GROUP BY " + ", ".join(groups) if groups else "",
        "fill(none)" if query.step_s else "",
    ]
    return " ".join(part for part in parts if part)


def between(start: float, end: float) -> str:
    """Return the condition start ≤ time < end (Unix seconds), to the microsecond."""
    return f"time >= {round(start * 1e6)}u AND time < {round(end * 1e6)}u"


def identifier(name: str) -> str:
    """Return a name as InfluxQL quotes it."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def literal(text: str) -> str:
    """Return a text as InfluxQL quotes it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
