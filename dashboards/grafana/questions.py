"""A panel's questions as Grafana asks them: over which time, in which steps, named how.

The panel's own time is the longest of its questions'; a shorter one is narrowed within its text.
"""

from typing import NamedTuple

from dashboards import influxql
from dashboards.board import Panel, Series
from dashboards.grafana.target import InfluxQL, InfluxQLBuilder
from dashboards.grafana.wording import alias, duration

TIME_FILTER = "$timeFilter"
INTERVAL = "$__interval"
MOST_POINTS = 1500
"""Of one line. A week in steps of ten minutes stays as it is; a year comes in steps of 6 hours."""
_SUMMARIES = ("mean", "min", "max", "last")
"""What stays true over longer steps. A count an hour does not: its steps are never stretched."""


class Times(NamedTuple):
    """Over which time a panel looks (s), and the shortest of its steps (s), or 0."""

    back_s: int
    step_s: int


class Question(NamedTuple):
    """One series of a panel, and the letter by which the rest of the panel calls it."""

    ref_id: str
    series: Series


def questions(panel: Panel) -> list[Question]:
    """Return the series of a panel with their letters: A to Z, then AA, AB and so on."""
    return [Question(_letters(number), series) for number, series in enumerate(panel.series)]


def times(panel: Panel, span_s: int) -> Times:
    """Return over which time a panel looks on a board that looks at ``span_s``."""
    backs = [series.query.back_s or span_s for series in panel.series]
    steps = [series.query.step_s for series in panel.series if series.query.step_s]
    return Times(max(backs, default=span_s), min(steps, default=0))


def lines(question: Question, panel: Panel, span_s: int, *, gaps: bool = False) -> InfluxQL:
    """Return the question whose answer is a frame for each line; see ``influxql`` for ``gaps``."""
    series = question.series
    asked = times(panel, span_s)
    elastic = series.query.aggregate in _SUMMARIES and series.query.step_s == asked.step_s
    step = INTERVAL if elastic else ""
    return (
        InfluxQLBuilder()
        .ref_id(question.ref_id)
        .query(influxql.text(series.query, _bounds(series, asked, span_s), step, gaps=gaps))
        .alias(alias(series.name, series.query.by, alone=len(panel.series) == 1))
        .build()
    )


def column(question: Question, panel: Panel, span_s: int, name: str) -> InfluxQL:
    """Return the question whose answer is one frame: ``Time``, the tags, the value as ``name``."""
    series = question.series
    bounds = _bounds(series, times(panel, span_s), span_s)
    return (
        InfluxQLBuilder()
        .ref_id(question.ref_id)
        .query(influxql.text(series.query, bounds, column=name))
        .result_format("table")
        .build()
    )


def _bounds(series: Series, asked: Times, span_s: int) -> str:
    back = series.query.back_s or span_s
    if back == asked.back_s:
        return TIME_FILTER
    return f"{TIME_FILTER} AND time >= now() - {duration(back)}"


def _letters(number: int) -> str:
    first, last = divmod(number, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)
