"""Answers from the journal, against the same sums made by hand over every reading."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.query import Aggregate, Line, Point, Query, Tag
from gateway.boards.answers import Answers
from gateway.journal import Journal
from gateway.model import Frame
from gateway.registry import Device, Registry
from kit.names import DeviceKey
from kit.signals import SITE, key_of_object, key_of_town

HOUR = 3600
BEGIN = 1_763_700_000.0  # not a full hour
ROOM = DeviceKey("gonesse", "salle-1")
HALL = DeviceKey("gonesse", "hall")
GATE = DeviceKey("gonesse", "portail")
ELSEWHERE = DeviceKey("hem", "salle-1")
DEVICES = (
    (ROOM, "air", "ecole"),
    (HALL, "climate", "mairie"),
    (GATE, "passage", "mairie"),
    (ELSEWHERE, "air", "ecole"),
)


def device(key: DeviceKey, build: str, place: str) -> Device:
    return Device(
        town=key.town, device=key.device, build=build, place=place, place_name=place, name="x"
    )


@pytest.fixture
def answers(journal: Journal, registry: Registry) -> Answers:
    for row in DEVICES:
        registry.add(device(*row))
    return Answers(journal, registry)


def store(journal: Journal, key: DeviceKey, *told: tuple[float, dict[str, float]]) -> None:
    frames = [Frame(key, "aaaa", seq, time, values) for seq, (time, values) in enumerate(told)]
    journal.write(frames).result(10)


def by_hand(
    told: Sequence[tuple[float, float]], query: Query, start: float, end: float
) -> list[Point]:
    """Answer a question about one series the slow way."""
    steps: dict[float, list[tuple[float, float]]] = {}
    for time, value in told:
        if start <= time < end:
            step = start
            if query.step_s:
                step = (time - query.offset_s) // query.step_s * query.step_s + query.offset_s
            steps.setdefault(step, []).append((time, value))
    made: dict[str, Callable[[list[float]], float]] = {
        "mean": lambda values: sum(values) / len(values),
        "min": min,
        "max": max,
        "sum": sum,
        "count": len,
    }
    points = []
    for step, readings in sorted(steps.items()):
        if query.aggregate == "last":
            time, value = max(readings)
            points.append(Point(step if query.step_s else time, value))
        else:
            points.append(Point(step, made[query.aggregate]([v for _, v in readings])))
    return points


def almost(lines: list[Line], points: list[Point]) -> bool:
    found = lines[0].points if lines else ()
    return len(found) == len(points) and all(
        mine.time == theirs.time and math.isclose(mine.value, theirs.value, rel_tol=1e-9)
        for mine, theirs in zip(found, points, strict=True)
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.sets(st.integers(0, 5 * HOUR), min_size=1, max_size=60),
    rolled=st.booleans(),
    aggregate=st.sampled_from([a for a in get_args(Aggregate) if a != "hours"]),
    step_s=st.sampled_from([0, 600, HOUR, 2 * HOUR]),
    offset_s=st.sampled_from([0, 120]),
    start=st.integers(-HOUR, 2 * HOUR),
    length=st.integers(1, 6 * HOUR),
)
def test_steps_and_last_values_are_those_of_every_reading(
    *,
    tmp_path_factory: pytest.TempPathFactory,
    times: set[int],
    rolled: bool,
    aggregate: Any,
    step_s: int,
    offset_s: int,
    start: int,
    length: int,
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    told = [(BEGIN + t, 400.0 + (t * 7919) % 1000) for t in sorted(times)]
    journal, registry = Journal(folder / "journal.sqlite"), Registry(folder / "registry.sqlite")
    try:
        registry.add(device(*DEVICES[0]))
        half = len(told) // 2 if rolled else 0
        store(journal, ROOM, *((time, {"co2": value}) for time, value in told[:half]))
        journal = roll_up(journal, folder) if half else journal
        frames = [Frame(ROOM, "bbbb", n, t, {"co2": v}) for n, (t, v) in enumerate(told[half:])]
        journal.write(frames).result(10)
        query = Query("co2", aggregate, step_s=step_s, offset_s=offset_s if step_s else 0)
        bounds = (BEGIN + start, BEGIN + start + length)
        lines = Answers(journal, registry).answer("gonesse", query, *bounds)
        assert almost(lines, by_hand(told, query, *bounds))
    finally:
        journal.close()
        registry.close()


def roll_up(journal: Journal, folder: Path) -> Journal:
    """Merge all frames into their hours, without waiting for the writer's chores."""
    from gateway.journal import rollup
    from gateway.journal.store import Store

    journal.close()
    rolling = Store(folder / "journal.sqlite")
    while rollup.merge_some(rolling):
        pass
    rolling.close()
    return Journal(folder / "journal.sqlite")


