"""A board with its answers: what pages and CSV files are made of."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboards.board import Board, Panel, Series
from dashboards.boards import boards_of_site, boards_of_town
from dashboards.query import Line
from gateway.boards.answers import Answers
from kit.catalogue import Build
from kit.signals import SITE


class Told(NamedTuple):
    """One series of a panel and its lines. ``start`` and ``end``: the time that was asked about."""

    series: Series
    lines: Sequence[Line]
    start: float
    end: float

    def time(self, step: float) -> float:
        """Return when what a step tells of began: what is counted in an hour is told after it."""
        return step - self.series.query.offset_s


class FilledPanel(NamedTuple):
    """One panel and what its series tell."""

    panel: Panel
    told: Sequence[Told]

    @property
    def is_empty(self) -> bool:
        """Whether none of its series has a line."""
        return not any(told.lines for told in self.told)


class FilledBoard(NamedTuple):
    """A board of a town, or of the site (``_site``), as it was at ``end`` (Unix seconds)."""

    town: str
    board: Board
    end: float
    panels: Mapping[str, FilledPanel]


def boards_of(town: str, builds: Sequence[Build]) -> list[Board]:
    """Return the boards of a town with objects of these builds, or of the site (``_site``)."""
    return boards_of_site() if town == SITE else boards_of_town(builds)


def fill(answers: Answers, town: str, board: Board, end: float) -> FilledBoard:
    """Ask everything that a board asks, of its time up to ``end``."""
    start = end - board.span_s
    with answers.remembering():
        panels = {
            panel.id: FilledPanel(
                panel, [_told(answers, town, series, start, end) for series in panel.series]
            )
            for panel in board.panels
        }
    return FilledBoard(town, board, end, panels)


def _told(answers: Answers, town: str, series: Series, start: float, end: float) -> Told:
    query = series.query
    start = end - query.back_s if query.back_s else start
    return Told(series, answers.answer(town, query, start, end), start, end)
