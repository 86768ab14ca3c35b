"""The page about open data: what there is, how to get it, what is left out and why."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.api.described import BASE, licence
from gateway.api.endpoints import ENDPOINTS, Format
from gateway.web.site import Site, page
from kit import i18n
from kit.i18n import _
from kit.settings import Town

EXAMPLE_TOWN = "gonesse"
_FORMS: dict[Format, str] = {"json": "JSON", "csv": "CSV", "senml": "SenML"}


async def open_data(request: Request) -> Response:
    """Explain open data to people, with examples that work on this very site."""
    site: Site = request.app.state.site
    i18n.use(site.speech(request).language)
    towns = [town for town in site.settings.towns if town.open_data]
    town = towns[0].id if towns else EXAMPLE_TOWN
    base = site.settings.pages_address + BASE
    return page(
        site,
        request,
        "open_data.html",
        towns=[(town, licence(town)) for town in towns],
        addresses=_addresses(),
        base=base,
        town=town,
        device=_example(site, towns),
    )


async def without_slash(_request: Request) -> Response:
    """Lead to the page."""
    return RedirectResponse("/api/", 308)


def _addresses() -> list[tuple[str, str, str]]:
    """Return each address with its forms and what it is for."""
    said = {
        "start": _("Where to begin: a list of the addresses."),
        "towns": _("The towns that publish their data."),
        "objects": _("The objects of a town, with their last values."),
        "object": _("One object, with its last values."),
        "readings": _("The readings of one object, page by page."),
        "export": _("All readings of a town in one table."),
        "builds": _("The kinds of objects, and what their values mean."),
    }
    return [
        (f"{BASE}{end.path}", ", ".join(_FORMS[form] for form in end.formats), said[end.name])
        for end in ENDPOINTS
    ]


def _example(site: Site, towns: list[Town]) -> str:
    """Return an object to show examples with."""
    site.live.refresh()
    things = (thing for town in towns for thing in site.live.objects(town.id))
    return next((t.key.device for t in things if t.build and t.build.channels), "air-101")
