import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import i18n
from kit.catalogue import BUILDS_FOLDER, builds, load_build, parse_build
from kit.chips import PINS, named_in
from kit.errors import FabnumError

AIR = (BUILDS_FOLDER / "air" / "build.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("build_id", builds())
def test_every_build_can_be_used(build_id: str) -> None:
    build = load_build(build_id)
    assert build.id == build_id
    given_by_parts = {channel for part in build.parts for channel in part.channels}
    assert given_by_parts == {channel.id for channel in build.channels}


@pytest.mark.parametrize("build_id", builds())
def test_no_build_uses_a_pin_that_the_esp32_forbids(build_id: str) -> None:
    flash, strapping = {6, 7, 8, 9, 10, 11, 16, 17}, {0, 2, 5, 12, 15}
    used = {pin for part in load_build(build_id).parts for pin in part.pins.values()}
    assert not used & (flash | strapping)


@pytest.mark.parametrize(
    ("pins", "word"),
    [
        ("pins = { sda = 6, scl = 22 }", "pin 6 of the esp32"),
        ("pins = { sda = 34, scl = 22 }", "pin 34 of the esp32"),
        ("pins = { sda = 21, scl = 22 }", "pin 22 of the esp32s3"),
        ("pins = { sda = 4, scl = 13 }", "pin 13 of the esp32c3"),
        (
            "pins = { sda = 4, scl = 18 }\npins_on = { esp32c3 = { sda = 4, clock = 5 } }",
            "other wires",
        ),
        ("pins = { sda = 4, scl = 18 }\npins_on = { esp8266 = { sda = 4, scl = 5 } }", "esp8266"),
    ],
)
def test_a_part_cannot_have_a_pin_that_a_chip_needs_itself(pins: str, word: str) -> None:
    lines = [line for line in AIR.splitlines() if not line.startswith("pins_on")]
    source = "\n".join(pins if line.startswith("pins =") else line for line in lines)
    with pytest.raises(FabnumError, match=word):
        parse_build(source, "air/build.toml")


@pytest.mark.parametrize("build_id", builds())
@pytest.mark.parametrize("chip", PINS)
def test_the_firmware_of_each_chip_is_told_pins_that_it_has(build_id: str, chip: str) -> None:
    for part in load_build(build_id).for_device(chip)["parts"]:
        assert set(part["pins"].values()) <= PINS[chip].usable


def test_a_value_falls_into_the_first_band_it_is_under() -> None:
    co2 = load_build("air").channel("co2")
    assert co2 is not None
    states = [
        band.state for value in (420, 799.9, 800, 1499, 1500, 9999) if (band := co2.band(value))
    ]
    assert states == ["good", "good", "watch", "watch", "act", "act"]


def test_texts_come_in_the_language_in_use() -> None:
    name = load_build("air").name
    i18n.use("en")
    try:
        assert str(name) == "Classroom air"
    finally:
        i18n.use("fr")
    assert str(name) == "Air de la classe"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('unit = "ppm"', "unit = 3", "unit"),
        ("range = [0, 40000]", "range = [5, 5]", "empty"),
        ("below = 1500", "below = 700", "rise"),
        ('id = "humidity"', 'id = "temperature"', "temperature"),
        ('channels = ["co2"', 'channels = ["co3"', "co3"),
        ('id = "scd41"', 'id = "SCD 41"', "slug"),
        (', en = "CO₂" }', " }", "en"),
        ("decimals = 0", "decimal = 0", "decimal"),
        ('bus = "i2c"', 'bus = "usb"', "usb"),
        ("[[parts]]", "[[parts", "line"),
        ('[[calibrations]]\npart = "scd41"', '[[calibrations]]\npart = "soil"', "soil"),
        ('{ id = "temperature", ask', '{ id = "outdoor", ask', "outdoor"),
        ('{ id = "outdoor", ask', '{ id = "Out door", ask', "slug"),
        ('{ id = "offset", name', '{ id = "correction", name', "twice"),
        ("range = [400, 2000]", "range = [2000, 400]", "empty"),
        ("decimals = 0\nbands", "decimals = 0\nhidden_below = 900\nbands", "hidden"),
    ],
)
def test_a_mistake_in_a_build_is_named(old: str, new: str, word: str) -> None:
    assert old in AIR
    with pytest.raises(FabnumError) as failure:
        parse_build(AIR.replace(old, new, 1), "air/build.toml")
    assert word in failure.value.cause
    assert "air/build.toml" in failure.value.cause
    assert failure.value.action


