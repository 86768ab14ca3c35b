"""What a build says that the bench shall test: every mistake is named."""

import re
from pathlib import Path

import pytest

from kit.catalogue import builds, load_build, parse_build
from kit.errors import FabnumError

FOLDER = Path(__file__).resolve().parents[2] / "device" / "builds"
TEXTS = {build: (FOLDER / build / "build.toml").read_text(encoding="utf-8") for build in builds()}


@pytest.mark.parametrize(
    ("build", "old", "new", "word"),
    [
        ("air", 'part = "scd41"\nname', 'part = "scd42"\nname', "no part “scd42”"),
        (
            "air",
            'channel = "co2"\nby',
            'channel = "smoke"\nby',
            "no part gives the channel “smoke”",
        ),
        ("air", "by = 100\n", "", "“by” is missing"),
        ("air", "by = 100\n", "by = -5\n", "more than 0"),
        ("air", "seconds = 60\n", "seconds = 0\n", "more than 0"),
        ("air", "range = [350, 5000]\n", "", "“range” is missing"),
        ("air", "range = [350, 5000]\n", "range = [350, 350]\n", "range is empty"),
        ("air", 'id = "breath"', 'id = "sensor"', "twice"),
        ("air", 'id = "breath"', 'id = "Le souffle"', "no slug"),
        ("air", 'id = "breath"', 'id = "wifi"', "every build has that one"),
        ("air", 'kind = "rises"', 'kind = "sings"', "sings"),
        ("air", 'kind = "found"', 'kind = "press"', "“ask” is missing"),
        (
            "lamp",
            'kind = "colours"\npart = "pixels"',
            'kind = "colours"\npart = "button"',
            "cannot",
        ),
        ("lamp", 'kind = "press"\npart', 'kind = "press"\nby = 3\npart', "“by” is for others"),
    ],
)
def test_a_mistake_in_a_test_is_named(build: str, old: str, new: str, word: str) -> None:
    assert old in TEXTS[build]
    text = TEXTS[build].replace(old, new)
    with pytest.raises(FabnumError) as failure:
        parse_build(text, "x/build.toml")
    assert word in failure.value.cause


def test_a_person_must_be_told_what_to_do() -> None:
    text = re.sub(r"(?m)^ask = .*\n", "", TEXTS["lamp"])
    with pytest.raises(FabnumError, match="“ask” is missing"):
        parse_build(text, "x/build.toml")


@pytest.mark.parametrize("build", builds())
def test_every_part_of_every_build_is_tested(build: str) -> None:
    known = load_build(build)
    tested = {test.part for test in known.tests}
    for channel in {test.channel for test in known.tests} - {None}:
        part = known.part_of(str(channel))
        assert part is not None
        tested.add(part.id)
    assert {part.id for part in known.parts if part.instead_of is None} <= tested


def test_a_build_without_tests_is_a_build() -> None:
    text = TEXTS["air"].split("[[tests]]")[0]
    assert parse_build(text, "x/build.toml").tests == ()
