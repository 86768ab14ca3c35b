"""The same question, asked of the journal and of a real InfluxDB, has the same answer.

Every series of every panel of every board, over a whole simulated week: its lines, the times of its
points, their values.
"""

import json
import math
import sqlite3
from collections.abc import Iterator

import pytest

from dashboards.board import Board, Series
from dashboards.boards import boards_of_site, boards_of_town
from dashboards.influx.answers import lines as lines_of_influx
from dashboards.influxql import between, text
from dashboards.query import Line
from gateway.boards.answers import Answers
from kit.catalogue import builds, load_build
from kit.signals import SITE
from tests.dashboards.week import TOWNS, Week
from tests.gateway.influx_servers import until

pytestmark = [pytest.mark.servers, pytest.mark.slow]

EARLIER_S = 100_123.25
SHORTER = 0.37
"""A board of another moment and a shorter time: its hours are cut elsewhere, at both ends."""


def boards() -> Iterator[tuple[str, Board]]:
    known = [load_build(name) for name in builds()]
    for town in TOWNS:
        for board in boards_of_town(known):
            yield town, board
    for board in boards_of_site():
        yield SITE, board


def questions(end: float, share: float) -> Iterator[tuple[str, str, Series, float, float]]:
    """Yield every question of every board: where, called what, the series, from when until when."""
    for town, board in boards():
        for panel in board.panels:
            for series in panel.series:
                start = end - (series.query.back_s or share * board.span_s)
                yield town, f"{town} {board.id}/{panel.id}: {series.name}", series, start, end


def asked_of_influx(week: Week, town: str, series: Series, start: float, end: float) -> list[Line]:
    statement = text(series.query, between(start, end))
    answer = json.dumps({"results": [{"series": week.query(town, statement)}]}).encode()
    return sorted(lines_of_influx(answer, series.query.by))


def is_rolled_up(week: Week) -> bool:
    with sqlite3.connect(week.folder.journal) as database:
        (marked,) = database.execute("SELECT MAX(id) FROM marks WHERE mark = 'hours'").fetchone()
    return bool(marked == week.journal.last_id())


def differences(week: Week, answers: Answers, end: float, share: float) -> tuple[list[str], int]:
    """Return what differs, in words, and how many points were the same."""
    found, same = list[str](), 0
    for town, called, series, start, until_end in questions(end, share):
        mine = answers.answer(town, series.query, start, until_end)
        theirs = asked_of_influx(week, town, series, start, until_end)
        if [line.tags for line in mine] != [line.tags for line in theirs]:
            tags = [[line.tags for line in lines] for lines in (mine, theirs)]
            found.append(f"{called}: lines {tags[0]} and {tags[1]}")
            continue
        for line, other in zip(mine, theirs, strict=True):
            if not is_same(line, other, series):
                found.append(f"{called} {line.tags}: {line.points[:3]} and {other.points[:3]}")
            same += len(line.points)
    return found, same


def is_same(line: Line, other: Line, series: Series) -> bool:
    """Whether points agree: to the microsecond, and to the ninth digit, for sums round.

    The one value over a whole time has no time of its own, unless it is the last.
    """
    timed = series.query.step_s or series.query.aggregate == "last"
    return len(line.points) == len(other.points) and all(
        math.isclose(mine.value, theirs.value, rel_tol=1e-9, abs_tol=1e-12)
        and (not timed or abs(mine.time - theirs.time) < 2e-6)
        for mine, theirs in zip(line.points, other.points, strict=True)
    )


@pytest.mark.parametrize(("earlier_s", "share"), [(0.0, 1.0), (EARLIER_S, SHORTER)])
@pytest.mark.parametrize("by_hours", [True, False], ids=["roll-ups", "every frame"])
def test_every_panel_of_every_board_tells_the_numbers_of_influxql(
    week: Week, by_hours: bool, earlier_s: float, share: float
) -> None:
    until(lambda: is_rolled_up(week), "the hours are rolled up")
    answers = Answers(week.journal, week.registry, by_hours=by_hours)
    found, same = differences(week, answers, week.end - earlier_s, share)
    assert found == []
    assert same > 4_000
