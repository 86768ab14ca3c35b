"""A server of our own that answers as InfluxDB OSS 2 is documented to, and refuses what it refuses.

Bodies and answers: the OpenAPI contract (`contracts/oss.json` of influxdata/openapi, ad26a178).
What the contract leaves open is as in the source (influxdata/influxdb, main-2.x): who may not read
a bucket finds no DBRP mapping of it (`dbrp/middleware_auth.go`), so that SELECT finds no database
and SHOW MEASUREMENTS nothing (`v1/coordinator/statement_executor.go`). From 2.9 on tokens are kept
as hashes, and told once only ("Token hashing", InfluxDB 2 documentation).
"""

# ruff: noqa: N815 - fields are called as the contract calls them

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import parse_qs

import msgspec

from tests.gateway.influx_servers import Answer, Failing, Request, failing


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    """A body of the contract: no other fields, each of its type."""


class Onboarding(Strict):
    username: str
    org: str
    bucket: str
    password: str = ""
    retentionPeriodSeconds: int = 0
    token: str = ""


class Rule(Strict):
    everySeconds: int
    type: Literal["expire"] = "expire"
    shardGroupDurationSeconds: int = 0


class PostOrganization(Strict):
    name: str
    description: str = ""


class PostBucket(Strict):
    orgID: str
    name: str
    description: str = ""
    rp: str = "0"
    retentionRules: list[Rule] = []
    schemaType: Literal["implicit", "explicit"] = "implicit"


class PatchBucket(Strict):
    name: str = ""
    description: str = ""
    retentionRules: list[Rule] = []


class PostMapping(Strict):
    bucketID: str
    database: str
    retention_policy: str
    org: str = ""
    orgID: str = ""
    default: bool = False


class Resource(Strict):
    type: Literal["buckets", "orgs", "authorizations", "dbrp"]
    id: str = ""
    orgID: str = ""


class Permission(Strict):
    action: Literal["read", "write"]
    resource: Resource


class PostAuthorization(Strict):
    orgID: str
    permissions: list[Permission]
    description: str = ""
    status: Literal["active", "inactive"] = "active"
    userID: str = ""


