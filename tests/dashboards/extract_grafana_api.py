"""Draw from Grafana's OpenAPI specification what the tests check requests and answers by.

    python -m tests.dashboards.extract_grafana_api CLONE REVISION … > …/grafana_api.json

CLONE is a clone of grafana/grafana-openapi-client-go, whose Go models are generated from
``public/api-merged.json`` of grafana/grafana; ``scripts/pull-schema.sh`` of a revision names the
commit. Only facts are taken: addresses, names of fields, types, what is required. No texts.
"""

import json
import re
import subprocess
import sys
from typing import Any

OPERATIONS = {
    "health": "get_health",
    "orgs": "search_orgs create_org get_org_users add_org_user update_org_user",
    "signed_in_user": "get_signed_in_user_org_list",
    "datasources": "get_data_source_by_uid add_data_source update_data_source_by_uid"
    " check_datasource_health_with_uid",
    "folders": "get_folder_by_uid create_folder update_folder",
    "folder_permissions": "get_folder_permission_list update_folder_permissions",
    "teams": "search_teams create_team",
    "search": "search",
    "dashboards": "get_dashboard_by_uid post_dashboard delete_dashboard_by_uid",
    "dashboard_public": "get_public_dashboard create_public_dashboard update_public_dashboard",
    "provisioning": "get_alert_rules get_alert_rule_group put_alert_rule_group delete_alert_rule"
    " get_contactpoints post_contactpoints put_contactpoint delete_contactpoints get_mute_timings"
    " post_mute_timing put_mute_timing delete_mute_timing get_policy_tree put_policy_tree",
}
_TYPES = {
    "string": "string",
    "bool": "boolean",
    "int64": "integer",
    "float64": "number",
    "any": "any",
    "strfmt.Duration": "string",
    "strfmt.DateTime": "string",
    "JSON": "object",
    "MatchRegexps": "object",
    "Metadata": "object",
    "Matchers": "array",
    "ObjectMatchers": "array",
    "Duration": "integer",
    "PermissionType": "integer",
    "DsAccess": "string",
    "ShareType": "string",
    "Provenance": "string",
    "HitType": "string",
    "ManagerKind": "string",
}
_FIELD = re.compile(r'(\w+)\s+(\S+)\s+`json:"([^",]+)')


class Revision:
    """One revision of the clone."""

    def __init__(self, clone: str, name: str) -> None:
        self._clone = clone
        self.name = name

    def file(self, path: str) -> str:
        """Return a file; empty if there is none."""
        command = ["git", "-C", self._clone, "show", f"{self.name}:{path}"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def files(self, folder: str) -> list[str]:
        """Return the names of all files in a folder."""
        command = ["git", "-C", self._clone, "ls-tree", "-r", "--name-only", self.name, folder]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def facts(revision: Revision) -> dict[str, Any]:
    """Return the operations and definitions of one revision."""
    models = _models(revision)
    operations = {
        name: operation
        for names in OPERATIONS.values()
        for name in names.split()
        if (operation := _operation(revision, name)) is not None
    }
    wanted = {operation[side] for operation in operations.values() for side in ("body", "answer")}
    definitions: dict[str, Any] = {}
    waiting = [name.removeprefix("[]") for name in wanted if name]
    while waiting:
        name = waiting.pop()
        if name in definitions or name not in models:
            continue
        definitions[name] = models[name]
        waiting += [
            field["of"] for field in models[name].get("fields", {}).values() if "of" in field
        ] + ([models[name]["of"]] if "of" in models[name] else [])
    commit = re.search(r"[0-9a-f]{40}", revision.file("scripts/pull-schema.sh"))
    return {
        "specification": "grafana/grafana public/api-merged.json",
        "commit": commit[0] if commit else "",
        "operations": dict(sorted(operations.items())),
        "definitions": dict(sorted(definitions.items())),
    }


def _operation(revision: Revision, name: str) -> dict[str, Any] | None:
    paths = [
        path.removesuffix("_parameters.go")
        for path in revision.files("client")
        if path.endswith(f"/{name}_parameters.go")
    ]
    if not paths:
        return None
    parameters, answers = (
        revision.file(f"{paths[0]}_{end}.go") for end in ("parameters", "responses")
    )
    client = revision.file(f"{paths[0].rpartition('/')[0]}/{paths[0].split('/')[1]}_client.go")
    camel = "".join(word.capitalize() for word in name.split("_"))
    entry = re.search(
        rf'ID:\s+"{camel}",\s+Method:\s+"(\w+)",\s+PathPattern:\s+"([^"]+)"', client, re.IGNORECASE
    )
    body = re.search(r"^\s+Body\s+\*?models\.(\w+)", parameters, re.MULTILINE)
    answer = re.search(
        r"describes a response with status code (2\d\d).*?\n\ttype|"
        r"status code (2\d\d), with default header values.*?\ntype \w+ struct \{\n"
        r"(?:\tPayload (\[\])?\*?models\.(\w+)|.*?)\n?\}",
        answers,
        re.DOTALL,
    )
    return {
        "method": entry[1] if entry else "",
        "path": entry[2] if entry else "",
        "query": sorted(set(re.findall(r'SetQueryParam\("(\w+)"', parameters))),
        "body": body[1] if body else "",
        "status": int(answer[2] or answer[1]) if answer else 0,
        "answer": ((answer[3] or "") + (answer[4] or "")) if answer else "",
    }


def _models(revision: Revision) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in revision.files("models"):
        source = revision.file(path)
        struct = re.search(r"^type (\w+) struct \{(.*?)^\}", source, re.DOTALL | re.MULTILINE)
        several = re.search(r"^type (\w+) \[\]\*?(\w+)$", source, re.MULTILINE)
        if struct:
            found[struct[1]] = {"fields": _fields(struct[2])}
        elif several:
            found[several[1]] = {"of": several[2]}
    return found


def _fields(body: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    notes: list[str] = []
    for line in map(str.strip, body.splitlines()):
        if line.startswith("//"):
            notes.append(line[2:].strip())
        elif match := _FIELD.match(line):
            fields[match[3]] = {**_type(match[2]), **_rules(notes)}
        if not line:
            notes = []
    return fields


def _type(go: str) -> dict[str, Any]:
    name = go.lstrip("*")
    if name in _TYPES:
        return {"type": _TYPES[name]}
    if name.startswith("map[string]"):
        return {"type": "map", "values": _TYPES.get(name.removeprefix("map[string]"), "any")}
    if name.startswith("[]"):
        inner = name[2:].lstrip("*")
        return (
            {"type": "array", "items": _TYPES[inner]}
            if inner in _TYPES
            else {
                "type": "array",
                "of": inner,
            }
        )
    return {"type": "object", "of": name}


def _rules(notes: list[str]) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for note in notes:
        name, _, value = note.partition(": ")
        if note == "Required: true":
            rules["required"] = True
        elif name == "Enum":
            rules["enum"] = re.findall(r"\w+", value)
        elif name == "Pattern":
            rules["pattern"] = value
        elif name in ("Max Length", "Min Length"):
            rules[name] = int(value)
    return rules


def _in_lines(revisions: list[dict[str, Any]]) -> str:
    """Return JSON with a line for each operation and definition, so that changes can be read."""
    text = json.dumps(revisions, sort_keys=True, indent=3)
    return re.sub(r"\n {12,}|\n {9}(?=[\]}])", " ", text) + "\n"


if __name__ == "__main__":
    clone, *names = sys.argv[1:]
    sys.stdout.write(_in_lines([facts(Revision(clone, name)) for name in names]))
