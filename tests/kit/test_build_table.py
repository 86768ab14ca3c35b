"""The table of builds in device/README.md says what the catalogue and the last measurement say."""

from pathlib import Path

import pytest

from kit import build_table, catalogue

MARKED = f"before\n{build_table.BEGIN}\nold\n{build_table.END}\nafter\n"


def test_the_table_in_the_readme_is_the_one_that_is_made() -> None:
    text = build_table.README.read_text(encoding="utf-8")
    assert build_table.renewed(text) == text, "renew it: ./fabnum benchmark heap --write"


def test_each_build_has_its_parts_pins_readings_and_memory() -> None:
    table = build_table.render({"climate": 99})
    (climate,) = [line for line in table.splitlines() if line.startswith("| `climate` ")]
    assert "SHT31" in climate
    assert " or DHT22" in climate
    assert "sda 21, scl 22" in climate
    assert "Temperature °C, Humidity %" in climate
    assert "99 KB" in climate
    assert len(table.splitlines()) == 2 + len(catalogue.builds())


def test_what_was_never_measured_is_said() -> None:
    assert table_line("lamp", {}).endswith("| not measured |")


def test_only_the_lines_between_the_marks_change() -> None:
    renewed = build_table.renewed(MARKED)
    assert renewed.startswith("before\n")
    assert renewed.endswith("after\n")
    assert "old" not in renewed
    assert build_table.renewed(renewed) == renewed


def test_a_text_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        build_table.renewed("nothing")


def test_figures_are_kept_in_whole_kilobytes_beside_those_of_other_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_table, "FIGURES", tmp_path / "memory.json")
    monkeypatch.setattr(build_table, "README", tmp_path / "README.md")
    build_table.README.write_text(MARKED, encoding="utf-8")
    build_table.keep({"air": 100 * 1024 + 1, "lamp": 1024}, "1.29.0")
    build_table.keep({"lamp": 2048}, "1.29.0")
    assert build_table.load() == {"micropython": "1.29.0", "kilobytes": {"air": 101, "lamp": 2}}
    assert "101 KB" in build_table.README.read_text(encoding="utf-8")


def table_line(build: str, kilobytes: dict[str, int]) -> str:
    """Return the line of a build."""
    lines = build_table.render(kilobytes).splitlines()
    return next(line for line in lines if line.startswith(f"| `{build}` "))
