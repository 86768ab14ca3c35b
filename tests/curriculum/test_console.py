"""What modules quote of a terminal is what a learner sees there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.curriculum.quoted import ANYTHING, Terminal, matches, matches_in_any_order, terminals
from tests.curriculum.sayings import Sayings

ROOT = Path(__file__).parents[2]
FABNUM = Path(sys.executable).with_name("fabnum")
PATIENCE_S = 240
TERMINALS = terminals()


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("terminal", [t for t in TERMINALS if t.runs], ids=str)
def test_a_quoted_command_prints_what_is_quoted(terminal: Terminal, tmp_path: Path) -> None:
    for typed in terminal.typed:
        done = subprocess.run(
            [FABNUM, *typed.words[1:]],
            cwd=ROOT,
            env={
                **os.environ,
                "FABNUM_LANG": typed.language,
                "FABNUM_DATA": str(tmp_path),
                "COLUMNS": "100",
                "NO_COLOR": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        quoted = "\n".join(typed.seen)
        fits = matches_in_any_order if terminal.in_any_order else matches
        assert fits(typed.seen, done.stdout), (
            f"quoted:\n{quoted}\n\nprinted (code {done.returncode}):\n{done.stdout}"
        )


@pytest.mark.parametrize("terminal", [t for t in TERMINALS if not t.runs], ids=str)
def test_what_is_quoted_of_a_board_is_something_the_kit_says(terminal: Terminal) -> None:
    for typed in terminal.typed:
        sayings = Sayings.of(typed.language)
        for line in typed.seen:
            assert line in ("", ANYTHING) or sayings.may_say(line), (
                f"neither the kit nor a board says: {line}"
            )


@pytest.mark.parametrize(
    ("seen", "printed", "fits"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a", "b"), "a\nc\n", False),
        (("a",), "a\nb\n", False),
        (("a", ANYTHING), "a\nb\nc\n", True),
        (("a", ANYTHING, "d"), "a\nd\n", True),
        (("co2 = … ppm",), "co2 = 812 ppm\n", True),
        (("co2 = … ppm",), "co2 = 812\nppm\n", False),
        ((), "", True),
    ],
)
def test_dots_stand_for_anything(seen: tuple[str, ...], printed: str, fits: bool) -> None:
    assert matches(seen, printed) is fits


def test_lines_in_any_order_are_all_there_and_no_others() -> None:
    assert matches_in_any_order(("a = …", "b"), "b\na = 1\n")
    assert not matches_in_any_order(("a = …", "b"), "b\n")
    assert not matches_in_any_order(("a = …", "b"), "b\na = 1\nc\n")


def test_a_sentence_that_nobody_says_is_noticed() -> None:
    sayings = Sayings.of("fr")
    assert sayings.may_say("1 carte sur 1 est prête.")
    assert not sayings.may_say("La carte est très contente.")
