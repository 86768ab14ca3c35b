"""Reading through ``/query``, InfluxQL's own way in, which InfluxDB 1, 2 and 3 all have.

Sources: "InfluxDB API reference", InfluxDB 1.x documentation; "/query 1.x compatibility API",
InfluxDB 2.x; "Use the InfluxDB v1 HTTP query API", InfluxDB 3.
"""

from urllib.parse import urlencode

import urllib3

from gateway.influx import v1
from gateway.influx.server import UnavailableError, own_words, silent
from kit.errors import FabnumError
from kit.i18n import _

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class MayNotError(FabnumError):
    """The secret does not open this."""


class RefusedQueryError(FabnumError):
    """The server does not answer the question, and says why in its own ``words``."""

    def __init__(self, words: str) -> None:
        super().__init__(
            _("InfluxDB does not answer a question: {words}.", words=words),
            _("Look for the error in docs/influxdb.md."),
        )
        self.words = words


class Reader:
    """Asks questions with one secret: ``user:password``, a token, or empty without accounts."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._headers = {**_FORM, **v1.authorization(secret)}
        self._pool = v1.pool()

    def ask(self, database: str, statement: str) -> bytes:
        """Return the JSON answer to one statement, its times in microseconds.

        Raises MayNotError, RefusedQueryError, or UnavailableError where nobody answers. The
        statement goes in the body: addresses are written to logs.
        """
        body = urlencode({"db": database, "q": statement, "epoch": "u"}).encode()
        try:
            answer = self._pool.request(
                "POST", f"{self._url}/query", body=body, headers=self._headers
            )
        except urllib3.exceptions.HTTPError as error:
            raise silent(self._url) from error
        words = own_words(answer.data)
        if answer.status in {401, 403}:
            raise _may_not(self._url, database, answer.status)
        if answer.status >= 500 and not words:
            raise UnavailableError(
                _(
                    "InfluxDB at {url} cannot answer now (status {n}).",
                    url=self._url,
                    n=answer.status,
                ),
                _("Try again in a minute; its own log says more."),
            )
        if answer.status != 200 or words:
            raise _refused(words or f"HTTP {answer.status}", self._url, database)
        return answer.data

    def may_read(self, database: str) -> bool:
        """Whether this secret opens a database."""
        try:
            # Not SHOW MEASUREMENTS: to that InfluxDB 2 answers, with nothing, whoever asks.
            self.ask(database, 'SELECT count("value") FROM "age" WHERE time > now()')
        except (MayNotError, RefusedQueryError):
            return False
        return True

    def close(self) -> None:
        """Let go of the connection."""
        self._pool.clear()


def _refused(words: str, url: str, database: str) -> FabnumError:
    """Return the error of an answer: InfluxDB 1 tells a missing permission within a 200, too."""
    if "not authorized" in words or "authorization" in words:
        return _may_not(url, database, 403)
    return RefusedQueryError(words)


def _may_not(url: str, database: str, status: int) -> MayNotError:
    return MayNotError(
        _(
            "InfluxDB at {url} does not let this secret read “{name}” (status {status}).",
            url=url,
            name=database,
            status=status,
        ),
        _("Run “fabnum influx setup”: it makes the accounts that may read."),
    )
