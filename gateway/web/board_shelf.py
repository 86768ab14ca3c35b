"""The boards of a site, drawn for pages and written for spreadsheets.

A board is asked for and drawn beside the event loop, one at a time, and kept for a minute for all
its readers: however many look at boards, readings come in as before.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from dashboards.board import Board
from gateway.boards.answers import Answers, Store
from gateway.boards.filled import FilledBoard, boards_of, fill
from gateway.boards.names import Names
from gateway.boards.series import Devices
from gateway.web import board_csv
from gateway.web.board_lines import Reader
from gateway.web.board_panels import shown
from gateway.web.site import fragment
from gateway.web.words import Words
from gateway.wording import Wording
from kit import i18n
from kit.catalogue import Build, load_build
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.settings import Settings
from kit.signals import SITE

KEPT_S = 60
KEPT_PAGES = 64
"""Boards, drawings of them and files, in each language."""

_Made = TypeVar("_Made")


class Registry(Devices, Protocol):
    """What is asked of the registry."""

    def wordings(self) -> Mapping[DeviceKey, Wording]:
        """Return the questions of the objects that ask one."""


class Link(NamedTuple):
    """A board in a list: where it is, what it is called and what it is for."""

    path: str
    title: str
    description: str


class Drawn(NamedTuple):
    """A board as it was a moment ago: its parts drawn as HTML."""

    board: Board
    html: str
    end: float


class Shelf:
    """The boards of a site, answered from its journal. Used from the event loop."""

    def __init__(
        self,
        settings: Settings,
        journal: Store,
        registry: Registry,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._answers = Answers(journal, registry)
        self._registry = registry
        self._clock = clock
        self._kept: OrderedDict[Hashable, asyncio.Task[Any]] = OrderedDict()
        self._at_work = asyncio.Semaphore(1)

    async def links(self, town: str) -> list[Link]:
        """Return the boards of a town, or of the site (``_site``)."""

        def read() -> list[Link]:
            prefix = "/b/" if town == SITE else f"/b/{town}/"
            boards = boards_of(town, self._builds(town))
            return [Link(prefix + board.id, board.title, board.description) for board in boards]

        return await self._once(("links", town), read)

    async def filled(self, town: str, board_id: str) -> FilledBoard | None:
        """Return a board with its answers; ``None`` if there is no such board."""

        def read() -> FilledBoard | None:
            found = (b for b in boards_of(town, self._builds(town)) if b.id == board_id)
            board = next(found, None)
            return fill(self._answers, town, board, self._clock()) if board else None

        return await self._once(("filled", town, board_id), read)

    async def drawn(
        self, town: str, board_id: str, link: Callable[..., str], style: str
    ) -> Drawn | None:
        """Return a board as HTML; ``style`` tells apart the kinds of addresses in it."""
        filled = await self.filled(town, board_id)
        if filled is None:
            return None

        def draw() -> Drawn:
            words = Words(self._settings.site.time_zone)
            reader = Reader(self._names(town), words, filled.end)
            rows = [
                (row.title, [shown(filled.panels[panel.id], reader) for panel in row.panels])
                for row in filled.board.rows
            ]
            prefix = "/b/" if town == SITE else f"/b/{town}/"
            html = fragment("_board.html", rows=rows, link=link, path=f"{prefix}{board_id}")
            return Drawn(filled.board, html, filled.end)

        return await self._once(("drawn", town, board_id, style), draw)

    async def sheet(self, town: str, board_id: str, panel_id: str) -> bytes | None:
        """Return a panel as CSV; ``None`` if there is none that has numbers."""
        filled = await self.filled(town, board_id)
        panel = filled.panels.get(panel_id) if filled else None
        if filled is None or panel is None or not panel.told:
            return None

        def write() -> bytes:
            words = Words(self._settings.site.time_zone)
            return board_csv.sheet(panel, self._names(town), words, filled.end)

        return await self._once(("sheet", town, board_id, panel_id), write)

    def _names(self, town: str) -> Names:
        """Return what the lines of a store are called, in the language in use."""
        towns = {known.id: known.name for known in self._settings.towns}
        return Names(town, self._answers.objects(), towns, self._registry.wordings())

    def _builds(self, town: str) -> list[Build]:
        """Return the builds of the objects of a town, sorted by id."""
        rows = self._registry.all()
        found = (_build(name) for name in sorted({row.build for row in rows if row.town == town}))
        return [build for build in found if build is not None]

    async def _once(self, what: tuple[str, ...], work: Callable[[], _Made]) -> _Made:
        """Do some work once for all who ask within the same minute, in the language in use."""
        key = (*what, i18n.current(), int(self._clock() // KEPT_S))
        task = self._kept.get(key)
        if task is None:
            task = self._kept[key] = asyncio.create_task(self._beside(work), name="board")
            task.add_done_callback(lambda done: self._forget_failed(key, done))
            if len(self._kept) > KEPT_PAGES:
                self._kept.popitem(last=False)
        made: _Made = await asyncio.shield(task)  # the others still wait for it if one has left
        return made

    async def _beside(self, work: Callable[[], _Made]) -> _Made:
        async with self._at_work:
            return await asyncio.to_thread(work)

    def _forget_failed(self, key: Hashable, done: asyncio.Task[Any]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._kept.pop(key, None)


def _build(name: str) -> Build | None:
    try:
        return load_build(name)
    except FabnumError:
        return None
