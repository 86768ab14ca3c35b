"""What ``/query`` answers, as lines.

Source: "InfluxDB API reference", InfluxDB 1.x documentation: ``{"results": [{"series": [{"name",
"tags", "columns", "values"}]}]}``, the first column being the time, here in microseconds.
"""

from collections.abc import Sequence

import msgspec

from dashboards.query import Line, Point

MICROSECONDS = 1_000_000


class AnswerError(ValueError):
    """The answer is none to a question of ours."""


class _Series(msgspec.Struct):
    columns: list[str]
    tags: dict[str, str] = {}
    values: list[list[int | float | str | None]] = []


class _Result(msgspec.Struct):
    series: list[_Series] = []
    error: str = ""


class _Answer(msgspec.Struct):
    results: list[_Result] = []


def lines(answer: bytes, by: Sequence[str]) -> list[Line]:
    """Return the lines of an answer by their tags, steps without a value left out.

    ``by``: the tags that were asked for, in their order. Raises AnswerError if the answer is no
    JSON of InfluxDB's, or holds other columns than a time and a number.
    """
    found = [
        Line(tuple(series.tags.get(tag, "") for tag in by), tuple(_points(series)))
        for series in _series(answer)
    ]
    return sorted(line for line in found if line.points)


def types(answer: bytes) -> set[str]:
    """Return the types of the field ``value`` that ``SHOW FIELD KEYS`` tells of.

    They may be several: the type is set anew in each shard, that is in each week.
    """
    return {
        str(type_) for series in _series(answer) for name, type_ in series.values if name == "value"
    }


def _series(answer: bytes) -> list[_Series]:
    try:
        results = msgspec.json.decode(answer, type=_Answer).results
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnswerError(str(error)) from None
    for result in results:
        if result.error:
            raise AnswerError(result.error)
    return [series for result in results for series in result.series]


def _points(series: _Series) -> list[Point]:
    if len(series.columns) != 2 or series.columns[0] != "time":
        raise AnswerError(f"columns {series.columns}")
    points = []
    for row in series.values:
        if len(row) != 2:
            raise AnswerError(f"a row of {len(row)}")
        time, value = row
        if value is None:
            continue
        if not isinstance(time, int | float) or not isinstance(value, int | float):
            raise AnswerError(f"a row {row}")
        points.append(Point(time / MICROSECONDS, float(value)))
    return sorted(points)
