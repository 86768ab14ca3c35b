"""Panels of bars: one for each value, the longest as wide as its place."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway.boards.filled import FilledPanel
from gateway.boards.names import Called
from gateway.web import board_values
from gateway.web.board_lines import SHOWN_AT_ONCE, Reader, Shown
from gateway.web.board_values import Row

_HAIR = 1e-9


class Bar(NamedTuple):
    """One bar: what it is of, its value written out, how long it is (% of the longest)."""

    name: str
    text: str
    state: str
    share: float


class Bars(NamedTuple):
    """The bars of one object; ``question`` where it asks one."""

    called: Called
    question: str
    bars: Sequence[Bar]


def shown(filled: FilledPanel, reader: Reader) -> Shown:
    """Return a panel with a group of bars for each object, a bar for each series."""
    rows = board_values.rows(filled, reader.names, reader.words, reader.now).rows
    few = [board_values.is_few(told.series) for told in filled.told]
    most = max(
        (
            cell.value or 0
            for row in rows
            for cell, is_few in zip(row.cells, few, strict=True)
            if not is_few
        ),
        default=0,
    )
    groups = [
        Bars(
            row.called,
            reader.names.question(row.called.key),
            list(_bars(filled, row, max(most, _HAIR), reader)),
        )
        for row in rows
    ]
    content = (groups[:SHOWN_AT_ONCE], groups[SHOWN_AT_ONCE:])
    return Shown(filled.panel, "bars", content)


def _bars(filled: FilledPanel, row: Row, most: float, reader: Reader) -> Iterator[Bar]:
    """Yield a bar for each series; of a count and that it was too small, what was told last."""
    latest: dict[str, tuple[float, Bar]] = {}
    for told, cell in zip(filled.told, row.cells, strict=True):
        series = told.series
        what = str(series.query.where.get("what", ""))
        words = reader.names.option(row.called.key, what)
        same = what or series.name
        before = latest.get(same)
        if not cell.text or words is None or (before and before[0] > cell.time):
            continue
        name = before[1].name if before else words or series.name
        share = 0 if board_values.is_few(series) else round(100 * (cell.value or 0) / most, 1)
        latest[same] = (cell.time, Bar(name, cell.text + cell.unit, cell.state, share))
    for _time, bar in latest.values():
        yield bar
