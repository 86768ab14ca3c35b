"""The commands of the programme, as a fabmanager uses them in a month."""

import datetime as dt
import json
import time
from pathlib import Path

import pytest

from gateway.journal import Journal
from gateway.logbook import Kind, Logbook
from gateway.model import Frame
from gateway.programme.month import Month, month_of
from gateway.registry import Device, Registry
from gateway.workshops import Held, Workshops
from kit.cli import run
from kit.cli.init import write_settings
from kit.cli.report import facts
from kit.names import DeviceKey
from kit.settings import DataFolder, load

pytestmark = pytest.mark.usefixtures("english")

LAMP = DeviceKey("gonesse", "lampe-1")


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "127.0.0.1"])
    return folder


def command(site: DataFolder, *words: str) -> int:
    return run([*words, "--data", str(site.root)])


def order_a_lamp(site: DataFolder, **more: str) -> int:
    options = {"build": "lamp", "place": "Mairie", "client": "Accueil", "due": "2999-01-01"} | more
    given = [word for name, value in options.items() for word in (f"--{name}", value)]
    return command(
        site, "orders", "new", "Lampe", *given, "--test", "Elle s’allume.", "--name", "lampe"
    )


def stage(site: DataFolder, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert command(site, "orders", "--json") == 0
    (order,) = json.loads(capsys.readouterr().out)
    return str(order["stage"])


def test_an_order_follows_what_the_site_sees(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert order_a_lamp(site) == 0
    assert stage(site, capsys) == "ordered"
    registry = Registry(site.registry)
    registry.add(
        Device(
            town=LAMP.town,
            device=LAMP.device,
            build="lamp",
            place="mairie",
            place_name="Mairie",
            name="x",
        )
    )
    registry.close()
    assert stage(site, capsys) == "enrolled"
    logbook = Logbook(site.logbook)
    logbook.write(LAMP, Kind.SELFTEST, {"passed": True, "tests": []})
    logbook.close()
    assert stage(site, capsys) == "tested"
    assert command(site, "orders", "accept", "lampe") == 2  # it does not publish yet
    journal = Journal(site.journal, load(site).journal)
    journal.write([Frame(LAMP, "00000001", 1, time.time(), {"on": 1.0})]).result()
    journal.close()
    assert stage(site, capsys) == "publishing"
    assert command(site, "orders", "accept", "lampe") == 0
    assert stage(site, capsys) == "accepted"


@pytest.mark.parametrize(
    "more",
    [{"build": "rocket"}, {"due": "soon"}, {"due": "1999-01-01"}, {"town": "paris"}],
    ids=str,
)
def test_an_order_that_cannot_be_leaves_no_file(site: DataFolder, more: dict[str, str]) -> None:
    assert order_a_lamp(site, **more) == 2
    assert not list(site.orders.glob("*.toml"))


def test_a_second_order_of_the_same_name_keeps_the_first(site: DataFolder) -> None:
    assert order_a_lamp(site) == 0
    before = (site.orders / "lampe.toml").read_bytes()
    assert order_a_lamp(site, place="École") == 2
    assert (site.orders / "lampe.toml").read_bytes() == before


def test_machines_and_indicators_are_noted_and_shown(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(site, "machines", "note", "laser", "1,5", "--day", "2026-11-20") == 0
    assert command(site, "machines", "--month", "2026-11") == 0
    assert "1.5" in capsys.readouterr().out
    added = (
        "indicators",
        "add",
        "2026-a",
        "formation",
        "3",
        "24",
        "--definition",
        "x",
        "--source",
        "y",
    )
    assert command(site, *added) == 0
    capsys.readouterr()
    assert command(site, "indicators", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["numerator"] is None


def test_a_report_tells_the_month_and_hides_few_people(site: DataFolder) -> None:
    workshops = Workshops(site.workshops)
    for day, people in (
        (dt.date(2026, 3, 5), 3),
        (dt.date(2026, 3, 6), 0),
        (dt.date(2026, 4, 1), 9),
    ):
        workshops.add(Held(workshop="M02", town="gonesse", place="Mairie", day=day, people=people))
    workshops.close()
    march, april = (facts(site, load(site), Month(2026, m)) for m in (3, 4))
    assert [figure.number for figure in march.figures][2:] == ["2", "–"]
    assert [figure.number for figure in april.figures][2:] == ["1", "9"]
    assert march.tables[1].lines == [("M02 When do we open the windows?", "2", "hidden")]


def test_a_report_counts_the_objects_and_readings_of_its_month_alone(site: DataFolder) -> None:
    journal = Journal(site.journal, load(site).journal)
    begin, end = Month(2026, 3).span("Europe/Paris")
    times = [begin - 1, begin, begin + 60, end - 1, end]
    frames = [Frame(LAMP, "00000001", n, t, {"on": 1.0}) for n, t in enumerate(times)]
    own = Frame(DeviceKey("_site", "gateway"), "00000001", 1, begin + 5, {"x": 1.0})
    journal.write([*frames, own]).result()
    journal.close()
    figures = facts(site, load(site), Month(2026, 3)).figures
    assert [figure.number for figure in figures][:2] == ["1", "3"]


def test_a_report_is_a_file_of_the_named_month(site: DataFolder, tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    assert command(site, "report", "--month", "2026-03", "--out", str(path)) == 0
    assert path.read_bytes().startswith(b"%PDF")
    assert command(site, "report", "--month", "march", "--out", str(path)) == 2


def test_without_a_month_it_is_the_one_before() -> None:
    assert month_of("", dt.date(2026, 1, 15)) == Month(2025, 12)


def test_an_order_is_accepted_once_and_its_file_keeps_what_people_wrote(site: DataFolder) -> None:
    assert order_a_lamp(site) == 0
    path = site.orders / "lampe.toml"
    with path.open("a", encoding="utf-8") as file:
        file.write("# ask for the key at the desk\n")
    journal = Journal(site.journal, load(site).journal)
    journal.write([Frame(LAMP, "00000001", 1, time.time(), {"on": 1.0})]).result()
    journal.close()
    registry, logbook = Registry(site.registry), Logbook(site.logbook)
    registry.add(
        Device(
            town=LAMP.town,
            device=LAMP.device,
            build="lamp",
            place="mairie",
            place_name="Mairie",
            name="x",
        )
    )
    logbook.write(LAMP, Kind.SELFTEST, {"passed": True, "tests": []})
    registry.close()
    logbook.close()
    assert command(site, "orders", "accept", "lampe") == 0
    accepted = path.read_text(encoding="utf-8")
    assert "# ask for the key at the desk" in accepted
    assert command(site, "orders", "accept", "lampe") == 2
    assert path.read_text(encoding="utf-8") == accepted


def test_brackets_in_an_order_are_shown_as_they_are(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert order_a_lamp(site, client="[red]Accueil", need="Voir [/b]") == 0
    capsys.readouterr()
    assert command(site, "orders") == 0
    assert "[red]Accueil" in capsys.readouterr().out
    assert command(site, "orders", "show", "lampe") == 0
    assert "Voir [/b]" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("machines", "note", "laser", "1"),
        ("machines",),
        ("indicators",),
        ("indicators", "add", "a", "b", "5", "9", "--definition", "x", "--source", "y"),
    ],
    ids=" ".join,
)
def test_a_mistyped_data_folder_stays_empty(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run([*words, "--data", str(tmp_path / "typing-error")]) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words",
    [("note", "laser", "1", "--order", "typing-error"), ("--month", "2026-13"), ("--month", "202")],
    ids=" ".join,
)
def test_a_mistyped_order_or_month_is_said(site: DataFolder, words: tuple[str, ...]) -> None:
    assert command(site, "machines", *words) == 2
    assert not site.machines.exists()


def test_a_report_leaves_out_what_was_settled_before_its_month_or_came_after(
    site: DataFolder,
) -> None:
    days = {"before": "2026-02-27", "within": "2026-03-02", "later": "2026-04-03"}
    for name, day in days.items():
        assert order_a_lamp(site) == 0
        path = site.orders / "lampe.toml"
        text = path.read_text(encoding="utf-8").replace('title = "Lampe"', f'title = "{name}"')
        lines = [line for line in text.splitlines() if not line.startswith("ordered")]
        lines += ["ordered = 2026-01-01", f"accepted = {day}"]
        (site.orders / f"{name}.toml").write_text("\n".join(lines), encoding="utf-8")
        path.unlink()
    told = {month: facts(site, load(site), Month(2026, month)).tables[0].lines for month in (1, 3)}
    assert {line[0] for line in told[3]} == {"within", "later"}
    assert {line[0] for line in told[1]} == {"before", "within", "later"}
    assert told[3][0][2] == "1 × Connected lamp"
