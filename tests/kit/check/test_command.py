"""`fabnum check`: what people see, and the exit code."""

import json

import pytest

from kit import cli, i18n

WRONG = """\
from fabnum import station

air = station.part("scd41")


@station.every(60)
async def mesurer():
    mesure = air.read()
    station.send(**mesure)


station.run()
"""
RIGHT = WRONG.replace("air.read()", "await air.read()")
ODD = WRONG.replace("station.run()", "\n\ndef oubli():\n    print(3)\n\n\nstation.run()").replace(
    "air.read()", "await air.read()"
)


@pytest.fixture
def main(tmp_path):
    return tmp_path / "main.py"


@pytest.fixture(autouse=True)
def in_french(monkeypatch):
    monkeypatch.setattr(i18n, "_current", type(i18n._current)("language", default="fr"))


def plain(text):
    """Return a text with plain spaces for those that do not break."""
    return text.replace("\u00a0", " ")


def run(*words):
    return cli.run(["check", *map(str, words)])


def test_a_mistake_is_shown_with_its_line_a_mark_a_sentence_and_what_to_do(main, capsys):
    main.write_text(WRONG)
    assert run(main) == 2
    assert plain(capsys.readouterr().out).splitlines() == [
        f"✗ {main}, ligne 8",
        "    mesure = air.read()",
        "             ^^^^^^^^^^",
        "  Il manque « await » devant air.read().",
        "  → Écrivez : await air.read()",
        "",
    ]


def test_a_program_that_is_right_is_said_to_be(main, capsys):
    main.write_text(RIGHT)
    assert run(main) == 0
    assert plain(capsys.readouterr().out) == f"✓ {main} : aucune erreur trouvée.\n"


def test_a_warning_is_shown_and_is_no_failure(main, capsys):
    main.write_text(ODD)
    assert run(main) == 0
    assert "« oubli » n’est jamais appelée" in plain(capsys.readouterr().out)


def test_several_programs_fail_where_one_does(main, tmp_path, capsys):
    other = tmp_path / "other.py"
    main.write_text(RIGHT)
    other.write_text(WRONG)
    assert run(main, other) == 2
    said = capsys.readouterr().out
    assert f"✓ {main}" in said
    assert f"✗ {other}" in said


def test_json_holds_the_same(main, capsys):
    main.write_text(WRONG)
    assert run(main, "--json") == 2
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding["file"] == str(main)
    assert (finding["line"], finding["column"], finding["width"]) == (8, 14, 10)
    assert (finding["code"], finding["severity"]) == ("await-missing", "error")
    assert plain(finding["message"]) == "Il manque « await » devant air.read()."


def test_a_build_or_chip_that_is_not_there_is_a_sentence(main, capsys):
    main.write_text(RIGHT)
    assert run(main, "--build", "nothing") == 2
    assert "nothing" in capsys.readouterr().err
    assert run(main, "--chip", "esp8266") == 2
    assert "esp8266" in capsys.readouterr().err
    assert run(main.with_name("absent.py")) == 2
    assert "absent.py" in capsys.readouterr().err


def test_where_the_build_is_not_known_that_is_said(main, capsys):
    main.write_text("print(3)\n")
    assert run(main) == 0
    assert "--build" in capsys.readouterr().out
    assert run(main, "--build", "lamp") == 0
    assert "--build" not in capsys.readouterr().out


def test_a_long_line_is_cut_and_its_mark_stays_below_the_place(main, capsys):
    main.write_text("# objet : air\nx = 1; " + "y = 2; " * 60 + "print(inconnu)" + "; z = 3" * 40)
    assert run(main) == 2
    _place, quoted, mark, *_rest = capsys.readouterr().out.splitlines()
    start, width = mark.index("^"), mark.count("^")
    assert quoted[start : start + width] == "inconnu"
    assert len(quoted) <= 100


@pytest.mark.parametrize("before", ["x = '\t\u001b[31mé日本' ; ", "x = [\u2009'a'] ; "])
def test_what_could_move_the_cursor_is_not_printed(main, capsys, before):
    main.write_text(f"# objet : air\n{before}print(inconnu)\n", encoding="utf-8")
    assert run(main) == 2
    said = capsys.readouterr().out
    assert "\u001b" not in said
    assert "\t" not in said


def test_of_very_many_mistakes_the_first_are_shown(main, capsys):
    main.write_text("# objet : air\n" + "".join(f"print(inconnu{i})\n" for i in range(40)))
    assert run(main) == 2
    said = capsys.readouterr().out
    assert said.count("✗") == 12
    assert "28" in said
