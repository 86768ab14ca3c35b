"""A server of our own that answers as InfluxDB 3 is documented to, Core or Enterprise.

Requests and answers: `api-docs/influxdb3/core` and `…/enterprise` of influxdata/docs-v2
(7933200627). Names of databases, the list of them, five in Core and the words of that limit: the
source (influxdata/influxdb, d7834110b3: `influxdb3_server/src/http.rs`, `influxdb3/tests/cli`).
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import parse_qs

import msgspec

from tests.gateway.influx_servers import Answer, Failing, Request, failing

CORE_LIMIT = 5
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_PERIOD = re.compile(r"[0-9]+(d|h|m|s)")


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    """A body of the contract: no other fields, each of its type."""


class Database(Strict):
    db: str
    retention_period: str | None = None


class NamedAdmin(Strict):
    token_name: str
    expiry_secs: int | None = None


class Permission(Strict):
    resource_type: Literal["db", "system"]
    resource_names: list[str]
    actions: list[Literal["read", "write"]]


class ResourceToken(Strict):
    token_name: str
    permissions: list[Permission]
    expiry_secs: int | None = None


class Influx3:
    """The state of the server: databases with what they keep, tokens by name."""

    def __init__(self, build: Literal["Core", "Enterprise"]) -> None:
        self.build = build
        self.databases: dict[str, str | None] = {"_internal": None}
        self.tokens: dict[str, str] = {}
        self.permissions: dict[str, list[Permission]] = {}
        """Of the tokens that are not administrators', by name."""
        self.changed: list[tuple[str, str]] = []
        self._number = 0

    def name_of(self, token: str) -> str:
        return next(name for name, one in self.tokens.items() if one == token)

    def answer(self, request: Request) -> Answer:
        try:
            return self._route(request)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return wrong(400, str(error))

    def _route(self, request: Request) -> Answer:
        method, path = request.method, request.path
        token = request.headers.get("Authorization", "").partition(" ")[2]
        caller = next((name for name, one in self.tokens.items() if token and one == token), "")
        is_first = path == "/api/v3/configure/token/admin" and not self.tokens
        if not caller and not is_first:
            return wrong(401, "the request was not authenticated")
        if path == "/ping":
            body = {"version": "3.8.0", "revision": "83b589b883", "process_id": "x"}
            return Answer(200, body, X_Influxdb_Version="3.8.0", X_Influxdb_Build=self.build)
        if path == "/query":
            return self._query(request, caller)
        if caller in self.permissions:
            return wrong(403, "the request was not authorized")
        if method != "GET":
            self.changed.append((method, path))
        if path.startswith("/api/v3/configure/database"):
            return self._database(request)
        return self._token(request)

    # --- databases -------------------------------------------------------------------------------

    def _database(self, request: Request) -> Answer:  # noqa: PLR0911 - one for each case
        if request.method == "GET":
            if request.query.get("format") != "json":
                return wrong(400, "missing field `format`")
            return Answer(200, [{"iox::database": name} for name in sorted(self.databases)])
        if request.method == "DELETE":
            assert request.path.endswith("/retention_period")
            self.databases[request.query["db"]] = None
            return Answer(200)
        asked: Database = decode(request, Database)
        if asked.retention_period is not None and not _PERIOD.fullmatch(asked.retention_period):
            return wrong(400, "expected number at 0")
        if not _NAME.fullmatch(asked.db):
            return wrong(400, "invalid character in database name")
        is_there = asked.db in self.databases
        if request.method == "PUT":
            if not is_there:
                return wrong(404, "not found")
        elif is_there:
            return wrong(409, "attempted to create a resource that already exists")
        elif self.build == "Core" and len(self.databases) > CORE_LIMIT:
            return wrong(422, f"Adding a new database would exceed limit of {CORE_LIMIT} databases")
        self.databases[asked.db] = asked.retention_period
        return Answer(200)

    # --- tokens ----------------------------------------------------------------------------------

    def _token(self, request: Request) -> Answer:  # noqa: PLR0911 - one for each case
        path = request.path
        if request.method == "DELETE" and path == "/api/v3/configure/token":
            name = request.query["token_name"]
            if name not in self.tokens or name == "_admin":
                return wrong(404, "token not found")
            del self.tokens[name]
            self.permissions.pop(name, None)
            return Answer(200)
        if request.method != "POST":
            return wrong(405, "method not allowed")
        if path == "/api/v3/configure/token/admin":
            return self._made("_admin")
        if path == "/api/v3/configure/token/named_admin":
            return self._made(decode(request, NamedAdmin).token_name)
        if path == "/api/v3/enterprise/configure/token" and self.build == "Enterprise":
            asked: ResourceToken = decode(request, ResourceToken)
            self.permissions[asked.token_name] = asked.permissions
            return self._made(asked.token_name)
        return wrong(404, "not found")

    def _made(self, name: str) -> Answer:
        if name in self.tokens:
            return wrong(409, f"token name already exists, {name}")
        self._number += 1
        self.tokens[name] = f"apiv3_{self._number:032x}"
        made: dict[str, Any] = {"id": self._number, "name": name, "token": self.tokens[name]}
        return Answer(201, {**made, "hash": "00", "created_at": "2026-01-01T00:00:00Z"})

    def _query(self, request: Request, caller: str) -> Answer:
        fields = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        if fields["db"] not in self.databases:
            return wrong(404, f"Cannot retrieve database: {fields['db']}")
        rights = self.permissions.get(caller)
        if rights is None or any(
            "read" in one.actions and fields["db"] in one.resource_names for one in rights
        ):
            return Answer(200, {"results": [{"statement_id": 0}]})
        return wrong(403, "the request was not authorized")


def wrong(status: int, words: str) -> Answer:
    return Answer(status, {"error": words, "data": None})


def decode(request: Request, type_: Any) -> Any:
    assert request.headers.get("Content-Type") == "application/json"
    return msgspec.convert(json.loads(request.body), type_)


@contextmanager
def influx3(state: Influx3) -> Iterator[Failing]:
    """Run the server on a port of its own."""
    with failing(state.answer) as server:
        yield server
