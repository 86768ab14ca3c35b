"""Grafana's own specification of requests and answers, and whether one keeps to it.

``grafana_api.json`` holds the facts of Grafana 13.0.0 and of its state of November 2024 (11.4),
drawn by ``extract_grafana_api.py``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

NEWEST, OLDER = json.loads((Path(__file__).parent / "grafana_api.json").read_text("utf-8"))
_PYTHON = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "array": list,
    "map": dict,
}

_ALSO = {"execErrState": ["KeepLast"], "noDataState": ["KeepLast"]}
"""Values that Grafana takes since 10.4 and that its specification forgets.

Sources: "Alert rule state and health", Grafana documentation ("Keep Last State");
``KeepLastErrState`` in ``pkg/services/ngalert/models/alert_rule.go``.
"""


class Operation(NamedTuple):
    """One request that the specification knows, and the parts of the address it named."""

    name: str
    facts: Mapping[str, Any]
    steps: dict[str, str]


class Contract:
    """What one version of Grafana says about its API."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self._operations = specification["operations"]
        self._definitions = specification["definitions"]

    def operation(self, method: str, path: str) -> Operation | None:
        """Return what a request means; ``path`` without ``/api``. ``None``: there is no such."""
        for name, facts in self._operations.items():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", facts["path"])
            match = re.fullmatch(pattern, path)
            if match and facts["method"] == method:
                return Operation(name, facts, match.groupdict())
        return None

    def complaints(self, definition: str, value: Any, *, answer: bool = False) -> list[str]:
        """Return what in ``value`` is not as the definition says.

        An ``answer`` may lack fields: the specification calls required what some versions omit.
        """
        return list(self._against(definition, value, definition, answer=answer))

    def _against(self, name: str, value: Any, where: str, *, answer: bool) -> Iterator[str]:
        if name.startswith("[]"):
            yield from self._each(name[2:], value, where, answer=answer)
            return
        definition = self._definitions.get(name)
        if definition is None:
            return
        if "of" in definition:
            yield from self._each(definition["of"], value, where, answer=answer)
        elif not isinstance(value, dict):
            yield f"{where} is not an object"
        else:
            yield from self._fields(definition["fields"], value, where, answer=answer)

    def _each(self, name: str, value: Any, where: str, *, answer: bool) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where} is not a list"
            return
        for position, item in enumerate(value):
            yield from self._against(name, item, f"{where}[{position}]", answer=answer)

    def _fields(
        self, fields: Mapping[str, Any], value: Mapping[str, Any], where: str, *, answer: bool
    ) -> Iterator[str]:
        for name in value.keys() - fields.keys():
            yield f"{where}.{name} is unknown"
        for name, facts in fields.items():
            here = f"{where}.{name}"
            if value.get(name) is None:
                if facts.get("required") and not answer:
                    yield f"{here} is missing"
                continue
            yield from self._field(facts, value[name], here, answer=answer)

    def _field(
        self, facts: Mapping[str, Any], value: Any, where: str, *, answer: bool
    ) -> Iterator[str]:
        kind = _PYTHON.get(facts["type"], object)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            yield f"{where} is not of type {facts['type']}"
            return
        if "of" in facts:
            inner = f"[]{facts['of']}" if facts["type"] == "array" else facts["of"]
            yield from self._against(inner, value, where, answer=answer)
        also = _ALSO.get(where.rpartition(".")[2], [])
        if "enum" in facts and value not in (*facts["enum"], *also):
            yield f"{where} is none of {facts['enum']}"
        if "pattern" in facts and not re.search(facts["pattern"], value):
            yield f"{where} is not like {facts['pattern']}"
        if not facts.get("Min Length", 0) <= len(str(value)) <= facts.get("Max Length", 1 << 30):
            yield f"{where} is too short or too long"
        if facts["type"] == "map" and facts["values"] == "string":
            yield from (
                f"{where}.{key} is no text"
                for key, item in value.items()
                if not isinstance(item, str)
            )
