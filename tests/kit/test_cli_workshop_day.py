"""The day of a workshop from a terminal: open, ask, close, look."""

import datetime as dt
import json
from contextlib import closing
from pathlib import Path

import pytest

from gateway.day import Session, Sessions
from gateway.day.tokens import new_token
from gateway.registry import Device, Registry
from kit.cli import run
from kit.cli.init import write_settings
from kit.cli.workshop_day import ask, start, status, stop
from kit.cli.workshop_plan import plan_of
from kit.errors import FabnumError
from kit.settings import DataFolder

pytestmark = pytest.mark.usefixtures("english")

SCHOOL = ("ecole-pasteur", "École Pasteur")
LIBRARY = ("mediatheque", "Médiathèque")


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "fabnum.local"])
    take_in(folder, "air-1", "air", SCHOOL)
    take_in(folder, "lamp-1", "lamp", SCHOOL)
    take_in(folder, "climat-1", "climate", LIBRARY)
    return folder


def take_in(
    folder: DataFolder, name: str, build: str, place: tuple[str, str], town: str = "gonesse"
) -> None:
    with closing(Registry(folder.registry)) as registry:
        slug, called = place
        registry.add(
            Device(town=town, device=name, build=build, place=slug, place_name=called, name=name)
        )


def two_towns(folder: DataFolder) -> None:
    with folder.settings.open("a", encoding="utf-8") as file:
        file.write('\n[[towns]]\nid = "hem"\nname = "Hem"\n')
    take_in(folder, "air-9", "air", ("salle", "Salle des fêtes"), "hem")


def open_ones(folder: DataFolder) -> list[Session]:
    with closing(Sessions(folder.workshops)) as sessions:
        return sessions.all()


def answer(folder: DataFolder, people: int) -> None:
    """Let so many phones answer the only open session."""
    (session,) = open_ones(folder)
    with closing(Sessions(folder.workshops)) as sessions:
        for _phone in range(people):
            token = new_token(session.secret, session.code)
            sessions.answer(session.code, token, {"understood": "good", "again": "not"})


def test_start_says_code_address_and_what_to_do_next(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    start(site, "m02", place="ecole-pasteur")
    said = capsys.readouterr().out
    (session,) = open_ones(site)
    assert f"Code: {session.code}" in said
    assert "http://fabnum.local:8080/a" in said
    assert f"/a/{session.code}/animer" in said
    assert "█" in said or "▄" in said, "a QR code"
    for command in ("fabnum up", "fabnum workshop ask", "fabnum workshop stop --people"):
        assert command in said


@pytest.mark.parametrize("said", ["ecole-pasteur", "École Pasteur", "école pasteur"])
def test_a_place_is_understood_as_people_say_it(site: DataFolder, said: str) -> None:
    start(site, "M02", place=said)
    (session,) = open_ones(site)
    assert (session.place, session.place_name) == SCHOOL


def test_the_objects_are_those_of_the_workshop_else_all_of_the_place_else_those_named(
    site: DataFolder,
) -> None:
    start(site, "M02", place="ecole-pasteur")
    start(site, "M02", place="mediatheque")
    start(site, "M02", place="Centre social", objects=["lamp-1", "climat-1", "lamp-1"])
    by_place = {session.place: session.objects for session in open_ones(site)}
    assert by_place == {
        "ecole-pasteur": ("air-1",),
        "mediatheque": ("climat-1",),
        "centre-social": ("lamp-1", "climat-1"),
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"workshop": "M99"},
        {"place": "Gymnase"},
        {"place": "", "objects": ["lamp-1"]},
        {"objects": ["lamp-7"]},
        {"town": "paris"},
    ],
    ids=str,
)
def test_what_cannot_be_opened_is_said_with_an_action(
    site: DataFolder, wrong: dict[str, object]
) -> None:
    values = {"workshop": "M02", "place": "ecole-pasteur", **wrong}
    with pytest.raises(FabnumError) as raised:
        start(site, str(values.pop("workshop")), **values)  # type: ignore[arg-type]
    assert raised.value.action
    assert open_ones(site) == []