def test_an_unknown_build_is_answered_with_the_known_ones() -> None:
    with pytest.raises(FabnumError) as failure:
        load_build("../air")
    assert "climate" in failure.value.action


@given(st.text())
def test_any_text_is_a_build_or_a_sentence(text: str) -> None:
    with pytest.raises(FabnumError):
        parse_build(text, "x/build.toml")


@given(st.data())
def test_a_build_with_any_bytes_changed_is_a_build_or_a_sentence(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(AIR)))
    end = data.draw(st.integers(start, min(len(AIR), start + 20)))
    changed = AIR[:start] + data.draw(st.text(max_size=10)) + AIR[end:]
    try:
        build = parse_build(changed, "air/build.toml")
    except FabnumError as failure:
        assert failure.cause
    else:
        assert build.for_device()["channels"]


@pytest.mark.parametrize(
    ("machine", "chip"),
    [
        ("Generic ESP32 module with ESP32", "esp32"),
        ("ESP32_GENERIC with ESP32", "esp32"),
        ("Generic ESP32S3 module with ESP32S3", "esp32s3"),
        ("Generic ESP32C3 module with ESP32C3", "esp32c3"),
        ("LOLIN_C3_MINI with ESP32-C3FH4", "esp32c3"),
        ("something else", "esp32"),
    ],
)
def test_a_chip_is_known_by_what_micropython_calls_its_machine(machine: str, chip: str) -> None:
    assert named_in(machine) == chip


COMBINED = """
id = "both"
combines = [{builds}]
name = {{ fr = "Les deux", en = "Both" }}
summary = {{ fr = "Les deux.", en = "Both." }}
period_s = 60
workshop = {{ id = "M01", name = {{ fr = "Les deux", en = "Both" }}, minutes = 60 }}
"""


def test_a_combined_build_has_the_parts_of_each() -> None:
    both = parse_build(COMBINED.format(builds='"air", "lamp"'), "both")
    air, lamp = load_build("air"), load_build("lamp")
    assert both.parts == air.parts + lamp.parts
    assert both.channels == air.channels + lamp.channels
    assert both.commands == lamp.commands
    assert both.tests == air.tests + lamp.tests


def test_builds_with_the_same_channel_are_not_combined() -> None:
    with pytest.raises(FabnumError, match="humidity"):
        parse_build(COMBINED.format(builds='"air", "climate"'), "both")


def test_a_combined_build_that_is_not_there_is_named() -> None:
    with pytest.raises(FabnumError, match="nothing"):
        parse_build(COMBINED.format(builds='"air", "nothing"'), "both")


def test_two_parts_on_one_pin_are_refused_with_the_pin() -> None:
    second = """
    [[parts]]
    id = "strip"
    driver = "pixels"
    name = { fr = "Ruban", en = "Strip" }
    bus = "ws2812"
    pins = { data = 22 }
    pins_on = { esp32s3 = { data = 4 }, esp32c3 = { data = 4 } }
    """
    with pytest.raises(FabnumError, match=r"scd41 .* strip .* 22 .*esp32"):
        parse_build(AIR + second, "air")


def test_two_parts_with_one_address_on_one_bus_are_refused() -> None:
    second = """
    [[parts]]
    id = "other"
    driver = "scd41"
    name = { fr = "Autre", en = "Other" }
    bus = "i2c"
    addresses = [0x62]
    pins = { sda = 21, scl = 22 }
    pins_on = { esp32s3 = { sda = 8, scl = 9 }, esp32c3 = { sda = 6, scl = 7 } }
    """
    with pytest.raises(FabnumError, match=r"scd41 .* other .* 0x62"):
        parse_build(AIR + second, "air")
