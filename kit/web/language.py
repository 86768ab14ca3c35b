"""In which language a page is written, and where it stands in the others."""

from collections.abc import Collection, Sequence
from urllib.parse import urlencode

from starlette.requests import Request

OWN_NAMES = {"fr": "Français", "en": "English"}


class Speech:
    """The language of one request: asked for by ``lang``, else ``otherwise``.

    ``keeps`` names the parameters that the same page has in another language too.
    """

    def __init__(
        self,
        request: Request,
        offered: Sequence[str],
        otherwise: str,
        keeps: Collection[str] = (),
    ) -> None:
        self.offered = list(offered)
        asked = request.query_params.get("lang", "")
        self.explicit = asked if asked in self.offered else ""
        self.language = self.explicit or otherwise
        self._request = request
        self._keeps = keeps

    def link(self, path: str, **parameters: object) -> str:
        """Return the address of another page, in the same language if it was asked for."""
        if self.explicit:
            parameters = {**parameters, "lang": self.explicit}
        return f"{path}?{urlencode(parameters)}" if parameters else path

    def others(self) -> list[tuple[str, str, str]]:
        """Return the other languages: code, its own name, this page's address in it."""
        kept = {k: v for k, v in self._request.query_params.items() if k in self._keeps}
        path = self._request.url.path
        return [
            (code, OWN_NAMES.get(code, code), f"{path}?{urlencode({**kept, 'lang': code})}")
            for code in self.offered
            if code != self.language
        ]


def preferred(accepted: str, offered: Sequence[str]) -> str:
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
