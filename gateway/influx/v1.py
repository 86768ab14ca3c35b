"""InfluxDB's first API: ``/write`` and ``/query`` (1.0 to 1.8, and what speaks like them)."""

import base64
import zlib
from urllib.parse import urlencode

import urllib3

from gateway.influx import server

CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 30.0
"""Longer than the 10 s after which the server itself gives a write up."""
GZIP_LEVEL = 1
"""Lines repeat themselves: level 1 already leaves a tenth, at a quarter of level 9's cost."""
_GZIP_FORMAT = 31  # zlib: the largest window, with a gzip header


def compress(lines: bytes) -> bytes:
    """Return ``lines`` as gzip."""
    return zlib.compress(lines, GZIP_LEVEL, wbits=_GZIP_FORMAT)


def pool() -> urllib3.PoolManager:
    """Return connections that are kept alive; whether to try again is decided elsewhere."""
    return urllib3.PoolManager(
        num_pools=1,
        maxsize=1,
        retries=False,
        timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=ANSWER_TIMEOUT_S),
    )


def authorization(token: str) -> dict[str, str]:
    """Return the header for a token, or for ``user:password`` as InfluxDB 1 has it."""
    if not token:
        return {}
    if ":" in token:
        return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}
    return {"Authorization": "Token " + token}


class Version1:
    """Writes through ``/write``. ``token`` is ``user:password``, or empty without accounts."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = authorization(token)
        self._pool = pool()

    def write(self, database: str, lines: bytes) -> None:
        """Store ``lines``; see :class:`gateway.influx.server.Server`."""
        query = urlencode({"db": database, "precision": "u"})
        headers = {**self._headers, "Content-Encoding": "gzip", "Content-Type": "text/plain"}
        answer = self._post(f"/write?{query}", compress(lines), headers)
        server.raise_for(self._url, database, answer.status, answer.headers, answer.data)

    def create(self, database: str) -> None:
        """Run ``CREATE DATABASE``, which does nothing if it exists."""
        name = database.replace("\\", "\\\\").replace('"', '\\"')
        statement = urlencode({"q": f'CREATE DATABASE "{name}"'}).encode()
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._post("/query", statement, headers)
        words = server.own_words(answer.data)
        if answer.status != 200 or words:
            raise server.not_created(self._url, database, words)

    def close(self) -> None:
        """Let go of the connection."""
        self._pool.clear()

    def _post(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> urllib3.response.BaseHTTPResponse:
        try:
            return self._pool.request("POST", self._url + path, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise server.silent(self._url) from error
