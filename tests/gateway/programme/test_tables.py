"""Machines and indicators: tables that people edit in a spreadsheet."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.programme import indicators, machines
from gateway.programme.indicators import Indicator
from gateway.programme.machines import Run
from gateway.programme.table import read_rows, write_rows
from kit.errors import FabnumError

pytestmark = pytest.mark.usefixtures("english")

DAY = dt.date(2026, 11, 20)


def tally(numerator: int, denominator: int, name: str = "training", **more: str) -> Indicator:
    definition = more.get("definition", "In training six months later")
    return Indicator("2026-a", name, definition, numerator, denominator, "own count", DAY)


@pytest.mark.parametrize("between", [";", ",", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_is_read_as_any_spreadsheet_saves_it(
    tmp_path: Path, between: str, mark: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{mark}a{between}b\r\n1{between}two\r\n{between}\r\n", encoding="utf-8")
    assert read_rows(path, ("a", "b")) == [{"a": "1", "b": "two"}]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)


@given(st.lists(st.tuples(cells, cells).filter(any), max_size=5))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "again.csv"
    lines = [{"a": a, "b": b} for a, b in rows]
    write_rows(path, ("a", "b"), lines)
    assert read_rows(path, ("a", "b")) == lines


def test_a_table_without_its_columns_is_named_with_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "machines.csv"
    path.write_text("name;hours\nsomebody;3\n", encoding="utf-8")
    with pytest.raises(FabnumError, match="day;machine;hours"):
        machines.read(path)


def test_hours_of_machines_add_up_exactly(tmp_path: Path) -> None:
    path = tmp_path / "machines.csv"
    for machine, hours in (("laser", "0.1"), ("laser", "0.2"), ("printer", "12")):
        machines.add(path, Run(DAY, machine, Decimal(hours)))
    assert machines.hours(machines.read(path)) == {"printer": Decimal(12), "laser": Decimal("0.3")}


@pytest.mark.parametrize("text", ["1,5", "1.5", " 1.50 "])
def test_hours_are_understood_with_a_point_or_a_comma(text: str) -> None:
    assert machines.number_of(text) == Decimal("1.5")


@pytest.mark.parametrize("text", ["", "two", "nan", "inf", "1.2.3"])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        machines.number_of(text)


@pytest.mark.parametrize(
    "run",
    [
        Run(DAY, "Laser 1", Decimal(1)),
        Run(DAY, "laser", Decimal(0)),
        Run(DAY, "laser", Decimal(25)),
        Run(dt.date(2999, 1, 1), "laser", Decimal(1)),
    ],
)
def test_a_run_that_cannot_have_been_is_refused_and_not_written(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "machines.csv"
    with pytest.raises(FabnumError):
        machines.add(path, run)
    assert not path.exists()


@pytest.mark.parametrize(
    "line", ["20/11/2026;laser;1;;", "2026-11-20;laser;-3;;", "2026-11-20;Laser 1;1;;"]
)
def test_a_mistyped_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "machines.csv"
    good = '2026-11-20;laser;1;;"two\nlines"'
    path.write_text(f"day;machine;hours;order;note\n{good}\n\n;;;;\n{line}\n", encoding="utf-8")
    with pytest.raises(FabnumError, match="line 6"):
        machines.read(path)


def test_columns_that_people_added_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "machines.csv"
    path.write_text(
        "shelf,day,machine,hours,order,note\nB2,2026-11-20,laser,1.50,,x\n", encoding="utf-8"
    )
    machines.add(path, Run(DAY, "printer", Decimal(2)))
    columns = ("shelf", "machine", "hours")
    assert [tuple(row.values()) for row in read_rows(path, columns)] == [
        ("B2", "laser", "1.50"),
        ("", "printer", "2"),
    ]


@pytest.mark.parametrize("content", [b"day;machine\r2026;x\ry", b"a;b\n" + b"x" * 200_000, b"\0"])
def test_a_file_that_is_no_table_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "machines.csv"
    path.write_bytes(content)
    with pytest.raises(FabnumError, match=r"machines\.csv"):
        machines.add(path, Run(DAY, "laser", Decimal(1)))
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("numerator", "denominator", "seen"),
    [
        (8, 24, (8, 24, 33)),
        (3, 24, (None, 24, None)),
        (21, 24, (None, 24, None)),
        (24, 24, (24, 24, 100)),
        (0, 24, (0, 24, 0)),
        (2, 4, (None, None, None)),
        (0, 0, (0, 0, None)),
    ],
)
def test_few_people_are_never_shown_neither_counted_nor_by_subtraction(
    numerator: int, denominator: int, seen: tuple[int | None, ...]
) -> None:
    (one,) = indicators.shown([tally(numerator, denominator)])
    assert (one.numerator, one.denominator, one.percent) == seen


def test_what_is_hidden_cannot_be_worked_out_from_the_other_parts_of_its_whole() -> None:
    parts = [tally(14, 24, "back to training"), tally(7, 24, "first job"), tally(3, 24, "drop-out")]
    shown = {one.indicator: one.numerator for one in indicators.shown(parts)}
    assert shown == {"back to training": 14, "first job": None, "drop-out": None}


def test_parts_of_a_whole_are_known_as_such_whatever_their_definitions_say() -> None:
    parts = [
        tally(14, 24, "training", definition="In training six months later"),
        tally(7, 24, "job", definition="In a job six months later"),
        tally(12, 24, "women", definition="Are women"),
        tally(3, 24, "drop-out", definition="Left before the end"),
    ]
    shown = {one.indicator: one.numerator for one in indicators.shown(parts)}
    assert shown == {"training": 14, "job": None, "women": 12, "drop-out": None}


@given(st.lists(st.integers(0, 12), min_size=2, max_size=6))
def test_no_few_people_are_left_over_from_what_is_shown(parts: list[int]) -> None:
    whole = sum(parts)
    rows = [tally(part, whole, f"i{n}") for n, part in enumerate(parts)]
    told = [one.numerator for one in indicators.shown(rows) if one.numerator is not None]
    if any(0 < part < 5 for part in parts) and whole >= 5:
        assert whole - sum(told) not in (1, 2, 3, 4)


def test_indicators_of_other_definitions_are_left_alone() -> None:
    rows = [tally(14, 24), tally(3, 24, "drop-out", definition="Left before the end")]
    assert [one.numerator for one in indicators.shown(rows)] == [14, None]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
def test_no_number_from_one_to_four_is_ever_shown(counts: list[tuple[int, int]]) -> None:
    rows = [tally(min(pair), max(pair), f"i{n}") for n, pair in enumerate(counts)]
    for one in indicators.shown(rows):
        told = [one.numerator, one.denominator]
        if one.numerator is not None and one.denominator is not None:
            told.append(one.denominator - one.numerator)
        assert not any(value in (1, 2, 3, 4) for value in told)


def test_indicators_are_written_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "indicators.csv"
    indicators.add(path, tally(8, 24))
    indicators.add(path, tally(16, 24, "first job"))
    assert indicators.read(path) == [tally(8, 24), tally(16, 24, "first job")]


@pytest.mark.parametrize(("numerator", "denominator"), [(5, 4), (-1, 4)])
def test_counts_that_cannot_be_are_refused(
    tmp_path: Path, numerator: int, denominator: int
) -> None:
    with pytest.raises(FabnumError, match="cannot be"):
        indicators.add(tmp_path / "i.csv", tally(numerator, denominator))