def test_a_line_is_one_combination_of_the_tags_asked_for(
    journal: Journal, answers: Answers
) -> None:
    store(journal, ROOM, (BEGIN, {"temperature": 20.0}), (BEGIN + 1, {"temperature": 22.0}))
    store(journal, HALL, (BEGIN, {"temperature": 18.0}))
    store(journal, ELSEWHERE, (BEGIN, {"temperature": 99.0}))
    ask: tuple[Tag, ...] = ("place", "device")
    lines = answers.answer("gonesse", Query("temperature", "mean", by=ask), BEGIN, BEGIN + 9)
    assert lines == [
        Line(("ecole", "salle-1"), (Point(BEGIN, 21.0),)),
        Line(("mairie", "hall"), (Point(BEGIN, 18.0),)),
    ]
    whole = answers.answer("gonesse", Query("temperature", "mean"), BEGIN, BEGIN + 9)
    assert whole == [Line((), (Point(BEGIN, 20.0),))]
    one = Query("temperature", "max", where={"build": ("climate", "garden")})
    assert answers.answer("gonesse", one, BEGIN, BEGIN + 9)[0].points[0].value == 18.0
    assert answers.answer("gonesse", Query("co2", "mean"), BEGIN, BEGIN + 9) == []


def test_a_small_count_is_not_in_a_town_but_that_there_was_one_is(
    journal: Journal, answers: Answers
) -> None:
    told = [
        (BEGIN + n * HOUR, {"entries": count}) for n, count in enumerate((0.0, 3.0, 12.0, 4.0, 5.0))
    ]
    store(journal, GATE, *told)
    bounds = (BEGIN, BEGIN + 9 * HOUR)
    values = answers.answer("gonesse", Query("entries", "max", step_s=HOUR), *bounds)
    assert [p.value for p in values[0].points] == [0.0, 12.0, 5.0]
    few = answers.answer("gonesse", Query("entries_few", "sum"), *bounds)
    assert [p.value for p in few[0].points] == [2.0]
    assert answers.answer("gonesse", Query("entries", "last"), *bounds)[0].points == (
        Point(BEGIN + 4 * HOUR, 5.0),
    )
    last_few = answers.answer("gonesse", Query("entries_few", "last"), *bounds)
    assert last_few[0].points == (Point(BEGIN + 3 * HOUR, 1.0),)


def test_a_count_of_an_object_that_nobody_knows_any_more_is_hidden_all_the_same(
    journal: Journal, answers: Answers
) -> None:
    store(journal, DeviceKey("gonesse", "parti"), (BEGIN, {"entries": 2.0, "odd": 7.0}))
    bounds = (BEGIN, BEGIN + 9)
    assert answers.answer("gonesse", Query("entries", "last"), *bounds) == []
    lines = answers.answer("gonesse", Query("odd", "last", by=("build", "device")), *bounds)
    assert lines == [Line(("unknown", "parti"), (Point(BEGIN, 7.0),))]


