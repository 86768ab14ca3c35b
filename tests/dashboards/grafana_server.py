"""A server that answers as Grafana's API is documented to, and refuses what Grafana refuses.

Grafana itself cannot be installed for the tests. This server checks every request, field by field,
by Grafana's own specification (``grafana_contract``), keeps what it is sent as Grafana does
(versions rise, secrets are never given back, defaults are written in), and can be made to fail at
any request. Where the documentation is silent, the behaviour is that of Grafana's source, named at
the place. What broke the contract stands in :attr:`GrafanaServer.violations`.
"""

import base64
import copy
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.dashboards.grafana_contract import NEWEST, Contract

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Fault = Literal["before", "after"]
WITHOUT_ORGANISATION = frozenset(
    {
        "get_health",
        "search_orgs",
        "create_org",
        "get_org_users",
        "add_org_user",
        "update_org_user",
        "get_signed_in_user_org_list",
    }
)
NOT_READY = "alerting.notification.configMissing"


class Refused(Exception):  # noqa: N818 - it is an answer, not an error of the server
    """An answer with a status of 400 and more."""

    def __init__(self, code: int, message: str, /, **more: str) -> None:
        super().__init__(message)
        self.code = code
        self.content = {"message": message, **more}


class Call(NamedTuple):
    """One request as it came in."""

    operation: str
    method: str
    path: str
    org: int | None
    body: Any
    steps: dict[str, str]
    query: dict[str, str]
    editable: bool = False


class Place:
    """What one organisation holds."""

    def __init__(self, number: int, name: str, *, ready_after: int) -> None:
        self.number = number
        self.name = name
        self.members: dict[str, str] = {}
        self.data_sources: dict[str, Json] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        self.folders: dict[str, Json] = {}
        self.rights: dict[str, list[Json]] = {}
        self.teams: dict[str, Json] = {}
        self.boards: dict[str, Json] = {}
        self.public: dict[str, Json] = {}
        self.rules: dict[str, Json] = {}
        self.intervals: dict[tuple[str, str], int] = {}
        self.contact_points: dict[str, Json] = {}
        self.mute_timings: dict[str, Json] = {}
        self.policy: Json = {
            "receiver": "grafana-default-email",
            "group_by": ["grafana_folder", "alertname"],
        }
        self.polls_until_ready = ready_after
        self.trouble = ""

    def state(self) -> Json:
        """Return everything but what counts upwards, to compare two ways to the same end."""
        whole = copy.deepcopy(
            {name: value for name, value in vars(self).items() if name != "polls_until_ready"}
        )
        whole["intervals"] = {"/".join(key): value for key, value in self.intervals.items()}
        kept: Json = _without(whole, {"version", "id", "accessToken", "updated", "teamId"})
        return kept


