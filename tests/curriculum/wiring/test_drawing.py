"""Drawings of what is wired: everything apart, everything named, the same each time."""

import xml.etree.ElementTree as ET
from functools import cache
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.document.nodes import Drawing, Table, plain
from curriculum.wiring import blocks, choices, drawing, sheet, table
from curriculum.wiring.layout import Layout
from curriculum.wiring.routing import Way
from curriculum.wiring.style import styles
from kit.catalogue import Build, builds, load_build, parse_build
from kit.chips import PINS
from kit.parts import BOARD, Netlist, netlist
from tests.curriculum.wiring.test_routing import assert_apart, points

SVG = "{http://www.w3.org/2000/svg}"
TYPICAL = [("air", "esp32", 0), ("lamp", "esp32c3", 0)]
ALL = [
    (build, chip, choice)
    for build, chip in product(builds(), PINS)
    for choice in range(len(choices(load_build(build))))
]


@cache
def drawn(build: str, chip: str, choice: int) -> Drawing:
    return drawing(load_build(build), chip, "en", choice)


def assert_clear(net: Netlist, laid: Layout, ways: dict[int, Way]) -> None:
    """Fail where things overlap, or a wire runs over one, or along another wire."""
    for one, other in combinations(laid.boxes(), 2):
        assert not one.overlaps(other)
    for way in ways.values():
        for start, end in pairwise(way):
            for x, y in points(start, end):
                if (x, y) not in (way[0], way[-1]):
                    over = [b for b in laid.boxes() if b.x < x < b.right and b.y < y < b.bottom]
                    assert not over
    assert_apart(ways)
    assert len(ways) == len(net.wires)


@pytest.mark.parametrize(("build", "chip", "choice"), TYPICAL)
def test_nothing_overlaps(build: str, chip: str, choice: int) -> None:
    net = netlist(load_build(build), chip, choice)
    assert_clear(net, *sheet.planned(net))


@pytest.mark.slow
@settings(max_examples=12)
@given(st.data())
def test_nothing_overlaps_in_builds_that_do_not_exist_yet(data: st.DataObject) -> None:
    chip = data.draw(st.sampled_from(sorted(PINS)))
    net = netlist(an_invented_build(data), chip)
    assert_clear(net, *sheet.planned(net))


def an_invented_build(data: st.DataObject) -> Build:
    """Return a build of some of the parts there are, on pins that no other of them has."""
    free = data.draw(st.permutations([13, 14, 18, 19, 23, 25, 26, 27, 32, 33]))
    free_s3 = data.draw(st.permutations([5, 6, 7, 10, 11, 12, 13, 14, 15, 16]))
    free_c3 = data.draw(st.permutations([0, 1, 4, 5, 10]))
    drivers = data.draw(
        st.lists(st.sampled_from(["button", "pir", "dht22", "pixels"]), min_size=1, max_size=4)
    )
    sensors = data.draw(st.lists(st.sampled_from(["bme280", "bh1750"]), max_size=2, unique=True))
    lines = [
        'id = "invented"',
        'name = { fr = "Inventé", en = "Invented" }',
        'summary = { fr = "Rien.", en = "Nothing." }',
        "period_s = 60",
        'workshop = { id = "M01", name = { fr = "Rien", en = "Nothing" }, minutes = 60 }',
        "channels = []",
    ]
    wires = {"button": "input", "pir": "input", "dht22": "data", "pixels": "data"}
    buses = {"button": "gpio", "pir": "gpio", "dht22": "dht", "pixels": "ws2812"}
    for number, driver in enumerate(drivers):
        wire = wires[driver]
        lines += [
            f'[[parts]]\nid = "part{number}"\ndriver = "{driver}"\nbus = "{buses[driver]}"',
            f'name = {{ fr = "Pièce numéro {number}", en = "Part {number}" }}',
            f"pins = {{ {wire} = {free[number]} }}",
            f"pins_on.esp32s3 = {{ {wire} = {free_s3[number]} }}",
            f"pins_on.esp32c3 = {{ {wire} = {free_c3[number]} }}",
        ]
    for address, driver in enumerate(sensors, 0x20):
        lines += [
            f'[[parts]]\nid = "{driver}"\ndriver = "{driver}"\nbus = "i2c"',
            f'name = {{ fr = "Capteur {driver}", en = "Sensor {driver}" }}',
            f"pins = {{ sda = 21, scl = 22 }}\naddresses = [{address}]",
            "pins_on = { esp32s3 = { sda = 8, scl = 9 }, esp32c3 = { sda = 6, scl = 7 } }",
        ]
    return parse_build("\n".join(lines), "invented")


