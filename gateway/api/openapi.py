"""The OpenAPI 3.1 document of open data, made of the declarations that the routes are made of."""

from typing import Any

import msgspec

from gateway.api.described import BASE
from gateway.api.documents import SenmlRecord
from gateway.api.endpoints import ENDPOINTS, MEDIA_TYPES, Endpoint, Format
from gateway.api.parameters import Parameter
from gateway.api.problems import PROBLEM_TYPE, Problem

VERSION = "1.0.0"
ADDRESS = "/openapi.json"
_SCHEMAS = "#/components/schemas/{name}"

_DESCRIPTION = """\
What the objects of a town measure, for everybody, read-only.

- Times are UTC (ISO 8601), numbers in the channel's unit, with a decimal point.
- Rooms are told as means of ten minutes, counts of people by the hour; a count of 1 to 4 is null.
  A step is told a minute after its end. A mean may still change when readings come late; a count
  never does.
- Pages: follow `next`, or the Link header (RFC 8288), until there is none.
- Each list also exists with a suffix: `.json`, `.csv`, and readings as `.senml` (RFC 8428).
- Ask with `If-None-Match`: what has not changed costs nobody anything. After 429, wait as long as
  `Retry-After` says.
- Fields may be added; none is renamed or taken away within version 1.
"""

_ERRORS = {
    400: "A parameter that cannot be used; the detail says which, and what is expected.",
    404: "There is no such thing, or it is not open.",
    406: "None of the forms that there are is acceptable.",
    429: "Too many requests: wait for the seconds in Retry-After.",
    503: "Not just now: wait for the seconds in Retry-After.",
}
_HEADERS: dict[str, Any] = {
    "ETag": "Tells this answer from others.",
    "Last-Modified": "Since when the answer has been seen as it is.",
    "Link": "rel=next: the page after this one.",
}
_PROBLEM_HEADERS: dict[int, tuple[str, ...]] = {429: ("Retry-After",), 503: ("Retry-After",)}


def document(site_name: str) -> dict[str, Any]:
    """Return the document (OpenAPI Specification 3.1.1) as values for JSON."""
    types = [end.answer for end in ENDPOINTS if end.answer is not None]
    _references, schemas = msgspec.json.schema_components(
        [*types, SenmlRecord, Problem], ref_template=_SCHEMAS
    )
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths[endpoint.path] = {"get": _operation(endpoint, suffix="")}
        for name in endpoint.formats if endpoint.path != "/" else ():
            paths[f"{endpoint.path}.{name}"] = {"get": _operation(endpoint, suffix=name)}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": f"{site_name}: open data",
            "version": VERSION,
            "description": _DESCRIPTION,
        },
        "servers": [{"url": BASE}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(endpoint: Endpoint, suffix: str) -> dict[str, Any]:
    formats = [name for name in endpoint.formats if suffix in ("", name)]
    name = f"{endpoint.name}-{suffix}" if suffix else endpoint.name
    statuses = [status for status in _ERRORS if status != 406 or not suffix]
    is_export = endpoint.answer is None
    if not endpoint.parameters:
        statuses.remove(404)
    return {
        "operationId": name,
        "summary": endpoint.summary,
        "parameters": [_parameter(parameter) for parameter in endpoint.parameters],
        "responses": {
            "200": {
                "description": "What was asked for.",
                **_headers(endpoint),
                "content": {_media_type(form): _content(endpoint, form) for form in formats},
            },
            **({"204": {"description": "There is no reading."}} if "senml" in formats else {}),
            **({"304": {"description": "It has not changed."}} if not is_export else {}),
            **{str(status): _problem(status) for status in statuses},
        },
    }


def _headers(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.answer is None:
        return {}
    has_pages = any(parameter.name == "cursor" for parameter in endpoint.parameters)
    told = {name: text for name, text in _HEADERS.items() if name != "Link" or has_pages}
    return {"headers": {name: _header(text) for name, text in told.items()}}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.where == "path",
        "description": parameter.description,
        "schema": dict(parameter.schema),
        "example": [parameter.example] if parameter.style else parameter.example,
        **parameter.style,
    }


def _content(endpoint: Endpoint, form: Format) -> dict[str, Any]:
    if form == "csv":
        return {"schema": {"type": "string"}}
    if form == "senml":
        record = {"$ref": _SCHEMAS.format(name=SenmlRecord.__name__)}
        return {"schema": {"type": "array", "items": record, "minItems": 1}}
    assert endpoint.answer is not None
    return {"schema": {"$ref": _SCHEMAS.format(name=endpoint.answer.__name__)}}


def _problem(status: int) -> dict[str, Any]:
    content = {PROBLEM_TYPE: {"schema": {"$ref": _SCHEMAS.format(name=Problem.__name__)}}}
    headers = _PROBLEM_HEADERS.get(status, ())
    return {
        "description": _ERRORS[status],
        "content": content,
        **({"headers": {name: _header("Seconds.") for name in headers}} if headers else {}),
    }


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _media_type(form: Format) -> str:
    return MEDIA_TYPES[form].partition(";")[0]
