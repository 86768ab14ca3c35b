"""The commands are those that the pages, the cards and the error messages name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from kit import cli
from kit.cli.app import app
from tests.kit.test_translations import ROOT, messages

PAGES = ("*.md", "docs/*.md", "provisioning/**/*.md", "device/**/*.md", "curriculum/**/*.md")
OF_THE_WRAPPER = {"test", "benchmark"}
_NAMED = re.compile(r"(?:^|[`“]|\./)fabnum ([a-z][a-z -]*)", re.MULTILINE)
"""At the beginning of a line, of a quotation, or of what stands as code."""


def named() -> Iterator[tuple[str, str]]:
    """Return where a command is named, and the words that follow `fabnum` there."""
    texts = {page: page.read_text(encoding="utf-8") for glob in PAGES for page in ROOT.glob(glob)}
    for page, text in texts.items():
        yield from ((str(page.relative_to(ROOT)), words) for words in _NAMED.findall(text))
    for message in messages():
        yield from ((message, words) for words in _NAMED.findall(message))


@pytest.fixture(autouse=True)
def all_commands_are_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["--help"])
    assert "fabnum" in capsys.readouterr().out


def every_command() -> Iterator[Any]:
    """Yield all commands, and those below them."""
    groups = [typer.main.get_command(app)]
    for group in groups:
        for command in group.commands.values():  # type: ignore[attr-defined]
            yield command
            groups += [command] if hasattr(command, "commands") else []


def options_of(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize(("where", "words"), sorted(set(named())))
def test_a_command_that_is_named_exists(where: str, words: str) -> None:
    name, *more = words.split()
    if name in OF_THE_WRAPPER:
        return
    command = typer.main.get_command(app).commands.get(name)  # type: ignore[attr-defined]
    assert command is not None, where
    if more and not more[0].startswith("--") and hasattr(command, "commands"):
        command = command.commands.get(more[0])
        assert command is not None, where
    assert {word for word in more if word.startswith("--")} <= options_of(command), where


def test_an_option_that_a_message_names_exists() -> None:
    everywhere = {option for command in every_command() for option in options_of(command)}
    named_anywhere = {o for text in messages() for o in re.findall(r"(?<!\w)--[a-z][a-z-]+", text)}
    assert named_anywhere
    assert named_anywhere <= everywhere | {"--help"}


def test_there_is_something_to_look_at() -> None:
    assert {"bench", "rescue", "try"} <= {words.split()[0] for _where, words in named()}
    assert Path(ROOT / "LISEZMOI.md").is_file()
