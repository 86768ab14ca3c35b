"""The pages of badges: ``/badges/``. What each stands for, and whether one shown is valid."""

import asyncio
import datetime as dt
import json
import math
from collections.abc import Mapping
from urllib.parse import parse_qs

from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.badges.achievement import Definition, achievement
from gateway.badges.key import MAX_TOKEN
from gateway.badges.office import BadgeOffice, Examined, Verdict
from gateway.badges.picture import picture, token_in
from gateway.badges.status_list import FRESH_FOR
from gateway.web.forms import client_of
from gateway.web.limits import TokenBuckets
from gateway.web.site import Site, page
from kit import i18n
from kit.i18n import _

MAX_FORM = 3 * MAX_TOKEN
"""A picture with a token in it, as a form sends it."""
MAX_FIELDS = 10
VERIFIED, VERIFY_EVERY_S = 30, 1.0
"""Badges of one address: a whole school behind it, but no machine that asks without end."""
JSON_LD = "application/ld+json"
TOKEN = "application/vc+jwt"  # noqa: S105 - a media type


class BadgePages:
    """The addresses of badges. ``definitions``: what badges there are, by module."""

    def __init__(self, office: BadgeOffice, definitions: Mapping[str, Definition]) -> None:
        self._office = office
        self._definitions = definitions
        self._pace = TokenBuckets(VERIFIED, VERIFY_EVERY_S)

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
        language = _language(request)
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
        language = _language(request)
        document = achievement(definition, self._office.issuer, language)
        return _json(document, **_in(language))

    async def issuer(self, _request: Request) -> Response:
        """Hand out who gives these badges."""
        return _json(self._office.issuer.profile())

    async def picture(self, request: Request) -> Response:
        """Hand out the picture of a badge."""
        definition = self._definition(request)
        language = _language(request)
        drawn = picture(definition, language)
        return Response(drawn, media_type="image/svg+xml", headers=_in(language))

    async def status(self, _request: Request) -> Response:
        """Hand out the signed list of revoked badges."""
        # In a thread of its own: another process may be writing into the file.
        listed = await asyncio.to_thread(self._office.status_token, dt.datetime.now(dt.UTC))
        fresh = {"Cache-Control": f"public, max-age={FRESH_FOR.seconds}"}
        return Response(listed, media_type=TOKEN, headers=fresh)

    async def verify(self, request: Request) -> Response:
        """Say of a badge that somebody shows what is to be thought of it. Nothing of it is kept.

        It is not asked whether the form is ours: nobody is logged in and nothing is changed, so
        another page that sends it gains nothing.
        """
        wait_s = self._pace.take(client_of(request))
        if wait_s:
            raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait_s))})
        shown = await _shown(request)
        token = token_in(shown) or shown.strip()
        # This machine fetches nothing from where a stranger's text says: the list of another site
        # stays unread here.
        seen = await asyncio.to_thread(
            self._office.examine, token, dt.datetime.now(dt.UTC), _nowhere
        )
        return self._page(request, seen)

    def _page(self, request: Request, seen: Examined | None) -> Response:
        site: Site = request.app.state.site
        language = _language(request)
        i18n.use(language)
        return page(
            site,
            request,
            "badges.html",
            badges=[(d.module, d.name[language]) for d in self._definitions.values()],
            seen=seen,
            verdict=_verdict(seen.verdict) if seen else ("", ""),
            day=_in_words(seen.day, language) if seen and seen.day else "",
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
        Verdict.EXPIRED: ("watch", _("This badge is no longer valid: its time is over.")),
        Verdict.UNKNOWN_SIGNER: (
            "watch",
            _("This badge is signed in a way that this page cannot verify. Ask who gave it."),
        ),
    }[verdict]


def _in_words(day: str, language: str) -> str:
    return format_date(dt.date.fromisoformat(day), "long", language)


async def _to_overview(_request: Request) -> Response:
    return RedirectResponse("/badges/", 308)


async def _shown(request: Request) -> str:
    """Return the badge that a form holds. Raises HTTPException 413 if it holds too much."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise HTTPException(413)
    try:
        form = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS)
    except ValueError:
        raise HTTPException(413) from None
    return form.get("badge", [""])[0]


def _language(request: Request) -> str:
    site: Site = request.app.state.site
    return site.speech(request).language


def _in(language: str) -> dict[str, str]:
    """Return what an answer says of its language."""
    return {"Vary": "Accept-Language", "Content-Language": language}


def _json(document: Mapping[str, object], **headers: str) -> Response:
    written = json.dumps(document, ensure_ascii=False)
    return Response(written, media_type=JSON_LD, headers=headers)


def _nowhere(address: str) -> str:
    raise OSError(address)
