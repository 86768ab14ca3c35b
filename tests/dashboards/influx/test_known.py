"""What can be an answer: by the catalogue's ranges, by what is counted, by how long there was."""

import pytest

from dashboards.influx.known import Known, fault, known
from dashboards.query import Aggregate, Query
from kit.catalogue import builds, load_build
from kit.signals import SITE, signals

ALL = tuple(load_build(name) for name in builds())
DAY = 86_400.0


@pytest.mark.parametrize("build", builds())
def test_every_channel_is_known_in_its_town_with_its_unit_and_range(build: str) -> None:
    for channel in load_build(build).channels:
        of = known("hem", Query(channel.quantity, "last", where={"build": build}), ALL)
        assert of is not None
        assert of.units == {channel.unit}
        assert (of.low, of.high) == channel.range


def test_signals_are_known_of_the_site_and_what_is_told_of_a_town_too() -> None:
    for subject in ("object", "gateway", "town"):
        for signal in signals(subject):
            assert known(SITE, Query(signal.id, "last"), ALL) is not None
            assert known("hem", Query(signal.id, "last"), ALL) is None
    assert known("hem", Query("votes", "last"), ALL) is not None


@pytest.mark.parametrize(
    "query",
    [
        Query("co22", "mean"),
        Query("co2", "mean", where={"build": "lamp"}),
        Query("temperature_few", "last"),
    ],
)
def test_what_nobody_measures_is_not_known(query: Query) -> None:
    assert known("hem", query, ALL) is None


def test_where_few_were_counted_is_known_of_counts_alone() -> None:
    assert known("hem", Query("entries_few", "last"), ALL) is not None


TEMPERATURE = Known(frozenset({"°C"}), -45.0, 130.0)
COUNT = Known(frozenset({""}), 0.0, 100_000.0)


@pytest.mark.parametrize(
    ("aggregate", "of", "value", "wrong"),
    [
        ("mean", TEMPERATURE, 21.5, False),
        ("mean", TEMPERATURE, 130.0, False),
        ("mean", TEMPERATURE, 130.0 + 1e-8, False),  # of sums in another order
        ("mean", TEMPERATURE, 131.0, True),
        ("last", TEMPERATURE, -46.0, True),
        ("min", TEMPERATURE, float("nan"), True),
        ("max", TEMPERATURE, float("inf"), True),
        ("sum", COUNT, 3.0, False),
        ("sum", COUNT, -1.0, True),
        ("count", TEMPERATURE, 7.0, False),
        ("count", TEMPERATURE, 7.5, True),
        ("hours", TEMPERATURE, 24.0, False),
        ("hours", TEMPERATURE, 26.0, True),
        ("hours", TEMPERATURE, 1.5, True),
    ],
)
def test_a_value_that_cannot_be_is_a_fault(
    aggregate: Aggregate, of: Known, value: float, wrong: bool
) -> None:
    assert fault(Query("x", aggregate), value, of, DAY) is wrong


def test_where_few_were_counted_stands_a_one_and_nothing_else() -> None:
    assert not fault(Query("entries_few", "last"), 1.0, COUNT, DAY)
    assert fault(Query("entries_few", "last"), 3.0, COUNT, DAY)
    assert not fault(Query("entries_few", "sum"), 3.0, COUNT, DAY)
