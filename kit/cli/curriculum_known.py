"""What modules need to know of the bench, the drills, the boards and the command line itself."""

from collections.abc import Callable, Mapping
from contextvars import copy_context
from functools import cache
from typing import TypeVar

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from curriculum.known import Card, Drill, Known, System
from dashboards.board import Board
from dashboards.boards import boards_of_site, boards_of_town
from gateway.drills import model as drills
from kit import catalogue, i18n
from kit.catalogue import Text
from kit.cli import program
from kit.i18n import DEFAULT_LANGUAGE, _
from provisioning import cards

_SYSTEMS: Mapping[System, str] = {"Linux": "linux", "macOS": "darwin", "Windows": "win32"}
"""The values of ``sys.platform``, by the name that people know."""
_HELP = {"--help", "-h"}

T = TypeVar("T")

_program = cache(lambda: typer.main.get_command(program()))
"""Returns the program with all its commands. Kept: typer takes a while to look at them all."""


def known() -> Known:
    """Return it all, in every language of the kit."""
    boards = _told(lambda: {board.id: board for board in _boards()})
    return Known(
        cards=_cards(),
        drills=_drills(),
        boards={board: _text(each, lambda one: one.title) for board, each in boards.items()},
        complaint=complaint,
    )


def complaint(words: list[str]) -> str | None:
    """Say what is wrong with a command line, without running it; ``None`` if nothing is."""
    if words[:1] != ["fabnum"]:
        return _("It does not begin with “fabnum”.")
    command, path, rest = _program(), ["fabnum"], words[1:]
    while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return _("“{command}” has no command “{name}”.", command=" ".join(path), name=rest[0])
        command, path, rest = command.commands[rest[0]], [*path, rest[0]], rest[1:]
    if _HELP & set(rest) or (isinstance(command, TyperGroup) and not rest):
        return None  # it prints help, or a list
    try:
        command.make_context(" ".join(path), rest)
    except TyperException as error:
        return error.format_message().splitlines()[0]
    return None


def _cards() -> dict[str, Card]:
    told = _told(lambda: {card.code: card for card in cards.catalogue()})
    return {
        code: Card(
            code,
            title=_text(each, lambda card: card.title),
            cause=_text(each, lambda card: card.cause),
            action=_text(each, lambda card: card.action),
            actions=_actions(each),
        )
        for code, each in told.items()
    }


def _actions(card: Mapping[str, cards.Card]) -> dict[System, Text]:
    if not card[DEFAULT_LANGUAGE].actions:
        return {}
    return {
        system: Text({language: one.action_on(platform) for language, one in card.items()})
        for system, platform in _SYSTEMS.items()
    }


def _drills() -> dict[str, Drill]:
    told = _told(lambda: {str(kind): drills.drill(kind) for kind in drills.Kind})
    return {
        kind: Drill(
            kind,
            name=_text(each, lambda drill: drill.name),
            cause=_text(each, lambda drill: drill.cause),
            undo=_text(each, lambda drill: drill.undo),
            lesson=_text(each, lambda drill: drill.lesson),
        )
        for kind, each in told.items()
    }


def _boards() -> list[Board]:
    builds = [catalogue.load_build(build) for build in catalogue.builds()]
    return [*boards_of_town(builds), *boards_of_site()]


def _told(make: Callable[[], Mapping[str, T]]) -> dict[str, dict[str, T]]:
    """Return what ``make`` gives in each language: by its key, then by language."""

    def in_language(language: str) -> Mapping[str, T]:
        i18n.use(language)
        return make()

    # In a context of its own, so that the language in use stays what it is.
    made = {language: copy_context().run(in_language, language) for language in i18n.languages()}
    return {
        key: {language: each[key] for language, each in made.items()}
        for key in made[DEFAULT_LANGUAGE]
    }


def _text(each: Mapping[str, T], words: Callable[[T], str]) -> Text:
    return Text({language: words(one) for language, one in each.items()})
