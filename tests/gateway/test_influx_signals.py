"""Signals are points of the site's own database, with the town as a tag."""

from collections.abc import Mapping

import pytest

from gateway.influx.lines import UNKNOWN, LineBuilder
from gateway.model import Frame
from kit.names import DeviceKey
from kit.signals import GATEWAY, SITE, channel, key_of_object, key_of_town, signals
from tests.gateway.test_influx_lines import Registry, device, parse

AIR = DeviceKey("gonesse", "salle-2")


def line(key: DeviceKey, values: Mapping[str, float]) -> tuple[str, dict[str, str], float]:
    """Return the one line of a frame, which must be in the site's database."""
    found = LineBuilder(Registry(device())).points(
        [Frame(key, "5f3a9c01", 0, 1763700000.0, values)]
    )
    assert found.keys() == {SITE}
    (point,) = found[SITE]
    measurement, tags, fields, time = parse(point.line)
    assert time == 1763700000 * 10**6
    return measurement, tags, float(fields["value"])


def test_a_signal_of_an_object_says_whose_it_is() -> None:
    tags = {"town": "gonesse", "device": "salle-2", "build": "air", "place": "ecole"}
    assert line(key_of_object(AIR), {"wifi": -61.0}) == ("wifi", tags, -61.0)


def test_a_label_is_a_tag_of_its_own() -> None:
    measurement, tags, _value = line(key_of_object(AIR), {channel("firmware", "0.1.0"): 1.0})
    assert (measurement, tags["what"]) == ("firmware", "0.1.0")


def test_signals_of_the_gateway_have_no_tags_but_their_label() -> None:
    assert line(GATEWAY, {"cpu": 12.5}) == ("cpu", {}, 12.5)
    rejects = line(GATEWAY, {channel("rejects", "malformed"): 3.0})
    assert rejects == ("rejects", {"what": "malformed"}, 3.0)


def test_signals_of_a_town_name_it() -> None:
    tags = {"town": "gonesse", "what": "silent"}
    assert line(key_of_town("gonesse"), {channel("objects", "silent"): 2.0}) == ("objects", tags, 2)


def test_signals_of_an_object_that_nobody_knows_are_kept() -> None:
    measurement, tags, _value = line(key_of_object(DeviceKey("hem", "gone")), {"age": 5.0})
    assert (measurement, tags["device"], tags["build"]) == ("age", "gone", UNKNOWN)


@pytest.mark.parametrize("name", [signal.id for signal in signals("object")])
def test_nothing_that_fabmanagers_watch_reaches_a_town(name: str) -> None:
    line(key_of_object(AIR), {name: 1.0})
