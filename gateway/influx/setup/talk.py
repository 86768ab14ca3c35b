"""JSON over HTTP with an InfluxDB server, for those who administer it."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
import urllib3

from gateway.influx import v1
from gateway.influx.server import own_words, silent
from kit.errors import FabnumError
from kit.i18n import _


class Answer(NamedTuple):
    """Status, the JSON in the body (``None`` if it is none), what the server complains of.

    ``build``: which kind of InfluxDB 3 it is, as its header says.
    """

    status: int
    json: Any
    words: str
    build: str = ""


class Talk:
    """Requests to one server, with one secret."""

    def __init__(self, url: str, secret: str = "") -> None:
        self.url = url
        self._headers = {"Accept": "application/json", **v1.authorization(secret)}
        self._pool = v1.pool()

    def get(self, path: str, **query: str) -> Answer:
        """Fetch something."""
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def send(self, method: str, path: str, body: object = None) -> Answer:
        """Send a JSON body, or none. Raises UnavailableError if nobody answers."""
        headers = {**self._headers, "Content-Type": "application/json"}
        data = None if body is None else msgspec.json.encode(body)
        return self._answer(method, path, data, headers)

    def form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self._answer("POST", path, urlencode(fields).encode(), headers)

    def close(self) -> None:
        """Let go of the connection."""
        self._pool.clear()

    def wrong(self, answer: Answer) -> FabnumError:
        """Return what an answer means that is not what was asked for."""
        if answer.status == 401:
            return FabnumError(
                _("InfluxDB at {url} does not know the administrator.", url=self.url),
                _("Put the right account or token in secrets/influx-admin, then try again."),
            )
        if answer.status == 403:
            return FabnumError(
                _(
                    "InfluxDB at {url} does not let secrets/influx-admin do this: {words}.",
                    url=self.url,
                    words=answer.words or _("no reason given"),
                ),
                _("Use an account or token that may do everything, then try again."),
            )
        return FabnumError(
            _(
                "InfluxDB at {url} refuses (status {status}): {words}.",
                url=self.url,
                status=answer.status,
                words=answer.words or _("no reason given"),
            ),
            _("Look for the error in docs/influxdb.md; then run the same command again."),
        )

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        try:
            answer = self._pool.request(method, self.url + path, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise silent(self.url) from error
        try:
            decoded = msgspec.json.decode(answer.data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            decoded = None
        return Answer(
            answer.status,
            decoded,
            own_words(answer.data) or "",
            answer.headers.get("X-Influxdb-Build", ""),
        )
