"""What all pages share: the parts of the gateway they show, and how a page is rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gateway.commands import Commander
from gateway.live import Live
from gateway.passport import Passports
from gateway.web.assets import Assets
from gateway.web.cards import Summary
from gateway.web.events import Streams
from gateway.web.history import History
from gateway.web.limits import TokenBuckets
from gateway.web.words import Words
from kit import i18n
from kit.settings import Settings


@dataclass(frozen=True)
class Site:
    """The parts that pages are made of; one for the life of the service."""

    settings: Settings
    live: Live
    history: History
    commander: Commander
    passports: Passports | None = None
    assets: Assets = field(default_factory=Assets)
    streams: Streams = field(default_factory=Streams)
    # A lamp in a workshop: a handful of tries at once, then one every two seconds for each object.
    # A client may be a whole school behind one address, hence its larger share.
    per_object: TokenBuckets = field(default_factory=lambda: TokenBuckets(5, 2.0))
    per_client: TokenBuckets = field(default_factory=lambda: TokenBuckets(30, 1.0))

    summaries: dict[tuple[str, str], tuple[float, Summary]] = field(default_factory=dict)

    def words(self) -> Words:
        """Return how to write for the language in use."""
        return Words(self.settings.site.time_zone)


class Speech:
    """The language of one request: asked for by ``lang``, else by the browser, else the first."""

    def __init__(self, site: Site, request: Request) -> None:
        self.offered: list[str] = list(site.settings.site.languages)
        asked = request.query_params.get("lang", "")
        self.explicit = asked if asked in self.offered else ""
        accepted = request.headers.get("accept-language", "")
        self.language = self.explicit or preferred(accepted, self.offered)
        self._request = request

    def link(self, path: str, **parameters: object) -> str:
        """Return the address of another page, in the same language if it was asked for."""
        if self.explicit:
            parameters = {**parameters, "lang": self.explicit}
        return f"{path}?{urlencode(parameters)}" if parameters else path

    def others(self) -> list[tuple[str, str, str]]:
        """Return the other languages: code, its own name, this page's address in it."""
        own_names = {"fr": "Français", "en": "English"}
        kept = {k: v for k, v in self._request.query_params.items() if k == "page"}
        path = self._request.url.path
        return [
            (code, own_names.get(code, code), f"{path}?{urlencode({**kept, 'lang': code})}")
            for code in self.offered
            if code != self.language
        ]


def preferred(accepted: str, offered: list[str]) -> str:
    """Return the offered language that an Accept-Language header prefers (RFC 9110, 12.5.4)."""
    wishes: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        name, _semicolon, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if 0 < weight <= 1:
            wishes.append((weight, name.strip().lower().split("-")[0]))
    wishes.sort(key=lambda wish: -wish[0])
    return next((name for _weight, name in wishes if name in offered), offered[0])


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(_=i18n.gettext, ngettext=i18n.ngettext)


def fragment(template: str, **values: Any) -> str:
    """Render a part of a page."""
    return _templates.get_template(template).render(values).strip()


def page(
    site: Site,
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render a whole page in the language of the request."""
    speech = Speech(site, request)
    i18n.use(speech.language)
    text = fragment(
        template,
        site_name=site.settings.site.name,
        language=speech.language,
        languages=speech.others(),
        link=speech.link,
        asset=site.assets.url,
        path=request.url.path,
        **values,
    )
    return HTMLResponse(
        text,
        status,
        {"Vary": "Accept-Language", "Content-Language": speech.language, **(headers or {})},
    )
