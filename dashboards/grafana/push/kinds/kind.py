"""What every kind of thing can do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

from dashboards.grafana.dashboard import TAG
from dashboards.grafana.push.http import Grafana, Json, Method

MINE = TAG
"""How the identifiers of all that the kit makes begin, and the tag of its boards."""


class Organisation(NamedTuple):
    """One organisation of a Grafana: every request through it is about that one alone."""

    grafana: Grafana
    number: int

    def find(self, path: str) -> Json | None:
        """Return the object at ``path``, or ``None``."""
        found = self.grafana.find(path, self.number)
        return found if isinstance(found, dict) else None

    def all(self, path: str) -> list[Json]:
        """Return the objects listed at ``path``; none if there is no such list."""
        found = self.grafana.find(path, self.number)
        return [item for item in found if isinstance(item, dict)] if found else []

    def send(
        self,
        method: Method,
        path: str,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Send one change and return the answer."""
        answer = self.grafana.send(method, path, body, self.number, headers)
        return answer if isinstance(answer, dict) else {}


class Kind(ABC):
    """One kind of thing. ``key`` identifies one of them within the organisation."""

    @abstractmethod
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Return, by key, what is there of what is wanted, and what else the kit once made."""

    @abstractmethod
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Return both in the form in which they are compared: no version, nothing Grafana adds."""

    @abstractmethod
    def title(self, key: str, body: Json) -> str:
        """Say what it is, in the language in use, such as: board “Our objects”."""

    @abstractmethod
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Make it, or bring what was found there to what is wanted. Raises ConflictError."""

    def remove(self, place: Organisation, key: str, found: Json) -> None:
        """Remove what the kit once made and no longer wants.

        A kind that reads only what is wanted never comes to this.
        """
        raise NotImplementedError


def only(body: Json, *fields: str) -> Json:
    """Return these fields of ``body``, as far as it has them."""
    return {field: body[field] for field in fields if field in body}