def test_the_town_is_known_by_the_place_where_only_one_has_it(site: DataFolder) -> None:
    two_towns(site)
    start(site, "M02", place="Salle des fêtes")
    assert open_ones(site)[0].town == "hem"
    with pytest.raises(FabnumError, match="several towns"):
        start(site, "M02", place="Gymnase")


def test_the_one_open_workshop_needs_no_code_and_several_do(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FabnumError, match="No workshop is open"):
        ask(site)
    start(site, "M02", place="ecole-pasteur")
    ask(site)
    assert open_ones(site)[0].asked
    start(site, "M03", place="mediatheque")
    with pytest.raises(FabnumError, match="Several workshops are open"):
        stop(site, people=3)
    other = open_ones(site)[1].code
    stop(site, other.lower(), people=3)
    assert [session.code for session in open_ones(site)] != [other]
    with pytest.raises(FabnumError, match="No workshop with the code"):
        stop(site, other, people=3)


def test_the_answers_are_listed_in_steps_and_few_are_not(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    start(site, "M02", place="ecole-pasteur")
    ask(site)
    answer(site, 12)
    stop(site, people=14, learners=3)
    start(site, "M02", place="ecole-pasteur")
    ask(site)
    answer(site, 4)
    stop(site, people=20)
    capsys.readouterr()
    assert run(["workshop", "list", "--json", "--data", str(site.root)]) == 0
    few, enough = json.loads(capsys.readouterr().out)
    assert (enough["people"], enough["learners"]) == (14, 3)
    yes, no = {"good": 10, "so-so": 0, "not": 0}, {"good": 0, "so-so": 0, "not": 10}
    assert enough["answers"] == {"understood": yes, "again": no}
    hidden = {"good": None, "so-so": None, "not": None}
    assert few["answers"] == {"understood": hidden, "again": hidden}


def test_people_are_asked_for_at_a_terminal_and_else_counted_by_their_answers(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    start(site, "M02", place="ecole-pasteur")
    ask(site)
    answer(site, 6)
    stop(site, ask_number=lambda _question: 9)
    assert "People welcomed: 9." in capsys.readouterr().out
    start(site, "M02", place="ecole-pasteur")
    ask(site)
    answer(site, 6)
    assert run(["workshop", "stop", "--data", str(site.root)]) == 0
    said = capsys.readouterr().out
    assert "those who answered are counted" in said
    assert "People welcomed: 6." in said


def test_status_says_what_is_open_also_while_the_gateway_is_off(
    site: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    status(site)
    assert "No workshop is open." in capsys.readouterr().out
    start(site, "M02", place="ecole-pasteur")
    ask(site)
    answer(site, 2)
    capsys.readouterr()
    status(site)
    said = capsys.readouterr().out
    assert open_ones(site)[0].code in said
    assert "2 answers" in said
    assert "fabnum up" in said


def test_a_workshop_is_noted_on_the_day_it_was_held(site: DataFolder) -> None:
    before = dt.datetime.now().astimezone().date()
    start(site, "M02", place="ecole-pasteur")
    assert before <= open_ones(site)[0].day <= dt.datetime.now().astimezone().date()


def test_a_workshop_without_a_module_has_no_plan_and_is_held_all_the_same(
    site: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curriculum.reading.MODULES", site.root / "nothing")
    assert plan_of(site, "M02") == ()
    start(site, "M02", place="ecole-pasteur")
    assert open_ones(site)[0].plan == ()


def test_the_plan_is_that_of_the_module(site: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curriculum.reading.MODULES", site.root / "nothing")
    template = Path(__file__).parents[2] / "curriculum" / "template"
    own = site.modules / "00-mine"
    own.mkdir(parents=True)
    for file in template.glob("*.md"):
        text = file.read_text(encoding="utf-8").replace("id: M00", "id: M01")
        (own / file.name).write_text(text, encoding="utf-8")
    broken = site.modules / "00-broken"
    broken.mkdir()
    (broken / "fr.md").write_text("---\nid: [\n---\n", encoding="utf-8")
    steps = plan_of(site, "M01")
    assert [step.minutes for step in steps] == [10, 40, 10]
    assert (steps[0].title["fr"], steps[0].title["en"]) == ("Accueillir", "Welcome")
    assert steps[0].role["fr"]