class GrafanaServer:
    """A Grafana on a port of its own. Use it in a ``with`` block."""

    def __init__(
        self,
        specification: Any = NEWEST,
        *,
        version: str = "13.0.0",
        user: str = "admin",
        password: str = "correct horse",
        ready_after: int = 2,
    ) -> None:
        self.contract = Contract(specification)
        self.version = version
        self.user = user
        self.password = password
        self.ready_after = ready_after
        self.places: dict[int, Place] = {}
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.answers: list[str] = []
        self.cut_from: int | None = None
        self.cut: Fault = "before"
        self.override: Callable[[Call], tuple[int, Any] | None] = lambda call: None
        self._lock = threading.Lock()
        self._counter = 0
        self.add_organisation("Main Org.", member=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        handler = type("Handler", (_Handler,), {"grafana": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def changes(self) -> list[Call]:
        """The requests that could change something."""
        return [call for call in self.calls if call.method != "GET"]

    def place(self, name: str) -> Place:
        """Return an organisation by its name."""
        return next(place for place in self.places.values() if place.name == name)

    def state(self) -> Json:
        """Return what all organisations hold, by name."""
        return {place.name: place.state() for place in self.places.values()}

    def add_organisation(self, name: str, *, member: bool) -> Place:
        """Make an organisation, as somebody does in Grafana's pages."""
        place = Place(len(self.places) + 1, name, ready_after=self.ready_after)
        if member:
            place.members[self.user] = "Admin"
        self.places[place.number] = place
        return place

    def forget_calls(self) -> None:
        """Begin to count anew."""
        self.calls.clear()

    # What comes in

    def answer(self, method: str, target: str, headers: Any, content: bytes) -> tuple[int, Any]:
        """Answer one request. Raises ConnectionAbortedError where the fault strikes."""
        with self._lock:
            strikes = self.cut_from is not None and len(self.calls) >= self.cut_from
            if strikes and self.cut == "before":
                raise ConnectionAbortedError
            try:
                status, answer = self._answer(method, target, headers, content)
            except Refused as refused:
                status, answer = refused.code, refused.content
            if strikes:
                raise ConnectionAbortedError
            self.answers.append(json.dumps(answer))
            return status, answer

    def _answer(self, method: str, target: str, headers: Any, content: bytes) -> tuple[int, Any]:
        parts = urlsplit(target)
        path = parts.path.removeprefix("/api")
        operation = self.contract.operation(method, path)
        if operation is None:
            self.violations.append(f"no such address: {method} {target}")
            raise Refused(404, "Not found")
        body = self._body(headers, content)
        number = headers.get("X-Grafana-Org-Id")
        call = Call(
            operation.name,
            method,
            path,
            int(number) if number else None,
            body,
            {name: unquote(value) for name, value in operation.steps.items()},
            dict(parse_qsl(parts.query)),
            "X-Disable-Provenance" in headers,
        )
        self.calls.append(call)
        if operation.name != "get_health":
            self._authenticate(headers)
        self._check(call, operation.facts)
        overridden = self.override(call)
        if overridden is not None:
            return overridden
        answer = getattr(self, f"_{operation.name}")(call, self._entered(call))
        if operation.facts["answer"] and operation.facts["answer"] != "Ack":
            wrong = self.contract.complaints(operation.facts["answer"], answer, answer=True)
            assert not wrong, f"this server answers wrongly: {wrong}"
        return operation.facts["status"], answer

    def _body(self, headers: Any, content: bytes) -> Any:
        if not content:
            return None
        if headers.get("Content-Type") != "application/json":
            self.violations.append("a body that is not called JSON")
            raise Refused(400, "bad request data")
        return json.loads(content)

    def _authenticate(self, headers: Any) -> None:
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if headers.get("Authorization") != f"Basic {login}":
            raise Refused(401, "Invalid username or password")

    def _check(self, call: Call, facts: Any) -> None:
        wrong = [f"?{name}" for name in call.query if name not in facts["query"]]
        if call.operation not in WITHOUT_ORGANISATION and call.org is None:
            wrong.append("no organisation is named")
        if facts["body"]:
            wrong += self.contract.complaints(facts["body"], call.body)
        elif call.body is not None:
            wrong.append("a body where none is taken")
        if wrong:
            self.violations += [f"{call.method} {call.path}: {complaint}" for complaint in wrong]
            raise Refused(400, f"bad request data: {wrong}")

    def _entered(self, call: Call) -> Place:
        if call.operation in WITHOUT_ORGANISATION:
            return self.places[1]
        place = self.places.get(call.org or 0)
        if place is None or place.members.get(self.user) != "Admin":
            raise Refused(403, "You'll need additional permissions to perform this action.")
        return place

    def _next(self) -> int:
        self._counter += 1
        return self._counter

    # Organisations

    def _get_health(self, call: Call, place: Place) -> Any:
        return {"database": "ok", "version": self.version, "commit": "abcdef"}

    def _search_orgs(self, call: Call, place: Place) -> Any:
        size, page = int(call.query.get("perpage", 1000)), int(call.query.get("page", 0))
        found = [{"id": one.number, "name": one.name} for one in self.places.values()]
        return found[page * size : (page + 1) * size]

    def _create_org(self, call: Call, place: Place) -> Any:
        if call.body["name"] in {one.name for one in self.places.values()}:
            raise Refused(409, "Organization name taken")
        made = self.add_organisation(call.body["name"], member=True)
        return {"orgId": made.number, "message": "Organization created"}

    def _get_signed_in_user_org_list(self, call: Call, place: Place) -> Any:
        return [
            {"orgId": one.number, "name": one.name, "role": one.members[self.user]}
            for one in self.places.values()
            if self.user in one.members
        ]

    def _get_org_users(self, call: Call, place: Place) -> Any:
        named = self.places[int(call.steps["org_id"])]
        return [
            {"orgId": named.number, "userId": number, "login": login, "role": role}
            for number, (login, role) in enumerate(named.members.items(), start=1)
        ]

    def _add_org_user(self, call: Call, place: Place) -> Any:
        named = self.places[int(call.steps["org_id"])]
        if call.body["loginOrEmail"] in named.members:
            raise Refused(409, "User is already member of this organization")
        named.members[call.body["loginOrEmail"]] = call.body["role"]
        return {"message": "User added to organization"}

    def _update_org_user(self, call: Call, place: Place) -> Any:
        named = self.places[int(call.steps["org_id"])]
        login = list(named.members)[int(call.steps["user_id"]) - 1]
        named.members[login] = call.body["role"]
        return {"message": "Organization user updated"}

    # Data sources

    def _get_data_source_by_uid(self, call: Call, place: Place) -> Any:
        return _known(place.data_sources, call.steps["uid"], "Data source not found")

    def _add_data_source(self, call: Call, place: Place) -> Any:
        body = copy.deepcopy(call.body)
        names = {source["name"] for source in place.data_sources.values()}
        if body["name"] in names or body["uid"] in place.data_sources:
            raise Refused(409, "data source with the same name already exists")
        secrets = body.pop("secureJsonData", {})
        kept = {**_NEW_SOURCE, **body, "id": self._next(), "orgId": place.number, "version": 1}
        self._keep_source(place, kept, secrets)
        return {
            "id": kept["id"],
            "name": kept["name"],
            "message": "Datasource added",
            "datasource": kept,
        }

    def _update_data_source_by_uid(self, call: Call, place: Place) -> Any:
        old = _known(place.data_sources, call.steps["uid"], "Data source not found")
        body = copy.deepcopy(call.body)
        version = body.pop("version", 0)
        if version and version < old["version"]:  # SqlStore.UpdateDataSource
            raise Refused(409, "Datasource has already been updated by someone else.")
        secrets = {**place.secrets[old["uid"]], **body.pop("secureJsonData", {})}
        kept = {
            **_NEW_SOURCE,
            **body,
            "id": old["id"],
            "orgId": place.number,
            "version": version + 1,
        }
        self._keep_source(place, kept, secrets)
        return {
            "id": kept["id"],
            "name": kept["name"],
            "message": "Datasource updated",
            "datasource": kept,
        }

    def _check_datasource_health_with_uid(self, call: Call, place: Place) -> Any:
        _known(place.data_sources, call.steps["uid"], "Data source not found")
        if place.trouble:
            raise Refused(400, place.trouble, status="ERROR")
        return {"message": "datasource is working"}

    def _keep_source(self, place: Place, source: Json, secrets: dict[str, str]) -> None:
        place.secrets[source["uid"]] = secrets
        source["secureJsonFields"] = dict.fromkeys(secrets, True)
        place.data_sources[source["uid"]] = source

    # Folders and teams

    def _get_folder_by_uid(self, call: Call, place: Place) -> Any:
        return _known(place.folders, call.steps["folder_uid"], "folder not found")

    def _create_folder(self, call: Call, place: Place) -> Any:
        uid = call.body["uid"]
        if uid in place.folders:
            raise Refused(409, "a folder with that UID already exists")
        _check_uid(uid)
        place.folders[uid] = {
            "id": self._next(),
            "uid": uid,
            "title": call.body["title"],
            "version": 1,
        }
        place.rights[uid] = [
            {"role": "Editor", "permission": 2},
            {"role": "Viewer", "permission": 1},
        ]
        return place.folders[uid]

    def _update_folder(self, call: Call, place: Place) -> Any:
        folder = _known(place.folders, call.steps["folder_uid"], "folder not found")
        if not call.body.get("overwrite") and call.body.get("version") != folder["version"]:
            raise Refused(
                412, "the folder has been changed by someone else", status="version-mismatch"
            )
        folder.update(title=call.body["title"], version=folder["version"] + 1)
        return folder

    def _get_folder_permission_list(self, call: Call, place: Place) -> Any:
        uid = _known(place.folders, call.steps["folder_uid"], "folder not found")["uid"]
        names = {team["id"]: team["name"] for team in place.teams.values()}
        return [
            {
                "folderUid": uid,
                "inherited": False,
                "userId": 0,
                "teamId": 0,
                "team": names.get(right.get("teamId", 0), ""),
                **right,
            }
            for right in place.rights[uid]
        ]

    def _update_folder_permissions(self, call: Call, place: Place) -> Any:
        uid = _known(place.folders, call.steps["folder_uid"], "folder not found")["uid"]
        for item in call.body["items"]:
            if len(item.keys() & {"role", "teamId", "userId"}) != 1 or "permission" not in item:
                raise Refused(400, "bad permission")
        place.rights[uid] = copy.deepcopy(call.body["items"])
        return {"message": "Folder permissions updated"}

    def _search_teams(self, call: Call, place: Place) -> Any:
        wanted = call.query.get("name")
        found = [team for team in place.teams.values() if wanted in (None, team["name"])]
        return {"totalCount": len(found), "teams": found, "page": 1, "perPage": 1000}

    def _create_team(self, call: Call, place: Place) -> Any:
        name = call.body["name"]
        if name in place.teams:
            raise Refused(409, "Team name taken")
        number = self._next()
        place.teams[name] = {
            "id": number,
            "uid": f"team-of-{place.number}-{len(place.teams)}",
            "orgId": place.number,
            "name": name,
            "memberCount": 0,
            "isProvisioned": False,
        }
        if "isProvisioned" not in self.contract._definitions["TeamDTO"]["fields"]:
            del place.teams[name]["isProvisioned"]
        return {"teamId": number, "uid": place.teams[name]["uid"], "message": "Team created"}

    # Boards

    def _search(self, call: Call, place: Place) -> Any:
        return [
            {
                "id": board["dashboard"]["id"],
                "uid": uid,
                "type": "dash-db",
                "title": board["dashboard"]["title"],
                "tags": board["dashboard"].get("tags") or [],
            }
            for uid, board in place.boards.items()
            if call.query.get("tag") in (None, *(board["dashboard"].get("tags") or []))
        ]

    def _get_dashboard_by_uid(self, call: Call, place: Place) -> Any:
        return _known(place.boards, call.steps["uid"], "Dashboard not found")

    def _post_dashboard(self, call: Call, place: Place) -> Any:
        board = copy.deepcopy(call.body["dashboard"])
        uid = board.get("uid") or f"made{self._next()}"
        _check_uid(uid)
        if not board.get("title"):
            raise Refused(400, "Dashboard title cannot be empty")
        folder = call.body.get("folderUid", "")
        if folder and folder not in place.folders:
            raise Refused(400, "folder not found")
        old = place.boards.get(uid)
        before = old["dashboard"]["version"] if old else 0
        if old and board.get("version", 0) != before and not call.body.get("overwrite"):
            raise Refused(
                412, "The dashboard has been changed by someone else", status="version-mismatch"
            )
        number = old["dashboard"]["id"] if old else self._next()
        board.update(id=number, uid=uid, version=before + 1)
        url = f"/d/{uid}/board"
        place.boards[uid] = {
            "dashboard": board,
            "meta": {"url": url, "folderUid": folder, "version": before + 1, "canSave": True},
        }
        return {
            "id": number,
            "uid": uid,
            "url": url,
            "status": "success",
            "version": before + 1,
            "folderUid": folder,
            "title": "board",
        }

    def _delete_dashboard_by_uid(self, call: Call, place: Place) -> Any:
        board = _known(place.boards, call.steps["uid"], "Dashboard not found")
        del place.boards[call.steps["uid"]]
        place.public.pop(call.steps["uid"], None)
        title = board["dashboard"]["title"]
        return {"title": title, "message": f"Dashboard {title} deleted", "uid": call.steps["uid"]}

    def _get_public_dashboard(self, call: Call, place: Place) -> Any:
        return _known(place.public, call.steps["dashboardUid"], "Public dashboard not found")

    def _create_public_dashboard(self, call: Call, place: Place) -> Any:
        uid = call.steps["dashboardUid"]
        board = _known(place.boards, uid, "Dashboard not found")["dashboard"]
        if uid in place.public:
            raise Refused(
                400, "Dashboard is already public", messageId="publicdashboards.dashboardIsPublic"
            )
        if (board.get("templating") or {}).get("list"):
            raise Refused(400, "public dashboard has template variables")
        place.public[uid] = {
            "timeSelectionEnabled": False,
            "isEnabled": False,
            "annotationsEnabled": False,
            "share": "public",
            **call.body,
            "uid": f"public-{uid}",
            "dashboardUid": uid,
            "accessToken": f"{self._next():032x}",
        }
        return place.public[uid]

    def _update_public_dashboard(self, call: Call, place: Place) -> Any:
        public = _known(place.public, call.steps["dashboardUid"], "Public dashboard not found")
        if public["uid"] != call.steps["uid"]:
            raise Refused(400, "Invalid Uid")
        public.update(call.body)
        return public

    # Alerts

    def _get_alert_rules(self, call: Call, place: Place) -> Any:
        return list(place.rules.values())

    def _get_alert_rule_group(self, call: Call, place: Place) -> Any:
        key = (call.steps["FolderUID"], call.steps["Group"])
        rules = [rule for rule in place.rules.values() if _group(rule) == key]
        if not rules:
            raise Refused(404, "rule group not found")
        return {
            "title": key[1],
            "folderUid": key[0],
            "interval": place.intervals[key],
            "rules": rules,
        }

    def _put_alert_rule_group(self, call: Call, place: Place) -> Any:
        key = (call.steps["FolderUID"], call.steps["Group"])
        if key[0] not in place.folders:
            raise Refused(404, "folder not found")
        if not call.body["interval"] or call.body["interval"] % 10:
            raise Refused(400, "interval should be a multiple of 10 seconds")
        rules = [self._rule(rule, key, place) for rule in call.body["rules"]]
        titles = [
            rule["title"]
            for rule in place.rules.values()
            if _group(rule) != key and rule["folderUID"] == key[0]
        ] + [rule["title"] for rule in rules]
        if len(titles) != len(set(titles)):
            raise Refused(400, "a conflicting alert rule is found: rule title is not unique")
        place.rules = {uid: rule for uid, rule in place.rules.items() if _group(rule) != key}
        place.rules.update({rule["uid"]: rule for rule in rules})
        place.intervals[key] = call.body["interval"]
        return call.body

    def _rule(self, rule: Json, key: tuple[str, str], place: Place) -> Json:
        if rule["condition"] not in {query["refId"] for query in rule["data"]}:
            raise Refused(400, "condition does not exist")
        kept = copy.deepcopy(rule)
        for query in kept["data"]:
            times = query.setdefault("relativeTimeRange", {"from": 0, "to": 0})
            expression = query["datasourceUid"] == "__expr__"
            if not expression and query["datasourceUid"] not in place.data_sources:
                raise Refused(400, "data source not found")
            if not expression and times.get("from", 0) <= times.get("to", 0):
                raise Refused(400, "invalid relative time range")
            query["relativeTimeRange"] = {"from": times.get("from", 0), "to": times.get("to", 0)}
            query.setdefault("queryType", "")
            query["model"] = {"intervalMs": 1000, "maxDataPoints": 43200, **query["model"]}
        written = {
            "folderUID": key[0],
            "ruleGroup": key[1],
            "orgID": place.number,
            "id": self._next(),
            "isPaused": rule.get("isPaused", False),
            "updated": "2026-01-01T00:00:00Z",
            "for": _duration(rule["for"]),
        }
        return {
            "annotations": None,
            "labels": None,
            "notification_settings": None,
            "record": None,
            **kept,
            **written,
        }

    def _delete_alert_rule(self, call: Call, place: Place) -> Any:
        place.rules.pop(call.steps["UID"], None)

    def _get_contactpoints(self, call: Call, place: Place) -> Any:
        self._poll(place)
        return [*place.contact_points.values()]

    def _post_contactpoints(self, call: Call, place: Place) -> Any:
        self._poll(place)
        _check_contact(call.body)
        if call.body["uid"] in place.contact_points:
            raise Refused(400, "contact point with that uid already exists")
        place.contact_points[call.body["uid"]] = {
            "disableResolveMessage": False,
            **copy.deepcopy(call.body),
            **_provenance(call),
        }
        return place.contact_points[call.body["uid"]]

    def _put_contactpoint(self, call: Call, place: Place) -> Any:
        self._poll(place)
        _check_contact(call.body)
        old = _known(place.contact_points, call.steps["UID"], "contact point not found")
        if old.get("provenance", "") not in ("", _provenance(call)["provenance"]):
            raise Refused(403, "cannot change provenance")
        place.contact_points[call.steps["UID"]] = {**old, **copy.deepcopy(call.body)}
        return {"message": "contactpoint updated"}

    def _delete_contactpoints(self, call: Call, place: Place) -> Any:
        point = place.contact_points.get(call.steps["UID"])
        if point and point["name"] in _receivers(place.policy):
            raise Refused(409, "contact point is currently used by a notification policy")
        place.contact_points.pop(call.steps["UID"], None)

    def _get_mute_timings(self, call: Call, place: Place) -> Any:
        self._poll(place)
        return list(place.mute_timings.values())

    def _post_mute_timing(self, call: Call, place: Place) -> Any:
        self._poll(place)
        return self._mute(call, place, new=True)

    def _put_mute_timing(self, call: Call, place: Place) -> Any:
        self._poll(place)
        return self._mute(call, place, new=False)

    def _delete_mute_timing(self, call: Call, place: Place) -> Any:
        if call.steps["name"] in _mutes(place.policy):
            raise Refused(409, "time interval is currently used by a notification policy")
        place.mute_timings.pop(call.steps["name"], None)

    def _mute(self, call: Call, place: Place, *, new: bool) -> Any:
        name = call.body["name"]
        if new == (name in place.mute_timings):
            raise Refused(400, "mute timing exists already, or not at all")
        for interval in call.body["time_intervals"]:
            for times in interval.get("times") or []:
                if not _CLOCK.fullmatch(times["start_time"]) or not _CLOCK.fullmatch(
                    times["end_time"]
                ):
                    raise Refused(400, "couldn't parse timestamp")
                if times["start_time"] >= times["end_time"]:
                    raise Refused(400, "start time cannot be equal or greater than end time")
        place.mute_timings[name] = copy.deepcopy(call.body)
        return place.mute_timings[name]

    def _get_policy_tree(self, call: Call, place: Place) -> Any:
        self._poll(place)
        return place.policy

    def _put_policy_tree(self, call: Call, place: Place) -> Any:
        self._poll(place)
        tree = copy.deepcopy(call.body)
        if "provenance" in tree or not tree.get("receiver") or tree.get("object_matchers"):
            raise Refused(400, "root route must specify a default receiver and no matchers")
        names = {point["name"] for point in place.contact_points.values()}
        unknown = _receivers(tree) - names - {"grafana-default-email"}
        unknown |= _mutes(tree) - place.mute_timings.keys()
        if unknown:
            raise Refused(400, f"{unknown} does not exist")
        place.policy = _normal(tree)
        return {"message": "policies updated"}

    def _poll(self, place: Place) -> None:
        """A new organisation has no alerting at first (Grafana, issue 128258)."""
        if place.polls_until_ready > 0:
            place.polls_until_ready -= 1
            raise Refused(
                500,
                "No alertmanager configuration present in this organization",
                messageId=NOT_READY,
            )


class _Handler(BaseHTTPRequestHandler):
    """Hands requests to the GrafanaServer it belongs to."""

    protocol_version = "HTTP/1.1"
    # One packet an answer: head and body apart would cost 40 ms each, waiting for a delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True
    grafana: GrafanaServer

    def _handle(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, answer = self.grafana.answer(self.command, self.path, self.headers, content)
        except ConnectionAbortedError:
            self.close_connection = True
            return
        told = b"" if status == 204 else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


_NEW_SOURCE: Json = {
    "typeLogoUrl": "",
    "user": "",
    "database": "",
    "basicAuth": False,
    "basicAuthUser": "",
    "withCredentials": False,
    "isDefault": False,
    "readOnly": False,
}
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_UNITS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}


def _known(things: dict[str, Json], key: str, complaint: str) -> Json:
    if key not in things:
        raise Refused(404, complaint)
    return things[key]


def _check_uid(uid: str) -> None:
    if not re.fullmatch(r"[a-zA-Z0-9\-_]{1,40}", uid):
        raise Refused(400, "uid contains illegal characters or is too long")


def _group(rule: Json) -> tuple[str, str]:
    return rule["folderUID"], rule["ruleGroup"]


def _check_contact(point: Json) -> None:
    needed = {"email": "addresses", "webhook": "url"}[point["type"]]
    if not point["settings"].get(needed):
        raise Refused(400, f"could not find {needed} in settings")


def _provenance(call: Call) -> Json:
    return {"provenance": "" if call.editable else "api"}


def _receivers(route: Json) -> set[str]:
    own = {route["receiver"]} if route.get("receiver") else set()
    return own.union(*(_receivers(branch) for branch in route.get("routes") or []))


def _mutes(route: Json) -> set[str]:
    own = set(route.get("mute_time_intervals") or [])
    return own.union(*(_mutes(branch) for branch in route.get("routes") or []))


def _duration(text: str) -> str:
    """Write a duration as Prometheus does: in the largest units that leave no rest."""
    parts = re.findall(r"([0-9]+)([smhdwy])", text)
    total = sum(int(number) * _UNITS[unit] for number, unit in parts)
    told = ""
    for unit, size in _UNITS.items():
        if unit == "w" and total % size:
            continue
        if total >= size:
            told += f"{total // size}{unit}"
            total %= size
    return told or "0s"


def _normal(route: Json) -> Json:
    """Return a route as Grafana keeps it: durations written anew."""
    kept = dict(route)
    for name in ("group_wait", "group_interval", "repeat_interval"):
        if kept.get(name):
            kept[name] = _duration(kept[name])
    kept["routes"] = [_normal(branch) for branch in route.get("routes") or []]
    return kept


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, names) for key, item in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    return value
