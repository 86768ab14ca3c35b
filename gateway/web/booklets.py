"""The modules as pages: ``/modules/``, as ``fabnum curriculum site`` put them into a folder."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.web import views
from gateway.web.site import Site
from kit import i18n
from kit.i18n import _

ADDRESS = "/modules"


class Booklets:
    """The addresses of the modules. The folder may come, go and be swapped while we serve it."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; there need not be one yet."""
        self._folder = folder
        self._files = StaticFiles(directory=folder, html=True, check_dir=False)

    def there(self) -> bool:
        """Whether there is something to read."""
        return (self._folder / "index.html").is_file()

    def routes(self) -> list[BaseRoute]:
        """Return the addresses."""
        return [
            Route(ADDRESS, self.begin),
            Route(f"{ADDRESS}/", self.begin),
            Mount(ADDRESS, self._files),
        ]

    async def begin(self, request: Request) -> Response:
        """Lead to the modules in the reader's language; say what to do where there are none."""
        site = request.app.state.site
        assert isinstance(site, Site)
        language = site.speech(request).language
        i18n.use(language)
        if (self._folder / language / "index.html").is_file():
            headers = {"Vary": "Accept-Language"}
            return RedirectResponse(f"{ADDRESS}/{language}/index.html", 307, headers)
        return views.message(
            request,
            404,
            _("The modules are not here yet"),
            _(
                "They are made soon after the gateway has started. Come back in a few minutes. If "
                "they stay away, somebody at the fablab can make them: “fabnum curriculum site”."
            ),
        )