class RefusedError(Exception):
    """An answer that is an error of the contract: ``{"code", "message"}``."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(status, {"code": code, "message": message})


Row = dict[str, Any]


class Influx2:
    """The state of the server. ``changed`` holds each request that was not only a question."""

    def __init__(self, *, hashes_tokens: bool = False) -> None:
        self.hashes_tokens = hashes_tokens
        self.organisations: list[Row] = []
        self.buckets: list[Row] = []
        self.mappings: list[Row] = []
        self.authorizations: list[Row] = []
        self.changed: list[tuple[str, str]] = []
        self.fail_at: str = ""
        """A path that answers 500 once."""
        self._number = 0

    # --- what tests look at ----------------------------------------------------------------------

    def set_up_by_hand(self, token: str, organisation: str = "fabnum") -> None:
        self._set_up(Onboarding("boss", organisation, "first", "secret", token=token))

    def rights(self, token: str) -> set[tuple[str, str]]:
        """Return (action, bucket's name) of what a token may do."""
        names = {bucket["id"]: bucket["name"] for bucket in self.buckets}
        return {
            (one["action"], names.get(one["resource"].get("id", ""), "*"))
            for authorization in self.authorizations
            if authorization["token"] == token
            for one in authorization["permissions"]
        }

    def kept(self, name: str) -> int:
        """Return how many seconds a bucket keeps."""
        (bucket,) = (bucket for bucket in self.buckets if bucket["name"] == name)
        return sum(rule["everySeconds"] for rule in bucket["retentionRules"])

    # --- answering -------------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        try:
            if self.fail_at and request.path.startswith(self.fail_at) and request.method == "POST":
                self.fail_at = ""
                return RefusedError(500, "internal error", "disk on fire").answer
            return self._route(request)
        except RefusedError as refused:
            return refused.answer
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return RefusedError(400, "invalid", str(error)).answer

    def _route(self, request: Request) -> Answer:
        method, path = request.method, request.path
        if path == "/ping":
            return Answer(204, None, X_Influxdb_Version="v2.7.11", X_Influxdb_Build="OSS")
        if path == "/api/v2/setup" and method == "GET":
            return Answer(200, {"allowed": not self.organisations})
        if method != "GET" and path != "/query":
            self.changed.append((method, path))
        if path == "/api/v2/setup":
            if self.organisations:
                raise RefusedError(
                    422, "unprocessable entity", "onboarding has already been completed"
                )
            return self._set_up(decode(request, Onboarding))
        caller = self._caller(request)
        if path == "/query":
            return self._query(request, caller)
        if ("write", "*") not in self.rights(caller["token"]):
            raise RefusedError(401, "unauthorized", f"{method}:{path} is unauthorized")
        kind = path.removeprefix("/api/v2/").partition("/")[0]
        handlers: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "orgs"): self._get_organisations,
            ("POST", "orgs"): self._post_organisation,
            ("GET", "buckets"): self._get_buckets,
            ("POST", "buckets"): self._post_bucket,
            ("PATCH", "buckets"): self._patch_bucket,
            ("GET", "dbrps"): self._get_mappings,
            ("POST", "dbrps"): self._post_mapping,
            ("GET", "authorizations"): self._get_authorizations,
            ("POST", "authorizations"): self._post_authorization,
            ("DELETE", "authorizations"): self._delete_authorization,
        }
        handler = handlers.get((method, kind))
        if handler is None:
            raise RefusedError(405, "method not allowed", f"{method} {path}")
        return handler(request)

    def _caller(self, request: Request) -> Row:
        token = request.headers.get("Authorization", "").removeprefix("Token ")
        for authorization in self.authorizations:
            if token and authorization["token"] == token and authorization["status"] == "active":
                return authorization
        raise RefusedError(401, "unauthorized", "unauthorized access")

    def _set_up(self, asked: Onboarding) -> Answer:
        organisation = self._made(name=asked.org)
        self.organisations.append(organisation)
        rules = [Rule(asked.retentionPeriodSeconds)] if asked.retentionPeriodSeconds else []
        bucket = self._bucket(PostBucket(organisation["id"], asked.bucket, retentionRules=rules))
        everything = [
            Permission(action, Resource(kind))
            for action in ("read", "write")
            for kind in ("buckets", "orgs", "authorizations", "dbrp")
        ]
        authorization = self._authorization(
            PostAuthorization(organisation["id"], everything, "boss's Token"), asked.token
        )
        return Answer(201, {"org": organisation, "bucket": bucket, "auth": authorization})

    def _get_organisations(self, request: Request) -> Answer:
        name = request.query.get("org")
        found = [one for one in self.organisations if name in (None, one["name"])]
        if not found:
            raise RefusedError(404, "not found", f'organization name "{name}" not found')
        return Answer(200, {"orgs": found})

    def _post_organisation(self, request: Request) -> Answer:
        made = self._made(name=decode(request, PostOrganization).name)
        self.organisations.append(made)
        return Answer(201, made)

    def _get_buckets(self, request: Request) -> Answer:
        name, organisation = request.query.get("name"), request.query.get("orgID")
        found = [
            bucket
            for bucket in self.buckets
            if name in (None, bucket["name"]) and organisation in (None, bucket["orgID"])
        ]
        if name and not found:
            raise RefusedError(404, "not found", f'bucket "{name}" not found')
        return Answer(200, {"buckets": found})

    def _post_bucket(self, request: Request) -> Answer:
        asked = decode(request, PostBucket)
        if any(b["name"] == asked.name and b["orgID"] == asked.orgID for b in self.buckets):
            raise RefusedError(422, "conflict", f"bucket with name {asked.name} already exists")
        return Answer(201, self._bucket(asked))

    def _patch_bucket(self, request: Request) -> Answer:
        bucket = self._with_id(self.buckets, request)
        asked = decode(request, PatchBucket)
        bucket["retentionRules"] = msgspec.to_builtins(asked.retentionRules)
        return Answer(200, bucket)

    def _get_mappings(self, request: Request) -> Answer:
        database = request.query.get("db")
        if not request.query.get("orgID"):
            raise RefusedError(400, "invalid", "org or orgID must be provided")
        found = [m for m in self._all_mappings() if database in (None, m["database"])]
        return Answer(200, {"content": found})

    def _post_mapping(self, request: Request) -> Answer:
        asked = decode(request, PostMapping)
        if not any(bucket["id"] == asked.bucketID for bucket in self.buckets):
            raise RefusedError(404, "not found", "bucket not found")
        made = self._made(**msgspec.to_builtins(asked))
        self.mappings.append(made)
        return Answer(201, made)

    def _get_authorizations(self, _request: Request) -> Answer:
        rows = [
            {**row, "token": "" if self.hashes_tokens else row["token"]}
            for row in self.authorizations
        ]
        return Answer(200, {"authorizations": rows})

    def _post_authorization(self, request: Request) -> Answer:
        asked = decode(request, PostAuthorization)
        if not asked.permissions:
            raise RefusedError(400, "invalid", "authorization must include permissions")
        ids = {bucket["id"] for bucket in self.buckets}
        for one in asked.permissions:
            if one.resource.type == "buckets" and one.resource.id not in ids:
                raise RefusedError(404, "not found", "bucket not found")
        return Answer(201, self._authorization(asked, ""))

    def _delete_authorization(self, request: Request) -> Answer:
        self.authorizations.remove(self._with_id(self.authorizations, request))
        return Answer(204)

    def _query(self, request: Request, caller: Row) -> Answer:
        fields = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        if fields["q"].startswith("SHOW"):
            return Answer(200, {"results": [{"statement_id": 0}]})
        database, rights = fields["db"], self.rights(caller["token"])
        for mapping in self._all_mappings():
            bucket = mapping["bucketID"]
            name = next((one["name"] for one in self.buckets if one["id"] == bucket), "")
            may = rights & {("read", name), ("read", "*")}
            if mapping["database"] == database and may:
                return Answer(200, {"results": [{"statement_id": 0}]})
        words = f"database not found: {database}"
        return Answer(200, {"results": [{"statement_id": 0, "error": words}]})

    # --- rows ------------------------------------------------------------------------------------

    def _all_mappings(self) -> list[Row]:
        """Return the explicit mappings, and a virtual one for each bucket that has none."""
        mapped = {mapping["database"] for mapping in self.mappings}
        virtual = [
            {
                "id": bucket["id"],
                "orgID": bucket["orgID"],
                "bucketID": bucket["id"],
                "database": bucket["name"],
                "retention_policy": "autogen",
                "default": True,
                "virtual": True,
            }
            for bucket in self.buckets
            if bucket["name"] not in mapped
        ]
        return [*self.mappings, *virtual]

    def _bucket(self, asked: PostBucket) -> Row:
        made = self._made(
            name=asked.name,
            orgID=asked.orgID,
            type="user",
            retentionRules=msgspec.to_builtins(asked.retentionRules),
        )
        self.buckets.append(made)
        return made

    def _authorization(self, asked: PostAuthorization, token: str) -> Row:
        made = self._made(**msgspec.to_builtins(asked))
        made["token"] = token or f"token-{made['id']}=="
        self.authorizations.append(made)
        return made

    def _made(self, **row: Any) -> Row:
        self._number += 1
        return {"id": f"{self._number:016x}", **row}

    def _with_id(self, rows: list[Row], request: Request) -> Row:
        wanted = request.path.rpartition("/")[2]
        assert re.fullmatch("[0-9a-f]{16}", wanted)
        for row in rows:
            if row["id"] == wanted:
                return row
        raise RefusedError(404, "not found", f"{wanted} not found")


def decode(request: Request, type_: Any) -> Any:
    """Return the body as the contract has it. Raises as msgspec does if it is another."""
    assert request.headers.get("Content-Type") == "application/json"
    return msgspec.convert(json.loads(request.body), type_)


@contextmanager
def influx2(state: Influx2) -> Iterator[Failing]:
    """Run the server on a port of its own."""
    with failing(state.answer) as server:
        yield server
