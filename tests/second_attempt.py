"""Tests of real processes that failed beside others get one more attempt, alone.

Boards, brokers and browsers share a small machine with two other tests: one of thousands may fail
for that alone. It needs mending, which is why it is named at the end, but it holds up nobody. A
test without processes has no such excuse, and neither have many tests at once.

This is also the pytest plugin that notes which tests failed.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MARKS = ("e2e", "servers", "browser", "slow")
"""What carries one of these may have a second attempt."""

MOST = 5
"""More failures than this are no accident."""

_NOTES = "FABNUM_TEST_FAILURES"
"""The variable that names the file of failures: the plugin runs in a process of pytest's own."""


def run(arguments: list[str], root: Path) -> tuple[int, list[str]]:
    """Run pytest in ``root``; return its exit code, and the tests that passed only when alone."""
    with TemporaryDirectory() as folder:
        notes = Path(folder) / "failures"
        notes.touch()
        code = _pytest(["-p", __name__, *arguments], root, {_NOTES: str(notes)})
        failed = list(dict.fromkeys(notes.read_text(encoding="utf-8").splitlines()))
    if code != pytest.ExitCode.TESTS_FAILED or not 0 < len(failed) <= MOST:
        return code, []
    if not _all_are_marked(failed, root):
        return code, []
    print("== once more, alone:", *failed, sep="\n   ", flush=True)
    code = _pytest(failed, root)
    return code, failed if code == pytest.ExitCode.OK else []


def _all_are_marked(tests: list[str], root: Path) -> bool:
    """Whether pytest finds none among them that has no such mark."""
    others = ["-m", f"not ({' or '.join(MARKS)})"]
    return _pytest(["--collect-only", "-q", *others, *tests], root) == (
        pytest.ExitCode.NO_TESTS_COLLECTED
    )


def _pytest(arguments: list[str], root: Path, environment: dict[str, str] | None = None) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=root,
        env={**os.environ, **(environment or {})},
        check=False,
    ).returncode


# --- the plugin


def pytest_configure(config: pytest.Config) -> None:
    """Take notes, but not in xdist's workers: who leads them hears of every failure."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Notes(Path(os.environ[_NOTES])))


class _Notes:
    def __init__(self, file: Path) -> None:
        self._file = file

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def _note(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        if report.failed:
            with self._file.open("a", encoding="utf-8") as file:
                print(report.nodeid, file=file)
