"""Which tests get a second attempt, and what comes of it: on a small project of its own."""

from pathlib import Path

import pytest

from tests import run as suite
from tests import second_attempt

pytestmark = pytest.mark.slow  # pytest starts a dozen times

FAILS_ONCE = """
def test_{name}(request):
    runs = pathlib.Path("runs-of-{name}")
    runs.write_text(runs.read_text() + "+" if runs.exists() else "+")
    assert runs.read_text() == "++" and not hasattr(request.config, "workerinput")
"""


class Project:
    """A folder with one file of tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    servers\n    other\n")
        self._tests = "import pathlib, pytest\n"

    def add(self, source: str, mark: str = "") -> None:
        self._tests += f"@pytest.mark.{mark}{source}" if mark else source

    def fails_once(self, name: str, mark: str = "") -> None:
        self.add(FAILS_ONCE.format(name=name), mark)

    def run(self, *arguments: str) -> tuple[int, list[str]]:
        (self._folder / "test_all.py").write_text(self._tests)
        return second_attempt.run(["-q", *arguments], self._folder)

    def runs(self, name: str) -> int:
        return len((self._folder / f"runs-of-{name}").read_text())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTHONPATH", str(suite.ROOT))  # there the plugin is
    return Project(tmp_path)


def test_what_passes_alone_is_named_and_the_run_is_green(project: Project) -> None:
    project.fails_once("broker", "servers")
    project.add("\ndef test_other(): pathlib.Path('runs-of-other').open('a').write('+')\n")
    assert project.run("-n", "2") == (0, ["test_all.py::test_broker"])
    assert project.runs("broker") == 2
    assert project.runs("other") == 1


def test_what_fails_alone_too_stays_a_failure(project: Project) -> None:
    project.fails_once("broker", "servers")
    project.add("\ndef test_wrong(): assert 0\n", "servers")
    assert project.run() == (1, [])


@pytest.mark.parametrize("mark", ["", "other"])
def test_what_needs_no_process_has_one_attempt_and_so_has_what_failed_with_it(
    project: Project, mark: str
) -> None:
    project.fails_once("broker", "servers")
    project.fails_once("arithmetic", mark)
    assert project.run() == (1, [])
    assert project.runs("arithmetic") == project.runs("broker") == 1


def test_many_failures_are_no_accident(project: Project) -> None:
    for number in range(second_attempt.MOST + 1):
        project.fails_once(str(number), "servers")
    assert project.run() == (1, [])
    assert project.runs("0") == 1


def test_a_file_that_cannot_be_read_is_a_failure(project: Project) -> None:
    project.fails_once("broker", "servers")
    project.add("\nnonsense\n")
    code, named = project.run("-n", "1")
    assert code != 0
    assert not named


def test_the_run_tells_at_its_very_end_what_needs_looking_into(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "check", lambda *_: True)
    monkeypatch.setattr(second_attempt, "run", lambda *_: (0, ["test_all.py::test_broker"]))
    assert suite.main(["fast"]) == 0
    assert (
        capsys.readouterr()
        .out.splitlines()[-1]
        .startswith("passed only when run alone: test_all.py::test_broker")
    )
