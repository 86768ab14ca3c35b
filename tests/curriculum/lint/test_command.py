"""`fabnum curriculum lint`, `new`, `export` and `import`, as people type them."""

import json
from pathlib import Path

import pytest

from kit.cli import run
from tests.curriculum.lint.broken import add, edit

pytestmark = pytest.mark.usefixtures("english")


def test_a_sound_module_is_said_to_be_sound(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["curriculum", "lint", str(sound)]) == 0
    assert "1 module was checked: 0 mistakes, 0 warnings." in capsys.readouterr().out


def test_mistakes_are_told_by_file_with_line_cause_action_and_code(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("fr.md", "board: build-lamp", "board: build-lampe")(sound)
    add("residents.en.md", "Look at the LED.")(sound)
    assert run(["curriculum", "lint", str(sound)]) == 2
    lines = capsys.readouterr().out.splitlines()
    files = [line for line in lines if not line.startswith(" ")][:-1]
    assert [Path(file).name for file in files] == ["fr.md", "residents.en.md"]
    assert "  ✗ There is no board “build-lampe”." in lines
    assert any("→" in line and "[no-such-board]" in line for line in lines)
    assert any(line.startswith("  ✗ line 13: “LED”") for line in lines)


def test_a_warning_alone_is_no_failure(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language, sentence in (("fr", "Ne touchez pas."), ("en", "Do not touch.")):
        add(f"residents.{language}.md", sentence)(sound)
    assert run(["curriculum", "lint", str(sound)]) == 0
    assert "2 warnings" in capsys.readouterr().out


def test_the_list_can_be_read_by_programs(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add("residents.fr.md", "Regardez la LED.")(sound)
    assert run(["curriculum", "lint", str(sound), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in found} == {"plain-acronym", "structure"}
    assert found[0].keys() == {"file", "line", "code", "severity", "message", "action"}


def test_a_module_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["curriculum", "lint", "M77"]) == 2
    assert "M77" in capsys.readouterr().err


def test_a_module_goes_from_one_site_to_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs, file = (str(tmp_path / name) for name in ("ours", "theirs", "lamp.zip"))
    assert run(["curriculum", "new", "lamp", "--data", ours]) == 0
    assert run(["curriculum", "export", "M10", "--out", file, "--data", ours]) == 0
    assert run(["curriculum", "import", file, "--data", theirs]) == 0
    assert (tmp_path / "theirs" / "modules" / "10-lamp" / "fr.md").is_file()
    assert run(["curriculum", "import", file, "--data", theirs]) == 0
    assert "already there" in capsys.readouterr().out
    assert run(["curriculum", "lint", "M10", "--data", theirs]) == 0
    assert "1 module was checked" in capsys.readouterr().out


def test_a_faulty_module_is_refused_with_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs, file = (str(tmp_path / name) for name in ("ours", "theirs", "lamp.zip"))
    assert run(["curriculum", "new", "lamp", "--data", ours]) == 0
    edit("fr.md", "board: build-lamp", "board: build-lampe")(
        tmp_path / "ours" / "modules" / "10-lamp"
    )
    assert run(["curriculum", "export", "M10", "--out", file, "--data", ours]) == 0
    assert run(["curriculum", "import", file, "--data", theirs]) == 2
    said = capsys.readouterr()
    assert "[no-such-board]" in said.out
    assert "was not taken in" in said.err
    assert list((tmp_path / "theirs" / "modules").iterdir()) == []
