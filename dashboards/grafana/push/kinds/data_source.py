"""The data source: where the boards of an organisation ask, with that town's secret alone.

https://grafana.com/docs/grafana/latest/developers/http_api/data_source/ and, for what an InfluxDB
data source with InfluxQL needs, https://grafana.com/docs/grafana/latest/datasources/influxdb/.

Grafana never gives a secret back. What was given to it is therefore marked beside it, in
``jsonData``: an HMAC-SHA-256 of the secret under a key that only this site has. The mark says
whether the secret is still the wanted one and nothing else, not even to somebody who guesses; it
moves with Grafana's database, through a restored copy for instance, where a note on the gateway
would be wrong.
"""

import hashlib
import hmac
from collections.abc import Mapping

from typing_extensions import override

from dashboards.grafana.provisioning import SOURCE_NAME
from dashboards.grafana.push.http import Json, address
from dashboards.grafana.push.kinds.kind import Kind, Organisation, only
from dashboards.grafana.target import SOURCE_TYPE, SOURCE_UID
from kit.errors import FabnumError
from kit.i18n import _

MARK = "fabnumSecret"
_COMPARED = ("name", "type", "access", "url", "user", "basicAuth", "withCredentials", "jsonData")


class Secret:
    """What opens one town's database: a token, or ``user:password`` of InfluxDB 1.

    Empty for an InfluxDB without accounts. Its value shows neither when it is printed nor when it
    stands in an error.
    """

    def __init__(self, value: str, *, is_login: bool = False) -> None:
        self.user, _, password = value.partition(":") if is_login else ("", "", value)
        self._password = password

    @property
    def is_token(self) -> bool:
        """Whether it is sent as a header instead of a name and password."""
        return bool(self._password and not self.user)

    @property
    def hidden(self) -> str:
        """The part that must not be seen anywhere."""
        return self._password

    def fields(self) -> dict[str, str]:
        """Return ``secureJsonData`` as Grafana's InfluxDB data source expects it."""
        if not self._password:
            return {}
        if self.user:
            return {"password": self._password}
        return {"httpHeaderValue1": f"Token {self._password}"}

    def mark(self, key: bytes, database: str) -> str:
        """Return what tells this secret from another, under a key that only this site has."""
        content = f"{database}\0{self.user}\0{self._password}"
        return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        """Return dots."""
        return "Secret(…)"


def data_source(url: str, database: str, secret: Secret, key: bytes) -> Json:
    """Return the data source of one database, without the secret itself."""
    settings = {"dbName": database, "httpMode": "GET", MARK: secret.mark(key, database)}
    if secret.is_token:
        settings["httpHeaderName1"] = "Authorization"
    return {
        "uid": SOURCE_UID,
        "name": SOURCE_NAME,
        "type": SOURCE_TYPE,
        "access": "proxy",
        "url": url,
        "user": secret.user,
        "jsonData": settings,
    }


class DataSources(Kind):
    """The one data source of an organisation. ``databases``: the beginning of all towns' names."""

    def __init__(self, secret: Secret, databases: str) -> None:
        self._secret = secret
        self._databases = databases

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read it. Raises FabnumError if the organisation shows another town's database."""
        found = {
            uid: body
            for uid in wanted
            if (body := place.find(address("datasources", "uid", uid))) is not None
        }
        for uid, body in found.items():
            self._refuse_another_town(wanted[uid], body)
        return found

    def _refuse_another_town(self, wanted: Json, found: Json) -> None:
        """Refuse an organisation that was renamed by hand: it would show a second town's data."""
        there = str((found.get("jsonData") or {}).get("dbName", ""))
        if there.startswith(self._databases) and there != wanted["jsonData"]["dbName"]:
            raise FabnumError(
                _(
                    "An organisation of Grafana already shows the database {found}, not {wanted}.",
                    found=there,
                    wanted=wanted["jsonData"]["dbName"],
                ),
                _("Give it back its name in Grafana (Administration, Organisations)."),
            )

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare all but numbers; of the secret, that there is one and its mark.

        Secrets that Grafana was given before are not compared: it never forgets one.
        """
        needed = self._secret.fields()
        there = only(found.get("secureJsonFields") or {}, *needed)
        return (
            {**only(wanted, *_COMPARED), "secureJsonFields": dict.fromkeys(needed, True)},
            {**only(found, *_COMPARED), "secureJsonFields": there},
        )

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("data source “{name}”", name=body.get("name", key))

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Write it with its secret; which one is the default stays as it is."""
        body = {**wanted, "secureJsonData": self._secret.fields()}
        if found is None:
            place.send("POST", address("datasources"), body)
            return
        kept = only(found, "isDefault", "version")
        place.send("PUT", address("datasources", "uid", key), {**body, **kept})
