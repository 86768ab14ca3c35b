"""A panel as a CSV file (RFC 4180), for a spreadsheet or a lesson.

UTF-8 with a byte order mark: without it the spreadsheet that most people have reads “é” as two odd
letters; those that need none skip it. A comma between columns, a point before decimals, moments in
ISO 8601 with their offset from UTC. A text that a spreadsheet would take for a formula gets an
apostrophe before it (OWASP, "CSV Injection").
"""

import csv
import io
from collections.abc import Iterator, Sequence

from dashboards.board import Series
from gateway.boards.filled import FilledPanel
from gateway.boards.names import Called, Names
from gateway.web import board_values
from gateway.web.words import Words
from kit.i18n import _

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(filled: FilledPanel, names: Names, words: Words, now: float) -> bytes:
    """Return what a panel shows as CSV: a row for each line, or for each step of each line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    has_steps = any(told.series.query.step_s for told in filled.told)
    rows = _by_step(filled, names, words) if has_steps else _by_line(filled, names, words, now)
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _heading(series: Series, name: str) -> str:
    if series.age:
        return f"{name} [ISO 8601]"
    return f"{name} [{series.unit}]" if series.unit else name


def _by_line(
    filled: FilledPanel, names: Names, words: Words, now: float
) -> Iterator[Sequence[object]]:
    """Yield place, name, and the value of each series with what it means."""
    made = board_values.rows(filled, names, words, now)
    series = [told.series for told in filled.told]
    yield [_("Place"), _("Object"), *_headings(series)]
    for row in made.rows:
        cells: list[object] = []
        for one, cell in zip(series, row.cells, strict=True):
            if cell.value is None:
                cells.append("")
            elif one.age:
                cells.append(_moment(cell.time, words))
            else:
                cells.append(cell.text if board_values.is_few(one) else _number(cell.value))
            if one.bands:
                cells.append(cell.word or (cell.text if board_values.is_switch(one) else ""))
        yield [*_named(row.called), *cells]


def _headings(series: Sequence[Series]) -> Iterator[str]:
    for one in series:
        yield _heading(one, one.name)
        if one.bands:
            yield _("{name}: meaning", name=one.name)


def _by_step(filled: FilledPanel, names: Names, words: Words) -> Iterator[Sequence[object]]:
    """Yield when each step begins, place, name, and the value of each series in it."""
    yield [
        _("Time"),
        _("Place"),
        _("Object"),
        *(_heading(told.series, told.series.name) for told in filled.told),
    ]
    found: dict[tuple[Called, float], dict[int, float]] = {}
    for index, told in enumerate(filled.told):
        for line in told.lines:
            called = names.line(told.series.query.by, line.tags)
            for time, value in line.points:
                found.setdefault((called, told.time(time)), {})[index] = value
    for called, time in sorted(found, key=lambda it: (it[0].place, it[0].name, it[1])):
        values = found[called, time]
        cells = [
            _number(values[index]) if index in values else "" for index in range(len(filled.told))
        ]
        yield [_moment(time, words), *_named(called), *cells]


def _named(called: Called) -> tuple[str, str]:
    return called.place, called.name


def _moment(time: float, words: Words) -> str:
    return words.local(time).isoformat(timespec="seconds")


def _number(value: float) -> float | int:
    """Return a number as a file holds it: whole ones without a point, no digits of no meaning."""
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
