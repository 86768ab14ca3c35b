"""All boards there are, for the rules that hold for each of them."""

from collections.abc import Iterator

from dashboards.board import Board, Panel, Series
from dashboards.boards import boards_of_site, boards_of_town
from kit import i18n
from kit.catalogue import Build, builds, load_build


def all_builds() -> list[Build]:
    return [load_build(name) for name in builds()]


def town_boards(language: str = "en") -> list[Board]:
    with spoken(language):
        return boards_of_town(all_builds())


def site_boards(language: str = "en") -> list[Board]:
    with spoken(language):
        return boards_of_site()


def all_boards(language: str = "en") -> list[Board]:
    return [*town_boards(language), *site_boards(language)]


def board(board_id: str, language: str = "en") -> Board:
    return next(one for one in all_boards(language) if one.id == board_id)


def panels_of(boards: list[Board]) -> Iterator[tuple[Board, Panel]]:
    yield from ((board, panel) for board in boards for panel in board.panels)


def asked_on(boards: list[Board]) -> Iterator[tuple[Board, Panel, Series]]:
    for board_, panel in panels_of(boards):
        yield from ((board_, panel, series) for series in panel.series)


class spoken:  # noqa: N801 - reads as a word
    """``with spoken("fr"):`` texts are made in French."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __enter__(self) -> None:
        self._before = i18n.current()
        i18n.use(self._language)

    def __exit__(self, *_error: object) -> None:
        i18n.use(self._before)
