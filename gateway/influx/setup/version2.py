"""InfluxDB 2: buckets, DBRP mappings, and a token for each secret.

By a DBRP mapping InfluxQL, and so Grafana, finds a bucket by the name of a database.

Source: the OpenAPI contract of InfluxDB OSS 2 (`contracts/oss.json` of influxdata/openapi): /setup,
/orgs, /buckets, /dbrps, /authorizations. From 2.9 on the server keeps hashes of tokens only, so
that our tokens are found again by their description, never by themselves.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from gateway.influx.reader import Reader
from gateway.influx.setup.model import ADMIN, READERS, WRITER, Changes, Wish, kept
from gateway.influx.setup.retention import DAY_S, differs, keeps
from gateway.influx.setup.talk import Answer, Talk
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder
from kit.signals import SITE

ADMIN_LOGIN = "influx-admin-login"
"""``user:password`` of InfluxDB's own pages, where the setup made the first user."""
POLICY = "autogen"


class SetupVersion2:
    """Makes what is missing on an InfluxDB 2 server."""

    def __init__(self, url: str, folder: DataFolder, wish: Wish, changes: Changes) -> None:
        self._url = url
        self._folder = folder
        self._wish = wish
        self._changes = changes
        self._talk = Talk(url, kept(folder, ADMIN))
        self._organisation = ""
        self._buckets: dict[str, str] = {}
        """Their ids by name; without those that would only be made."""

    def run(self) -> None:
        """Make it. Raises FabnumError where the server refuses or a person has to decide."""
        if self._ensure_first_user():
            self._ensure_organisation()
        for database in self._wish.databases:
            self._ensure_bucket(database)
        for database in self._wish.databases:
            self._ensure_mapping(database)
        known = self._authorizations()
        self._ensure_writer(known)
        for town in self._wish.all:
            self._ensure_reader(known, town)
        self._talk.close()

    # --- the first user and the organisation -----------------------------------------------------

    def _ensure_first_user(self) -> bool:
        """Set a new server up; return whether there is a server to ask, or only one to imagine."""
        answer = self._talk.get("/api/v2/setup")
        if answer.status != 200:
            raise self._talk.wrong(answer)
        if not answer.json.get("allowed"):
            if not kept(self._folder, ADMIN):
                raise FabnumError(
                    _("InfluxDB at {url} asks who this is.", url=self._url),
                    _("Put an all-access token of its administrator in secrets/influx-admin."),
                )
            return True
        self._changes.make(_("the first user and the administrator’s token"), self._first_user)
        return not self._changes.dry_run

    def _first_user(self) -> None:
        token = kept(self._folder, ADMIN) or secrets.token_urlsafe(48)
        login = kept(self._folder, ADMIN_LOGIN) or f"fabnum:{secrets.token_urlsafe(24)}"
        # Kept first: what only the server knows would be lost.
        self._folder.keep_secret(ADMIN, token)
        self._folder.keep_secret(ADMIN_LOGIN, login)
        user, _colon, password = login.partition(":")
        answer = self._talk.send(
            "POST",
            "/api/v2/setup",
            {
                "username": user,
                "password": password,
                "org": self._wish.organisation,
                "bucket": self._wish.database(SITE),
                "retentionPeriodSeconds": self._wish.keep_days * DAY_S,
                "token": token,
            },
        )
        self._require(answer, 201)
        self._talk.close()
        self._talk = Talk(self._url, token)

    def _ensure_organisation(self) -> None:
        name = self._wish.organisation
        answer = self._talk.get("/api/v2/orgs", org=name)
        if answer.status not in {200, 404}:
            raise self._talk.wrong(answer)
        found = answer.json.get("orgs", []) if answer.status == 200 else []
        if found:
            self._organisation = found[0]["id"]
            return
        made = self._changes.make(
            _("the organisation “{name}”", name=name),
            lambda: self._require(self._talk.send("POST", "/api/v2/orgs", {"name": name}), 201),
        )
        self._organisation = made.json["id"] if made else ""

    # --- buckets and their mappings --------------------------------------------------------------

    def _ensure_bucket(self, name: str) -> None:
        rule = {"type": "expire", "everySeconds": self._wish.keep_days * DAY_S}
        found = self._bucket(name)
        if found is None:
            body = {"orgID": self._organisation, "name": name, "retentionRules": [rule]}
            made = self._changes.make(
                _("the bucket “{name}”, {kept}", name=name, kept=keeps(self._wish.keep_days)),
                lambda: self._require(self._talk.send("POST", "/api/v2/buckets", body), 201),
            )
            if made:
                self._buckets[name] = made.json["id"]
            return
        self._buckets[name] = found["id"]
        seconds = sum(rule["everySeconds"] for rule in found["retentionRules"])
        if seconds == rule["everySeconds"]:
            return
        if not self._wish.insist:
            self._changes.notes.append(differs(name, seconds // DAY_S))
            return
        path = f"/api/v2/buckets/{found['id']}"
        self._changes.make(
            _("“{name}” now: {kept}", name=name, kept=keeps(self._wish.keep_days)),
            lambda: self._require(self._talk.send("PATCH", path, {"retentionRules": [rule]}), 200),
        )

    def _bucket(self, name: str) -> dict[str, Any] | None:
        if not self._organisation:
            return None
        answer = self._talk.get("/api/v2/buckets", orgID=self._organisation, name=name)
        if answer.status == 404:
            return None
        buckets = self._require(answer, 200).json["buckets"]
        return next((bucket for bucket in buckets if bucket["name"] == name), None)

    def _ensure_mapping(self, database: str) -> None:
        """Map a database to its bucket for good: a virtual mapping may be overridden by anybody."""
        bucket = self._buckets.get(database)
        if bucket:
            answer = self._talk.get("/api/v2/dbrps", orgID=self._organisation, db=database)
            mappings = self._require(answer, 200).json["content"]
            explicit = [one for one in mappings if not one.get("virtual") and one["default"]]
            if any(one["bucketID"] != bucket for one in explicit):
                raise FabnumError(
                    _("The database “{name}” is mapped to another bucket.", name=database),
                    _("Delete that DBRP mapping in InfluxDB, then try again."),
                )
            if explicit:
                return
        body = {
            "orgID": self._organisation,
            "bucketID": bucket,
            "database": database,
            "retention_policy": POLICY,
            "default": True,
        }
        self._changes.make(
            _("“{name}” for questions in InfluxQL (DBRP mapping)", name=database),
            lambda: self._require(self._talk.send("POST", "/api/v2/dbrps", body), 201),
        )

    # --- tokens ----------------------------------------------------------------------------------

    def _authorizations(self) -> list[dict[str, Any]]:
        if not self._organisation:
            return []
        answer = self._talk.get("/api/v2/authorizations", orgID=self._organisation)
        found: list[dict[str, Any]] = self._require(answer, 200).json["authorizations"]
        return found

    def _ensure_writer(self, known: Sequence[dict[str, Any]]) -> None:
        if kept(self._folder, WRITER) and not _described(known, self._wish.writer):
            return  # a token of somebody's own making
        wanted = [("write", name) for name in self._wish.databases]
        said = _("a token for the gateway, in secrets/{file}", file=WRITER)
        if self._ensure_token(known, WRITER, self._wish.writer, wanted, said):
            self._changes.new_writer = True

    def _ensure_reader(self, known: Sequence[dict[str, Any]], town: str) -> None:
        secret, database = READERS + town, self._wish.database(town)
        said = _("a token that reads “{name}” only, in secrets/{file}", name=database, file=secret)
        self._ensure_token(known, secret, self._wish.reader(town), [("read", database)], said)

    def _ensure_token(
        self,
        known: Sequence[dict[str, Any]],
        secret: str,
        description: str,
        wanted: Sequence[tuple[str, str]],
        said: str,
    ) -> bool:
        """Make a token unless there is one of this description that may do just that."""
        mine = _described(known, description)
        rights = {(action, self._buckets.get(name, "")) for action, name in wanted}
        token = kept(self._folder, secret)
        fits = [one for one in mine if one["status"] == "active" and _rights(one) == rights]
        if token and self._opens(token, wanted) and (fits or not mine):
            return False

        def replace() -> None:
            self._make_token(secret, description, sorted(rights))
            for old in mine:  # the rights of a token cannot be changed
                path = f"/api/v2/authorizations/{old['id']}"
                self._require(self._talk.send("DELETE", path), 204)

        self._changes.make(said, replace)
        return True

    def _make_token(self, secret: str, description: str, rights: Sequence[tuple[str, str]]) -> None:
        permissions = [
            {
                "action": action,
                "resource": {"type": "buckets", "id": bucket, "orgID": self._organisation},
            }
            for action, bucket in rights
        ]
        body = {
            "orgID": self._organisation,
            "description": description,
            "status": "active",
            "permissions": permissions,
        }
        made = self._require(self._talk.send("POST", "/api/v2/authorizations", body), 201)
        self._folder.keep_secret(secret, made.json["token"])

    def _opens(self, token: str, wanted: Sequence[tuple[str, str]]) -> bool:
        """Whether a reader's token still reads its database; what only writes is not tried."""
        reader = Reader(self._url, token)
        try:
            return all(reader.may_read(name) for action, name in wanted if action == "read")
        finally:
            reader.close()

    def _require(self, answer: Answer, status: int) -> Answer:
        if answer.status != status:
            raise self._talk.wrong(answer)
        return answer


def _described(known: Sequence[dict[str, Any]], description: str) -> list[dict[str, Any]]:
    return [one for one in known if one.get("description") == description]


def _rights(authorization: dict[str, Any]) -> set[tuple[str, str]]:
    """Return what an authorization may do with which bucket; ``""`` stands for all of a kind."""
    return {
        (one["action"], one["resource"].get("id", ""))
        if one["resource"]["type"] == "buckets"
        else (one["action"], one["resource"]["type"])
        for one in authorization["permissions"]
    }
