"""The boards as pages: ``/b/`` and below. Those of a town are open, those of the site are not."""

from collections.abc import Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.web import board_csv
from gateway.web.board_alerts import Alert
from gateway.web.board_shelf import Shelf
from gateway.web.door import PRIVATE, Door
from gateway.web.site import Site, page
from gateway.web.words import Words
from kit import i18n
from kit.signals import SITE

FLEET = "fleet"
"""The board on which the alerts stand, too."""


class BoardPages:
    """The addresses of the boards. ``own_password`` opens those of the site; none, nothing does."""

    def __init__(
        self, shelf: Shelf, own_password: str, firing: Callable[[], Sequence[Alert]] = list
    ) -> None:
        """Take what the pages show; ``firing`` says which alerts fire now."""
        self._shelf = shelf
        self._firing = firing
        self._door = Door(own_password)

    def routes(self) -> list[Route]:
        """Return the addresses, those that others would also match first."""
        return [
            Route("/b", to_overview),
            Route("/b/", self.overview),
            Route("/b/{town}/{board}/{panel}.csv", self.sheet),
            Route("/b/{board}/{panel}.csv", self.sheet),
            Route("/b/{town}/{board}", self.board),
            Route("/b/{board}", self.board),
        ]

    async def overview(self, request: Request) -> Response:
        """Show which boards there are."""
        site = _site(request)
        i18n.use(site.speech(request).language)
        towns = [(town, await self._shelf.links(town.id)) for town in site.settings.towns]
        own = await self._shelf.links(SITE)
        return page(site, request, "boards.html", towns=towns, own=own)

    async def board(self, request: Request) -> Response:
        """Show one board."""
        site = _site(request)
        speech = site.speech(request)
        i18n.use(speech.language)
        town = self._town(request)
        board_id = request.path_params["board"]
        drawn = await self._shelf.drawn(town, board_id, speech.link, speech.explicit)
        if drawn is None:
            raise HTTPException(404)
        words = site.words()
        known = site.settings.town(town)
        return page(
            site,
            request,
            "board.html",
            headers=PRIVATE if town == SITE else {},
            board=drawn.board,
            panels=drawn.html,
            town=known,
            others=await self._shelf.links(town),
            updated=words.moment(drawn.end),
            alerts=self._alerts(words, drawn.end) if board_id == FLEET and town == SITE else None,
            towns=len(site.settings.towns),
        )

    async def sheet(self, request: Request) -> Response:
        """Hand out one panel as a CSV file."""
        site = _site(request)
        i18n.use(site.speech(request).language)
        town = self._town(request)
        board_id, panel_id = request.path_params["board"], request.path_params["panel"]
        content = await self._shelf.sheet(town, board_id, panel_id)
        if content is None:
            raise HTTPException(404)
        name = "-".join(part for part in (town.strip("_"), board_id, panel_id) if part)
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        if town == SITE:
            headers |= PRIVATE
        return Response(content, headers=headers, media_type=board_csv.MEDIA_TYPE)

    def _alerts(self, words: Words, now: float) -> list[tuple[Alert, str]]:
        """Return which alerts fire now, and since when each does, in words."""
        return [(alert, words.since(alert.since, now)) for alert in self._firing()]

    def _town(self, request: Request) -> str:
        """Return whose board is asked for. Raises HTTPException where nobody's, or not allowed."""
        town = request.path_params.get("town")
        if town is None:
            self._door.admit(request)
            return SITE
        if _site(request).settings.town(town) is None:
            raise HTTPException(404)
        return str(town)


async def to_overview(request: Request) -> Response:
    """Lead to the overview."""
    return RedirectResponse(_site(request).speech(request).link("/b/"), 308)


def _site(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site