def test_signals_of_the_site_have_the_tags_of_their_subject(
    journal: Journal, answers: Answers
) -> None:
    store(journal, key_of_object(ROOM), (BEGIN, {"late": 0.4, "reset.watchdog": 1.0}))
    store(journal, key_of_object(ROOM), (BEGIN, {"late": 0.4, "reset.watchdog": 1.0}))
    store(journal, key_of_town("gonesse"), (BEGIN, {"objects.good": 3.0, "objects.act": 1.0}))
    store(journal, DeviceKey(SITE, "gateway"), (BEGIN, {"cpu": 12.0}))
    bounds = (BEGIN, BEGIN + 60)
    starts = Query("reset", "sum", by=("town", "device", "build", "what"))
    assert answers.answer(SITE, starts, *bounds) == [
        Line(("gonesse", "salle-1", "air", "watchdog"), (Point(BEGIN, 1.0),))
    ]
    counted = answers.answer(SITE, Query("objects", "last", by=("town", "what")), *bounds)
    assert [line.tags for line in counted] == [("gonesse", "act"), ("gonesse", "good")]
    machine = answers.answer(SITE, Query("cpu", "mean", by=("town",)), *bounds)
    assert machine == [Line(("",), (Point(BEGIN, 12.0),))]
    assert answers.answer("gonesse", Query("late", "last"), *bounds) == []


def test_votes_that_may_be_told_are_the_towns(journal: Journal, answers: Answers) -> None:
    store(journal, key_of_object(GATE), (BEGIN, {"votes.option1": 15.0, "late": 0.1}))
    query = Query("votes", "last", by=("device", "what"))
    bounds = (BEGIN, BEGIN + 60)
    assert answers.answer("gonesse", query, *bounds) == [
        Line(("portail", "option1"), (Point(BEGIN, 15.0),))
    ]
    assert answers.answer(SITE, query, *bounds) == []
    assert answers.answer("hem", query, *bounds) == []


def test_hours_count_those_whose_mean_lies_within(journal: Journal, answers: Answers) -> None:
    full = BEGIN // HOUR * HOUR
    values = (900, 700, 800, 1499, 1500)
    told = [(full + n * HOUR + 60, {"co2": float(v)}) for n, v in enumerate(values)]
    store(journal, ROOM, *told)
    query = Query("co2", "hours", by=("device",), within=(800.0, 1500.0))
    lines = answers.answer("gonesse", query, full + 30, full + 5 * HOUR)
    # The first hour has begun before: its rest counts.
    assert lines == [Line(("salle-1",), (Point(full + 30, 3.0),))]
    none = Query("co2", "hours", within=(5000.0, math.inf))
    assert answers.answer("gonesse", none, full, full + 5 * HOUR) == []


def test_of_last_values_at_one_moment_the_greatest_is_taken(
    journal: Journal, answers: Answers
) -> None:
    for key, value in ((ROOM, 21.0), (HALL, 23.0)):
        store(journal, key, (BEGIN, {"temperature": value}))
    lines = answers.answer("gonesse", Query("temperature", "last"), BEGIN, BEGIN + 9)
    assert lines == [Line((), (Point(BEGIN, 23.0),))]


def test_a_question_may_look_back_further_than_its_board(
    journal: Journal, answers: Answers
) -> None:
    store(journal, ROOM, (BEGIN, {"co2": 500.0}))
    end = BEGIN + 10 * HOUR
    assert answers.answer("gonesse", Query("co2", "last"), end - 60, end) == []
    assert answers.answer("gonesse", Query("co2", "last", back_s=11 * HOUR), end - 60, end)


def test_an_odd_name_of_a_channel_breaks_nothing(journal: Journal, answers: Answers) -> None:
    store(journal, key_of_object(ROOM), (BEGIN, {'firmware.1"2': 1.0, "firmware.0.3": 1.0}))
    query = Query("firmware", "last", by=("what",))
    lines = answers.answer(SITE, query, BEGIN, BEGIN + 9)
    assert ("0.3",) in [line.tags for line in lines]
