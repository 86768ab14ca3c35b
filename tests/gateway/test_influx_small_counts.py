"""A town's database never holds a count of few people; the site's own holds it exactly."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.influx.lines import LineBuilder
from gateway.model import Frame
from gateway.registry import Device
from kit.catalogue import builds, load_build
from kit.names import DeviceKey
from kit.signals import FEW, SITE, channel, key_of_object, signals
from tests.gateway.test_influx_lines import Registry, device, parse

BOX = DeviceKey("gonesse", "box")
COUNTS = {
    (build, channel.id): channel
    for build in builds()
    for channel in load_build(build).channels
    if channel.hidden_below
}
TOLD = {signal.id: signal for signal in signals("told")}

Written = tuple[str, dict[str, str], float]
"""Measurement, tags and value."""

counts = st.one_of(
    st.integers(0, 30).map(float),
    st.floats(0, 30, allow_nan=False),
    st.floats(-10, 1e9, allow_nan=False),
)


def written(
    values: Mapping[str, float], key: DeviceKey, *known: Device
) -> dict[str, list[Written]]:
    """Return what is written of one frame, by town."""
    builder = LineBuilder(Registry(*known))
    found = builder.points([Frame(key, "5f3a9c01", 0, 1763700000.0, values)])
    return {
        town: [
            (measurement, tags, float(fields["value"]))
            for measurement, tags, fields, _time in (parse(point.line) for point in points)
        ]
        for town, points in found.items()
    }


def box(build: str) -> Device:
    return device(name="box", build=build, place="mairie")


@given(st.sampled_from(sorted(COUNTS)), counts)
def test_no_line_of_a_town_carries_a_count_of_few_people(
    which: tuple[str, str], value: float
) -> None:
    build, channel_id = which
    counted = COUNTS[which]
    for registry in ([box(build)], [box("gone")], []):  # also of an object nobody knows any more
        lines = written({channel_id: value}, BOX, *registry)
        for measurement, _tags, told in lines["gonesse"]:
            assert measurement.endswith(FEW) or not 0 < told < counted.hidden_below
            assert not measurement.endswith(FEW) or told == 1.0


@given(st.sampled_from(sorted(COUNTS)), counts)
def test_the_site_has_every_count_exactly(which: tuple[str, str], value: float) -> None:
    build, channel_id = which
    (line,) = written({channel_id: value}, BOX, box(build))[SITE]
    tags = {"build": build, "device": "box", "place": "mairie", "town": "gonesse"}
    assert line == (COUNTS[which].quantity, tags, value)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, ("entries", 0.0)),
        (1, ("entries_few", 1.0)),
        (4, ("entries_few", 1.0)),
        (5, ("entries", 5.0)),
        (17, ("entries", 17.0)),
    ],
)
def test_a_town_is_told_nothing_few_or_how_many(count: float, told: tuple[str, float]) -> None:
    ((measurement, tags, value),) = written({"entries": count}, BOX, box("passage"))["gonesse"]
    assert (measurement, value) == told
    assert tags == {"build": "passage", "device": "box", "place": "mairie"}


def test_what_counts_nobody_is_in_its_town_alone() -> None:
    lines = written({"temperature": 3.0}, BOX, box("climate"))
    assert {town: [line[0] for line in found] for town, found in lines.items()} == {
        "gonesse": ["temperature"]
    }


@given(st.sampled_from(sorted(TOLD)), counts, st.sampled_from(["option1", "a b,c=d", "0.1.0"]))
def test_no_signal_tells_a_town_of_few_people(name: str, value: float, what: str) -> None:
    lines = written({channel(name, what): value}, key_of_object(BOX), box("vote"))
    ((measurement, tags, told),) = lines["gonesse"]
    assert tags == {"build": "vote", "device": "box", "place": "mairie", "what": what}
    if 0 < value < TOLD[name].hidden_below:
        assert (measurement, told) == (name + FEW, 1.0)
    else:
        assert (measurement, told) == (name, value)


def test_that_there_are_a_few_votes_is_told_to_the_town() -> None:
    lines = written({channel("votes_few", "option1"): 1.0}, key_of_object(BOX), box("vote"))
    assert [(name, value) for name, _tags, value in lines["gonesse"]] == [("votes_few", 1.0)]
    assert SITE not in lines
