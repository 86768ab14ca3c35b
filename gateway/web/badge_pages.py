"""The pages of badges: ``/badges/``. What each stands for, and whether one shown is valid."""

import datetime as dt
import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.badges.achievement import Definition, achievement
from gateway.badges.key import MAX_TOKEN
from gateway.badges.office import BadgeOffice, Examined, Verdict
from gateway.badges.picture import picture, token_in
from gateway.web.site import Site, page
from kit import i18n
from kit.i18n import _

MAX_FORM = 3 * MAX_TOKEN
"""A picture with a token in it, as a form sends it."""
JSON_LD = "application/ld+json"
TOKEN = "application/vc+jwt"  # noqa: S105 - a media type


class BadgePages:
    """The addresses of badges. ``definitions``: what badges there are, by module."""

    def __init__(self, office: BadgeOffice, definitions: Mapping[str, Definition]) -> None:
        self._office = office
        self._definitions = definitions

    def routes(self) -> list[Route]:
        """Return the addresses, those that others would also match first."""
        return [
            Route("/badges", _to_overview),
            Route("/badges/", self.overview),
            Route("/badges/verify", self.verify, methods=["POST"]),
            Route("/badges/status", self.status),
            Route("/badges/issuer", self.issuer),
            Route("/badges/{module}.svg", self.picture),
            Route("/badges/{module}/{version}", self.achievement),
            Route("/badges/{module}", self.badge),
        ]

    async def overview(self, request: Request) -> Response:
        """Show which badges there are, and the form that verifies one."""
        return self._page(request, None)

    async def badge(self, request: Request) -> Response:
        """Show what one badge stands for."""
        site: Site = request.app.state.site
        language = site.speech(request).language
        definition = self._definition(request)
        return page(
            site,
            request,
            "badge.html",
            badge=definition,
            name=definition.name[language],
            description=definition.description[language],
            criteria=definition.criteria[language],
        )

    async def achievement(self, request: Request) -> Response:
        """Hand out what one badge stands for, as the Achievement that badges name."""
        definition = self._definition(request)
        if request.path_params["version"] != definition.version:
            raise HTTPException(404)
        language = request.app.state.site.speech(request).language
        document = achievement(definition, self._office.issuer, language)
        return _json(document)

    async def issuer(self, _request: Request) -> Response:
        """Hand out who gives these badges."""
        return _json(self._office.issuer.profile())

    async def picture(self, request: Request) -> Response:
        """Hand out the picture of a badge."""
        definition = self._definition(request)
        language = request.app.state.site.speech(request).language
        return Response(picture(definition, language), media_type="image/svg+xml")

    async def status(self, _request: Request) -> Response:
        """Hand out the signed list of revoked badges."""
        return Response(self._office.status_token(dt.datetime.now(dt.UTC)), media_type=TOKEN)

    async def verify(self, request: Request) -> Response:
        """Say of a badge that somebody shows what is to be thought of it. Nothing of it is kept."""
        form = parse_qs((await _body(request)).decode("utf-8", "replace"))
        shown = form.get("badge", [""])[0]
        token = token_in(shown) or shown.strip()
        # This machine fetches nothing from where a stranger's text says: the list of another site
        # stays unread here.
        seen = self._office.examine(token, dt.datetime.now(dt.UTC), _nowhere)
        return self._page(request, seen)

    def _page(self, request: Request, seen: Examined | None) -> Response:
        site: Site = request.app.state.site
        language = site.speech(request).language
        i18n.use(language)
        return page(
            site,
            request,
            "badges.html",
            badges=[(d.module, d.name[language]) for d in self._definitions.values()],
            seen=seen,
            verdict=_verdict(seen.verdict) if seen else ("", ""),
        )

    def _definition(self, request: Request) -> Definition:
        found = self._definitions.get(request.path_params["module"].upper())
        if found is None:
            raise HTTPException(404)
        return found


def _verdict(verdict: Verdict) -> tuple[str, str]:
    """Return the state that its card has, and the sentence."""
    return {
        Verdict.VALID: ("good", _("This badge is valid.")),
        Verdict.CHANGED: ("act", _("This is no badge, or it was changed.")),
        Verdict.REVOKED: ("act", _("This badge was revoked by the site that gave it.")),
        Verdict.STATUS_UNKNOWN: (
            "watch",
            _("The signature is right. Ask the site that gave it whether it still holds."),
        ),
        Verdict.NOT_YET: ("watch", _("This badge is not valid yet: its day is still to come.")),
    }[verdict]


async def _to_overview(_request: Request) -> Response:
    return RedirectResponse("/badges/", 308)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise HTTPException(413)
    return body


def _json(document: Mapping[str, object]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), media_type=JSON_LD)


def _nowhere(address: str) -> str:
    raise OSError(address)
