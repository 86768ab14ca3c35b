"""InfluxDB 3: databases and tokens.

3 Core knows administrators' tokens only, which open every database: there no town can be given a
token of its own. 3 Enterprise has resource tokens, for one database each.

Source: the OpenAPI contracts of InfluxDB 3 Core and 3 Enterprise (`api-docs/influxdb3` of
influxdata/docs-v2): /ping, /api/v3/configure/database, /api/v3/configure/token/admin and
/named_admin, /api/v3/enterprise/configure/token ("not available in InfluxDB 3 Core").
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from gateway.influx.reader import Reader
from gateway.influx.setup.model import ADMIN, READERS, WRITER, Changes, Wish, kept
from gateway.influx.setup.retention import keeps
from gateway.influx.setup.talk import Answer, Talk
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder
from kit.signals import SITE

CORE_DATABASES = 5
"""3 Core has room for so many ("Database, table, and column limits")."""
_DATABASES = "/api/v3/configure/database"
_TOKENS = "/api/v3/configure/token"
_RESOURCE_TOKENS = "/api/v3/enterprise/configure/token"


class SetupVersion3:
    """Makes what is missing on an InfluxDB 3 server."""

    def __init__(self, url: str, folder: DataFolder, wish: Wish, changes: Changes) -> None:
        self._url = url
        self._folder = folder
        self._wish = wish
        self._changes = changes
        self._talk = Talk(url, kept(folder, ADMIN))
        self._is_imagined = False
        """The administrator's token is still to be made, and only showing it makes none."""

    def run(self) -> None:
        """Make it. Raises FabnumError where the server refuses or a person has to decide."""
        self._ensure_admin()
        self._ensure_databases()
        if self._is_enterprise():
            # It reads, too: only so can be seen whether it has the databases of all towns.
            write = [_permission(name, "read", "write") for name in self._wish.databases]
            self._ensure_token(WRITER, self._wish.writer, write)
            for town in self._wish.all:
                read = [_permission(self._wish.database(town), "read")]
                self._ensure_token(READERS + town, self._wish.reader(town), read)
        else:
            self._ensure_token(WRITER, self._wish.writer, None)
            self._ensure_token(READERS + SITE, self._wish.reader(SITE), None)
            self._tell_of_core()
        self._talk.close()

    def _tell_of_core(self) -> None:
        """Say what cannot be had. A town's secret that opens everything is not left standing."""
        for town in self._wish.towns:
            if kept(self._folder, READERS + town):
                raise FabnumError(
                    _(
                        "The secret {name} opens every database: InfluxDB 3 Core has no other "
                        "tokens.",
                        name=READERS + town,
                    ),
                    _("Delete that file: a town must not read the others."),
                )
        self._changes.notes.append(
            _(
                "InfluxDB 3 Core knows administrators’ tokens only, which read and delete "
                "everything. So no town gets one, and its boards in Grafana stay empty: the "
                "gateway’s own pages show them all the same. For boards of towns in Grafana take "
                "InfluxDB 1 or 2, or 3 Enterprise. secrets/influx-read-_site is such a token: for "
                "fabmanagers only."
            )
        )

    # --- the administrator -----------------------------------------------------------------------

    def _ensure_admin(self) -> None:
        if kept(self._folder, ADMIN):
            return

        def first() -> None:
            answer = self._talk.send("POST", f"{_TOKENS}/admin")
            if answer.status != 201:
                raise FabnumError(
                    _("InfluxDB at {url} asks who this is.", url=self._url),
                    _("Put the token of its administrator in secrets/influx-admin."),
                )
            # The server tells it once only.
            self._folder.keep_secret(ADMIN, answer.json["token"])
            self._talk.close()
            self._talk = Talk(self._url, answer.json["token"])

        self._changes.make(_("the first user and the administrator’s token"), first)
        self._is_imagined = self._changes.dry_run

    def _is_enterprise(self) -> bool:
        if self._is_imagined:
            return False
        answer = self._require(self._talk.get("/ping"), 200)
        return answer.build.casefold() == "enterprise"

    # --- databases -------------------------------------------------------------------------------

    def _ensure_databases(self) -> None:
        there, days = self._databases(), self._wish.keep_days
        period = {"retention_period": f"{days}d"} if days else {}
        for name in self._wish.databases:
            body = {"db": name, **period}
            if name not in there:
                self._changes.make(
                    _("the database “{name}”, {kept}", name=name, kept=keeps(days)),
                    self._sending("POST", body),
                )
            elif self._wish.insist:
                self._changes.make(
                    _("“{name}” now: {kept}", name=name, kept=keeps(days)),
                    self._sending("PUT", body) if days else self._keeping_for_good(name),
                )

    def _databases(self) -> set[str]:
        if self._is_imagined:
            return set()
        answer = self._require(self._talk.get(_DATABASES, format="json"), 200).json
        # The server's own form, and that of its documentation.
        rows = answer.get("databases", []) if isinstance(answer, dict) else answer
        return {row["iox::database"] if isinstance(row, dict) else row for row in rows}

    def _sending(self, method: str, body: dict[str, str]) -> Callable[[], Answer]:
        return lambda: self._made(self._talk.send(method, _DATABASES, body))

    def _keeping_for_good(self, name: str) -> Callable[[], Answer]:
        path = f"{_DATABASES}/retention_period?{urlencode({'db': name})}"
        return lambda: self._require(self._talk.send("DELETE", path), 200, 204)

    def _made(self, answer: Answer) -> Answer:
        if answer.status != 200 and "limit" in answer.words:
            raise FabnumError(
                _("InfluxDB has no room for another database: {words}.", words=answer.words),
                _(
                    "3 Core holds {n} databases: one for each town and one of the site’s own. "
                    "Take InfluxDB 2 for more towns.",
                    n=CORE_DATABASES,
                ),
            )
        return self._require(answer, 200)

    # --- tokens ----------------------------------------------------------------------------------

    def _ensure_token(
        self, secret: str, name: str, permissions: list[dict[str, Any]] | None
    ) -> None:
        """Make a token unless the secret opens what it should; without permissions one for all."""
        token = kept(self._folder, secret)
        if token and self._opens(token, permissions):
            return

        def replace() -> None:
            self._talk.send("DELETE", f"{_TOKENS}?{urlencode({'token_name': name})}")
            body: dict[str, Any] = {"token_name": name}
            path = f"{_TOKENS}/named_admin"
            if permissions is not None:
                body["permissions"], path = permissions, _RESOURCE_TOKENS
            answer = self._require(self._talk.send("POST", path, body), 201)
            self._folder.keep_secret(secret, answer.json["token"])

        self._changes.make(_("a token, in secrets/{file}", file=secret), replace)
        self._changes.new_writer |= secret == WRITER

    def _opens(self, token: str, permissions: list[dict[str, Any]] | None) -> bool:
        """Whether a token still reads its databases."""
        names = [
            name
            for permission in permissions or [_permission(self._wish.database(SITE))]
            for name in permission["resource_names"]
        ]
        reader = Reader(self._url, token)
        try:
            return all(reader.may_read(name) for name in names)
        finally:
            reader.close()

    def _require(self, answer: Answer, *statuses: int) -> Answer:
        if answer.status not in statuses:
            raise self._talk.wrong(answer)
        return answer


def _permission(database: str, *actions: str) -> dict[str, Any]:
    return {"resource_type": "db", "resource_names": [database], "actions": [*actions]}
