"""What all pages share: the parts of the gateway they show, and how a page is rendered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gateway.commands import Commander
from gateway.day import Day
from gateway.live import Live
from gateway.passport import Passports
from gateway.web.cards import Summary
from gateway.web.events import Streams
from gateway.web.history import History
from gateway.web.limits import TokenBuckets
from gateway.web.words import Words
from kit import i18n
from kit.settings import Settings
from kit.web.assets import Assets
from kit.web.language import Speech, preferred

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Site:
    """The parts that pages are made of; one for the life of the service."""

    settings: Settings
    live: Live
    history: History
    commander: Commander
    passports: Passports | None = None
    has_boards: bool = False
    has_badges: bool = False
    day: Day | None = None
    has_booklets: Callable[[], bool] = lambda: False
    assets: Assets = field(default_factory=lambda: Assets(_HERE / "static"))
    streams: Streams = field(default_factory=Streams)
    # A lamp in a workshop: a handful of tries at once, then one every two seconds for each object.
    # A client may be a whole school behind one address, hence its larger share.
    per_object: TokenBuckets = field(default_factory=lambda: TokenBuckets(5, 2.0))
    per_client: TokenBuckets = field(default_factory=lambda: TokenBuckets(30, 1.0))

    summaries: dict[tuple[str, str], tuple[float, Summary]] = field(default_factory=dict)

    def words(self) -> Words:
        """Return how to write for the language in use."""
        return Words(self.settings.site.time_zone)

    def speech(self, request: Request) -> Speech:
        """Return in which language to answer: asked for, else the browser's, else the first."""
        offered = self.settings.site.languages
        accepted = request.headers.get("accept-language", "")
        return Speech(request, offered, preferred(accepted, offered), keeps=("page",))


_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
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
    speech = site.speech(request)
    i18n.use(speech.language)
    text = fragment(
        template,
        site_name=site.settings.site.name,
        language=speech.language,
        languages=speech.others(),
        link=speech.link,
        asset=site.assets.url,
        path=request.url.path,
        has_open_data=any(town.open_data for town in site.settings.towns),
        has_boards=site.has_boards,
        has_badges=site.has_badges,
        has_booklets=site.has_booklets(),
        **values,
    )
    return HTMLResponse(
        text,
        status,
        {"Vary": "Accept-Language", "Content-Language": speech.language, **(headers or {})},
    )
