"""`fabnum selftest`: one board at the cable, somebody or nobody before the terminal."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from kit.cli.exits import EXPECTED_FAILURE
from kit.cli.person import Nobody, TerminalPerson
from kit.cli.selftest import run_selftest
from kit.errors import FabnumError
from provisioning.bench.model import Job, Kind, Question
from provisioning.ports import VirtualPorts
from tests.device.brokers import Mosquitto
from tests.provisioning.tested_board import TestedBoard, installed

JOB = Job(port="/dev/ttyUSB0", name="ttyUSB0", build="lamp")
COLOURS = Question(Kind.YES_NO, "Does it light up?", "colours")
PRESS = Question(Kind.DO, "Press the button.", "button", 30)


class Screen:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def pause(self) -> None:
        self.calls.append("pause")

    def go_on(self) -> None:
        self.calls.append("go on")


def person(monkeypatch: pytest.MonkeyPatch, typed: str) -> tuple[TerminalPerson, io.StringIO]:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    shown = io.StringIO()
    return TerminalPerson(Console(file=shown, width=80)), shown


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("o\n", True),
        ("Oui\n", True),
        ("yes\n", True),
        ("n\n", False),
        ("Non\n", False),
        ("\n", None),
        ("?\n", None),
        ("", None),
        ("peut-être\nn\n", False),
    ],
)
async def test_a_question_is_answered_by_a_letter(
    monkeypatch: pytest.MonkeyPatch, typed: str, answer: bool | None
) -> None:
    somebody, shown = person(monkeypatch, typed)
    assert await somebody.answer(JOB, COLOURS) is answer
    assert "Does it light up?" in shown.getvalue()
    assert "ttyUSB0" in shown.getvalue()


async def test_what_is_to_be_done_is_shown_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    somebody, shown = person(monkeypatch, "")
    assert await somebody.answer(JOB, PRESS)
    assert "Press the button." in shown.getvalue()


async def test_the_screen_leaves_the_terminal_to_a_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("o\n"))
    screen = Screen()
    await TerminalPerson(Console(file=io.StringIO()), screen).answer(JOB, COLOURS)
    assert screen.calls == ["pause", "go on"]


async def test_nobody_neither_answers_nor_does() -> None:
    assert await Nobody().answer(JOB, COLOURS) is None
    assert await Nobody().answer(JOB, PRESS) is False


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestedBoard]:
    folder = tmp_path_factory.mktemp("selftest")
    broker = Mosquitto(folder, tls=True)
    try:
        broker.start()
        with installed(folder / "bench", "lamp", broker) as board:
            yield board
    except FabnumError as error:
        pytest.skip(error.cause)
    finally:
        broker.kill()


@pytest.mark.e2e
@pytest.mark.servers
@pytest.mark.slow
def test_the_command_tests_the_only_board_and_says_what_failed(
    lamp: TestedBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    lamp.virtual.control(wifi=False)
    folder = Path(lamp.virtual.port).parent.parent
    assert run_selftest(as_json=True, yes=True, source=VirtualPorts(folder)) == EXPECTED_FAILURE
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert {test["id"]: test["passed"] for test in result["tests"]}["wifi"] is False
    assert "✗" in said.err
    assert "2,4\u00a0GHz" in said.err or "2.4 GHz" in said.err  # what to do next
