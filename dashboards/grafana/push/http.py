"""Grafana's HTTP API, as little of it as a push needs.

Documented at https://grafana.com/docs/grafana/latest/developers/http_api/. Only basic
authentication may manage organisations; which one a request is about stands in the header
``X-Grafana-Org-Id``.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

import urllib3

from dashboards.grafana.push.refusals import MissingError, NotReadyError, not_ready, refusal
from kit.errors import FabnumError
from kit.i18n import _

Json = dict[str, Any]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

OLDEST_VERSION = 10
"""Grafana 10 is the first that knows all addresses used here without a switch."""
_TIMEOUT = urllib3.Timeout(connect=5, read=30)
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
"""What may be sent twice: a lost answer to a POST could mean that the thing exists already."""
_BUSY = frozenset({502, 503, 504})
_LONGEST_COMPLAINT = 200
_NOT_READY = b"alerting.notification.configMissing"
"""In answers about alerts of a new organisation, with status 404 or 500 (Grafana issue 128258)."""


def address(*steps: str, **query: object) -> str:
    """Return ``/api/…`` of these steps, each escaped, with what is asked after ``?``."""
    path = "/api/" + "/".join(quote(step, safe="") for step in steps)
    return f"{path}?{urlencode(query)}" if query else path


class Grafana:
    """A running Grafana, as its administrator.

    ``hidden``: secrets that are sent in requests; should Grafana repeat one in a complaint, it is
    struck out. ``patience_s``: the first pause before something is asked again. Every method
    raises FabnumError if Grafana is away, refuses, or is something else.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        hidden: Iterable[str] = (),
        *,
        patience_s: float = 0.2,
    ) -> None:
        self.url = _checked(url)
        self.user = user
        self._hidden = [secret for secret in (password, *hidden) if secret]
        login = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {login}", "Accept": "application/json"}
        # Redirects are not followed: they would carry the password to wherever they point.
        retries = urllib3.Retry(
            total=3,
            connect=1,
            backoff_factor=patience_s,
            redirect=False,
            status_forcelist=_BUSY,
            allowed_methods=_REPEATABLE,
            respect_retry_after_header=False,  # somebody waits before the screen
            raise_on_status=False,
        )
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=retries)

    def get(self, path: str, org: int | None = None) -> Any:
        """Return what Grafana has at ``path``. Raises MissingError if that is nothing."""
        return self._send("GET", path, None, org, {})

    def find(self, path: str, org: int | None = None) -> Any | None:
        """Return what Grafana has at ``path``, or ``None``."""
        try:
            return self.get(path, org)
        except (MissingError, NotReadyError):
            return None

    def send(
        self,
        method: Method,
        path: str,
        body: Json | None = None,
        org: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send one change and return the answer. Raises FabnumError or what is made of it."""
        return self._send(method, path, body, org, headers or {})

    def _send(
        self,
        method: Method,
        path: str,
        body: Json | None,
        org: int | None,
        more: Mapping[str, str],
    ) -> Any:
        headers = {**self._headers, **more}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        if org is not None:
            headers["X-Grafana-Org-Id"] = str(org)
        try:
            answer = self._pool.request(method, self.url + path, body=content, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise self._away(error) from None
        if answer.status >= 300:
            raise self._refusal(method, path, answer)
        return self._content(answer)

    def _content(self, answer: urllib3.BaseHTTPResponse) -> Any:
        if not answer.data:
            return None
        try:
            return json.loads(answer.data)
        except ValueError:
            raise _not_grafana(self.url) from None

    def _away(self, error: urllib3.exceptions.HTTPError) -> FabnumError:
        reason = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
        if isinstance(reason, urllib3.exceptions.SSLError):
            return FabnumError(
                _("The certificate of Grafana at {url} is not accepted.", url=self.url),
                _("Give it a certificate that this machine knows, or use its http address."),
            )
        return FabnumError(
            _("Grafana does not answer at {url}.", url=self.url),
            _("Start it, or correct the address in [grafana] of fabnum.toml; then push again."),
        )

    def _refusal(self, method: Method, path: str, answer: urllib3.BaseHTTPResponse) -> FabnumError:
        complaint = self._complaint(answer)
        if _NOT_READY in answer.data:
            return not_ready()
        if answer.status < 400:
            return FabnumError(
                _("Grafana sends us from {url} to another address.", url=self.url),
                _("Write the address where it ends in [grafana] of fabnum.toml."),
            )
        return refusal(answer.status, f"{method} {path.partition('?')[0]}", self.user, complaint)

    def _complaint(self, answer: urllib3.BaseHTTPResponse) -> str:
        """Return Grafana's own words, short and without any secret."""
        try:
            content = json.loads(answer.data)
        except ValueError:
            content = None
        said = content.get("message") if isinstance(content, dict) else None
        text = str(said or answer.reason or answer.status)
        for secret in self._hidden:
            text = text.replace(secret, "…")
        return text[:_LONGEST_COMPLAINT]


def version(grafana: Grafana) -> str:
    """Return Grafana's version, such as ``11.2.0``; empty if it does not tell.

    Raises FabnumError if it is too old, or if what answers is not Grafana.
    """
    health = grafana.get(address("health"))
    if not isinstance(health, dict) or "database" not in health:
        raise _not_grafana(grafana.url)
    told = str(health.get("version", ""))
    major = told.partition(".")[0]
    if major.isdecimal() and int(major) < OLDEST_VERSION:
        raise FabnumError(
            _("This Grafana is too old: {version}.", version=told),
            _("Install Grafana 12 or later."),
        )
    return told


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # such as a [ that is not closed, or a port beyond 65535
        raise _no_address() from None
    if not is_usable:
        raise _no_address()
    if parts.username or parts.password:
        raise FabnumError(
            _("The address of Grafana holds a name or password; they do not belong there."),
            _("Write user:password in secrets/grafana-admin, as Grafana knows them."),
        )
    return url.rstrip("/")


def _no_address() -> FabnumError:
    # The address itself is not repeated: it may hold a password.
    return FabnumError(
        _("The address of Grafana must begin with http:// or https://."),
        _("Correct it in [grafana] of fabnum.toml."),
    )


def _not_grafana(url: str) -> FabnumError:
    return FabnumError(
        _("What answers at {url} is not Grafana.", url=url),
        _("Correct the address in [grafana] of fabnum.toml."),
    )
