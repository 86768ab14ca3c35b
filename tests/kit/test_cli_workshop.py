"""The workshops that were held are noted as totals, kindly."""

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kit.cli import run
from kit.cli.init import write_settings
from kit.cli.workshop import note, remove, show_list
from kit.errors import FabnumError
from kit.settings import DataFolder

pytestmark = pytest.mark.usefixtures("english")


def today() -> dt.date:
    return dt.datetime.now().astimezone().date()


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "fabnum.local"])
    return folder


@pytest.fixture
def two_towns(site: DataFolder) -> DataFolder:
    with site.settings.open("a", encoding="utf-8") as file:
        file.write('\n[[towns]]\nid = "hem"\nname = "Hem"\n')
    return site


def listed(site: DataFolder, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    show_list(site, as_json=True)
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_a_workshop_is_noted_listed_and_removed(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    note(site, "m02", place=" Médiathèque ", people=12, learners=3, day="2025-11-20")
    assert "number 1: M02, Médiathèque, 2025-11-20. People welcomed: 12." in capsys.readouterr().out
    assert listed(site, capsys) == [
        {
            "id": 1,
            "workshop": "M02",
            "town": "gonesse",
            "place": "Médiathèque",
            "day": "2025-11-20",
            "people": 12,
            "learners": 3,
        }
    ]
    remove(site, 1)
    assert listed(site, capsys) == []


def test_the_newest_day_comes_first_and_a_number_is_never_given_again(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in ("2025-11-20", "2025-11-22", "2025-11-21"):
        note(site, "M01", place="Fablab", people=5, day=day)
    remove(site, 3)
    note(site, "M01", place="Fablab", people=5, day="2025-01-01")
    assert [one["id"] for one in listed(site, capsys)] == [2, 1, 4]


def test_without_a_day_it_was_today(site: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    before = today()
    note(site, "M09", place="Fablab", people=0)
    assert str(before) <= str(listed(site, capsys)[0]["day"]) <= str(today())


def test_the_list_names_the_workshop(site: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    note(site, "M05", place="Centre social", people=8)
    show_list(site)
    assert "Centre social" in capsys.readouterr().out


def test_an_empty_list_says_what_to_do(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    show_list(site)
    assert "fabnum workshop note" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        {"workshop": "M99"},
        {"place": "  "},
        {"place": "x" * 200},
        {"people": -1},
        {"people": 10**6},
        {"learners": -1},
        {"day": "yesterday"},
        {"day": "2025-02-30"},
        {"day": "0206-02-03"},
        {"day": (today() + dt.timedelta(days=2)).isoformat()},
        {"town": "hem"},
    ],
    ids=str,
)
def test_what_cannot_have_been_is_refused_with_an_action(
    site: DataFolder, wrong: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    values: dict[str, Any] = {"workshop": "M02", "place": "Médiathèque", "people": 12, **wrong}
    with pytest.raises(FabnumError) as raised:
        note(site, values.pop("workshop"), **values)
    assert raised.value.cause
    assert raised.value.action
    assert listed(site, capsys) == []


def test_a_number_that_is_not_there_cannot_be_removed(site: DataFolder) -> None:
    with pytest.raises(FabnumError, match="7"):
        remove(site, 7)


def test_a_damaged_file_is_said_in_one_sentence(site: DataFolder) -> None:
    site.workshops.write_bytes(b"damaged " * 1000)
    with pytest.raises(FabnumError, match=r"workshops\.sqlite cannot be used: file is not a data"):
        show_list(site)


def test_a_site_of_several_towns_asks_which(
    two_towns: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FabnumError, match="several towns"):
        note(two_towns, "M02", place="Médiathèque", people=12)
    note(two_towns, "M02", place="Médiathèque", people=12, town="hem")
    assert [one["town"] for one in listed(two_towns, capsys)] == ["hem"]


def test_no_time_of_day_and_nobody_is_kept(site: DataFolder) -> None:
    note(site, "M02", place="Médiathèque", people=12, day="2025-11-20")
    with closing(sqlite3.connect(site.workshops)) as database:
        cursor = database.execute("SELECT * FROM workshops")
        columns = {column[0] for column in cursor.description}
        (row,) = cursor.fetchall()
    assert columns == {"id", "workshop", "town", "place", "day", "people", "learners"}
    assert "2025-11-20" in row


def test_the_command_says_what_is_wrong_in_one_sentence(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["workshop", "note", "M02", "--place", "Fablab", "--people", "9"]
    assert run([*words, "--day", "20/11/2026", "--data", str(site.root)]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "→" in said
    assert run([*words, "--data", str(site.root)]) == 0
    assert run(["workshop", "list", "--json", "--data", str(site.root)]) == 0
    assert run(["workshop", "remove", "1", "--data", str(site.root)]) == 0