@pytest.mark.parametrize(("build", "chip", "choice"), TYPICAL)
def test_a_drawing_tells_what_it_is_to_those_who_do_not_see_it(
    build: str, chip: str, choice: int
) -> None:
    picture = drawn(build, chip, choice)
    root = ET.fromstring(picture.svg)
    assert root.get("role") == "img"
    title = root.findtext(f"{SVG}title") or ""
    assert str(load_build(build).name["en"]) in title
    assert root.findtext(f"{SVG}desc") == picture.alternative
    net = netlist(load_build(build), chip, choice)
    for wire in net.wires:
        assert f"{wire.number}: " in picture.alternative


@pytest.mark.parametrize(("build", "chip", "choice"), TYPICAL)
def test_each_wire_has_its_number_at_both_ends_and_in_the_table(
    build: str, chip: str, choice: int
) -> None:
    net = netlist(load_build(build), chip, choice)
    root = ET.fromstring(drawn(build, chip, choice).svg)
    marks = [text.text for text in root.iter(f"{SVG}text") if text.get("font-size") == "13"]
    rows = table(load_build(build), chip, "en", choice).rows
    assert [plain(row[0]) for row in rows] == [str(wire.number) for wire in net.wires]
    for wire, row in zip(net.wires, rows, strict=True):
        assert marks.count(str(wire.number)) == 2
        assert all(plain(cell) for cell in row)
        assert net.label(wire.start).upper() in plain(row[1]).upper()
        assert net.label(wire.end).upper() in plain(row[2]).upper()


def test_the_names_of_the_pins_in_use_stand_out() -> None:
    root = ET.fromstring(drawn("air", "esp32", 0).svg)
    bold = {t.text for t in root.iter(f"{SVG}text") if t.get("font-weight") == "700"}
    plain_ones = {t.text for t in root.iter(f"{SVG}text") if t.get("font-weight") is None}
    assert {"IO21", "IO22", "3V3", "VCC", "SDA", "SCL"} <= bold
    assert {"IO4", "IO13", "5V", "EN"} <= plain_ones


def test_the_same_build_is_drawn_the_same_each_time() -> None:
    again = drawing(load_build("air"), "esp32", "en")
    assert again.svg == drawn("air", "esp32", 0).svg


def test_a_drawing_asks_for_nothing_from_outside() -> None:
    svg = drawn("lamp", "esp32c3", 0).svg
    root = ET.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "rect", "circle", "path", "text")
    }
    assert "url(" not in svg
    assert "href" not in svg


@pytest.mark.parametrize(("build", "chip", "choice"), ALL)
def test_no_two_signals_of_a_board_look_alike(build: str, chip: str, choice: int) -> None:
    net = netlist(load_build(build), chip, choice)
    looks = styles(net)
    by_look: dict[tuple[str, str | None], set[int]] = {}
    for wire in net.wires:
        for end in (wire.start, wire.end):
            if end.owner == BOARD and net.board.pins[end.pin].gpio is not None:
                style = looks[wire.number]
                by_look.setdefault((style.colour, style.pattern), set()).add(end.pin)
    assert all(len(pins) == 1 for pins in by_look.values())


@pytest.mark.parametrize(("build", "chip", "choice"), ALL)
def test_colours_of_wires_hold_3_to_1_on_paper(build: str, chip: str, choice: int) -> None:
    for style in styles(netlist(load_build(build), chip, choice)).values():
        assert 1.05 / (luminance(style.colour) + 0.05) >= 3


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_lesson_gets_one_drawing_and_one_table_for_each_way_to_build_it() -> None:
    said = blocks(load_build("climate"), "esp32", "en")
    assert [type(b) for b in said if isinstance(b, Drawing | Table)] == [Drawing, Table] * 2
    assert "DHT22" in plain(said[[type(b) for b in said].index(Table) + 1].inlines)  # type: ignore[union-attr]


def test_french_and_english_lessons_have_the_same_blocks() -> None:
    build = load_build("lamp")
    french, english = (blocks(build, "esp32", language) for language in ("fr", "en"))
    assert [type(block) for block in french] == [type(block) for block in english]
