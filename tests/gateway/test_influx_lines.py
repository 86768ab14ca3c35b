"""Frames become lines that mean what the frames said, whatever the names and numbers are."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.influx.lines import UNKNOWN, LineBuilder, join, series, speakable
from gateway.model import Frame
from gateway.registry import Device
from kit.names import DeviceKey

names = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1)
AWKWARD = r'a, b=c\, "d" #é€' + "\n"


def parse(line: str) -> tuple[str, dict[str, str], dict[str, str], int]:
    """Read one line as the line protocol reference defines it, not as the builder writes it."""
    words = split(line, " ")
    assert len(words) == 3, words
    start, fields, time = words
    measurement, *tags = split(start, ",")
    return (
        unescape(measurement, ", "),
        dict(pair(tag) for tag in tags),
        dict(pair(field) for field in split(fields, ",")),
        int(time),
    )


def split(text: str, separator: str) -> list[str]:
    """Split at separators that no backslash precedes."""
    parts, current = [], ""
    for index, character in enumerate(text):
        if character == separator and (index == 0 or text[index - 1] != "\\"):
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]


def pair(text: str) -> tuple[str, str]:
    key, value = split(text, "=")
    return unescape(key, ", ="), unescape(value, ", =")


def unescape(text: str, special: str) -> str:
    result = ""
    for index, character in enumerate(text):
        if character == "\\" and index + 1 < len(text) and text[index + 1] in special:
            continue
        result += character
    return result


class Registry:
    """As the registry answers; a device's place can change."""

    def __init__(self, *devices: Device) -> None:
        self.devices = {device.key: device for device in devices}
        self.changes = 0

    def find(self, key: DeviceKey) -> Device | None:
        return self.devices.get(key)

    def version(self) -> int:
        return self.changes


def device(town: str = "gonesse", name: str = "salle-2", **fields: str) -> Device:
    described = {"build": "air", "place": "ecole", "place_name": "École", "name": "Air", **fields}
    return Device(town=town, device=name, **described)


def frame(values: dict[str, float], time: float = 1763700000.0, town: str = "gonesse") -> Frame:
    return Frame(DeviceKey(town, "salle-2"), "5f3a", 17, time, values)


@given(measurement=names, key=names, value=names)
@example(measurement="#comment", key="a\\", value="b\\")
@example(measurement=AWKWARD, key=AWKWARD, value=AWKWARD)
def test_names_come_back_from_a_line(measurement: str, key: str, value: str) -> None:
    line = f"{series(measurement, [(key, value)])} value=1.0 5"
    assert "\n" not in line
    assert not line.startswith("#")
    assert parse(line) == (
        speakable(measurement),
        {speakable(key): speakable(value)},
        {"value": "1.0"},
        5,
    )


@given(names)
def test_a_name_without_controls_and_backslashes_is_written_as_it_is(name: str) -> None:
    if name.isprintable() and "\\" not in name and not name.startswith("#"):
        assert speakable(name) == name


def test_an_empty_tag_is_left_out() -> None:
    assert series("co2", [("place", ""), ("device", "a")]) == "co2,device=a"


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(5e-324)
@example(-0.0)
@example(1e16)
def test_a_value_comes_back_bit_for_bit(value: float) -> None:
    (point,) = LineBuilder(Registry(device())).points([frame({"co2": value})])["gonesse"]
    written = parse(point.line)[2]["value"]
    assert float(written) == value
    assert math.copysign(1, float(written)) == math.copysign(1, value)


def test_a_whole_number_is_written_as_a_float() -> None:
    (point,) = LineBuilder(Registry(device())).points([frame({"co2": 812})])["gonesse"]
    assert parse(point.line)[2] == {"value": "812.0"}


@given(st.integers(1704067200 * 10**6, 4102444800 * 10**6))
def test_a_time_is_kept_to_the_microsecond(time_us: int) -> None:
    builder = LineBuilder(Registry(device()))
    (point,) = builder.points([frame({"co2": 1.0}, time_us / 10**6)])["gonesse"]
    assert parse(point.line)[3] == time_us


def test_the_measurement_is_the_quantity_and_tags_say_what_and_where() -> None:
    points = LineBuilder(Registry(device())).points([frame({"co2": 812.0, "humidity": 44.5})])
    assert [parse(point.line) for point in points["gonesse"]] == [
        (
            quantity,
            {"build": "air", "device": "salle-2", "place": "ecole"},
            {"value": value},
            1763700000000000,
        )
        for quantity, value in (("co2", "812.0"), ("humidity", "44.5"))
    ]


def test_points_are_told_apart_by_town() -> None:
    builder = LineBuilder(Registry(device(), device(town="hem", place="mairie")))
    points = builder.points([frame({"co2": 1.0}), frame({"co2": 2.0}, town="hem")])
    assert {town: [parse(p.line)[1]["place"] for p in found] for town, found in points.items()} == {
        "gonesse": ["ecole"],
        "hem": ["mairie"],
    }


@pytest.mark.parametrize("registry", [Registry(), Registry(device(build="gone"))])
def test_a_reading_of_something_no_longer_known_is_still_written(registry: Registry) -> None:
    (point,) = LineBuilder(registry).points([frame({"co2": 1.0})])["gonesse"]
    measurement, tags, _, _ = parse(point.line)
    assert measurement == "co2"
    assert tags["build"] in {UNKNOWN, "gone"}


def test_an_object_that_has_moved_is_tagged_with_its_new_place() -> None:
    registry = Registry(device())
    builder = LineBuilder(registry)
    builder.points([frame({"co2": 1.0})])
    moved = device(place="mairie")
    registry.devices[moved.key] = moved
    registry.changes += 1
    (point,) = builder.points([frame({"co2": 1.0})])["gonesse"]
    assert parse(point.line)[1]["place"] == "mairie"


def test_a_body_is_one_line_a_point() -> None:
    points = LineBuilder(Registry(device())).points([frame({"co2": 1.0, "humidity": 2.0})])
    assert join(points["gonesse"]).decode().split("\n") == [p.line for p in points["gonesse"]]
