"""Several builds on one board: what fits is put together, what does not is refused by name."""

import ast
import shutil
from itertools import combinations
from pathlib import Path

import pytest

from kit import catalogue, firmware
from kit.catalogue.combining import combined_program
from kit.chips import PINS
from kit.cli import builds
from kit.errors import FabnumError

PLAIN = [build for build in catalogue.builds() if not catalogue.load_build(build).combines]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of builds with all that are there."""
    for build in catalogue.builds():
        shutil.copytree(catalogue.BUILDS_FOLDER / build, tmp_path / build)
    monkeypatch.setattr(catalogue, "BUILDS_FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("one", "other"), list(combinations(PLAIN, 2)))
def test_every_pair_is_either_whole_or_refused_with_what_clashes(
    folder: Path, one: str, other: str
) -> None:
    try:
        builds.combine("both", [one, other], "")
    except FabnumError as error:
        assert not (folder / "both").exists()
        first, second = catalogue.load_build(one), catalogue.load_build(other)
        things = [part.id for build in (first, second) for part in build.parts]
        things += [channel.id for channel in first.channels]
        assert any(thing in error.cause for thing in things), error.cause
        return
    both = catalogue.parse_build((folder / "both" / "build.toml").read_text("utf-8"), "both")
    first, second = catalogue.load_build(one), catalogue.load_build(other)
    assert both.channels == first.channels + second.channels
    for chip in PINS:
        wires = [(pin, wire) for part in both.parts for wire, pin in part.wired(chip).items()]
        for pin, wire in wires:
            assert wire in ("sda", "scl") or [p for p, _wire in wires].count(pin) == 1
    program = (folder / "both" / "main.py").read_bytes()
    assert program.count(b"station.run()") == program.count(b"import station") == 1
    assert firmware.compile_module(program, "main")


def test_lamp_and_passage_both_want_a_pin_and_it_is_named(folder: Path) -> None:
    with pytest.raises(FabnumError, match=r"button .* gate .* 27 .*esp32"):
        builds.combine("both", ["lamp", "passage"], "")
    assert not (folder / "both").exists()


def test_a_part_that_stands_in_for_another_is_left_out(folder: Path) -> None:
    builds.combine("both", ["climate", "lamp"], "")
    lines = (folder / "both" / "build.toml").read_text("utf-8")
    assert [part.id for part in catalogue.parse_build(lines, "both").parts] == [
        "sht31",
        "pixels",
        "button",
    ]


def test_a_build_that_combines_may_be_combined_again(folder: Path) -> None:
    builds.combine("both", ["air-lamp", "noise"], "")
    lines = (folder / "both" / "build.toml").read_text("utf-8")
    first, second = catalogue.load_build("air-lamp"), catalogue.load_build("noise")
    assert catalogue.parse_build(lines, "both").parts == first.parts + second.parts


def test_a_build_that_combines_itself_is_refused_by_name(tmp_path: Path, folder: Path) -> None:
    lines = (folder / "air-lamp" / "build.toml").read_text("utf-8")
    for one, other in (("one", "other"), ("other", "one")):
        (tmp_path / one).mkdir()
        text = lines.replace('id = "air-lamp"', f'id = "{one}"')
        text = text.replace('["air", "lamp"]', f'["{other}"]')
        (tmp_path / one / "build.toml").write_text(text, "utf-8")
    with pytest.raises(FabnumError, match="“one” combines itself"):
        catalogue.load_build("one")


@pytest.mark.parametrize("title", ['a """ b', "back\\slash", 'quoted "', "C:\\new"])
def test_any_name_gives_a_program_that_can_be_read(title: str) -> None:
    program = combined_program(title, {"air": catalogue.source_of("air", "main.py")})
    assert ast.get_docstring(ast.parse(program), clean=False) == title


@pytest.mark.parametrize(
    ("name", "parts"),
    [("air", ["air", "lamp"]), ("A b", ["air", "lamp"]), ("x", ["air"]), ("x", ["air", "none"])],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_made_is_refused(name: str, parts: list[str]) -> None:
    with pytest.raises(FabnumError):
        builds.combine(name, parts, "")


def test_names_that_both_programs_use_are_told_apart_and_nothing_else_is_touched() -> None:
    start = "from fabnum import station\n"
    one = start + '\nx = station.part("x")\n\n\ndef go():\n    x.go(x="x")\n\n\nstation.run()\n'
    other = start + "import time\n\n\ndef go():\n    time.go()\n\n\nstation.run()\n"
    program = combined_program("Les deux.", {"a-b": one, "c": other})
    assert program.startswith('"""Les deux."""\n\nfrom fabnum import station\nimport time\n')
    assert 'def go_a_b():\n    x.go(x="x")' in program
    assert "def go_c():\n    time.go()" in program
    assert program.endswith("\n\n\nstation.run()\n")
