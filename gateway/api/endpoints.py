"""The addresses of open data, declared once: routes, documentation and OpenAPI are made of them."""

from dataclasses import dataclass
from typing import Literal

from gateway.api import documents as doc
from gateway.api import parameters as p
from gateway.api.parameters import Parameter
from gateway.api.senml import MEDIA_TYPE as SENML

Format = Literal["json", "csv", "senml"]

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "senml": SENML,
}

A_MINUTE = 60
AN_HOUR = 3600


@dataclass(frozen=True)
class Endpoint:
    """One address below ``/api/v1``.

    ``name`` is the operation's. ``answer`` is the document of its JSON, ``None`` if it has none.
    ``formats``: the first is answered to who does not say what they want; each can be asked for by
    a suffix. ``kept_s``: for how long an answer may be used again.
    """

    path: str
    name: str
    summary: str
    answer: type | None
    formats: tuple[Format, ...]
    parameters: tuple[Parameter, ...] = ()
    kept_s: int = A_MINUTE


ENDPOINTS = (
    Endpoint("/", "start", "What there is, and where.", doc.Start, ("json",), (), AN_HOUR),
    Endpoint("/towns", "towns", "The towns whose data are open.", doc.Towns, ("json", "csv")),
    Endpoint(
        "/towns/{town}/objects",
        "objects",
        "The objects of a town, with their last public values.",
        doc.Things,
        ("json", "csv"),
        (p.TOWN, p.LIMIT_OBJECTS, p.CURSOR_OBJECTS),
    ),
    Endpoint(
        "/towns/{town}/objects/{device}",
        "object",
        "One object, with its last public values.",
        doc.Thing,
        ("json", "csv"),
        (p.TOWN, p.DEVICE),
    ),
    Endpoint(
        "/towns/{town}/objects/{device}/readings",
        "readings",
        "The readings of one object, by time, a page at a time.",
        doc.Readings,
        ("json", "csv", "senml"),
        (p.TOWN, p.DEVICE, p.CHANNEL, p.FROM, p.TO, p.STEP, p.CURSOR, p.LIMIT_ROWS),
    ),
    Endpoint(
        "/towns/{town}/readings",
        "export",
        "The readings of a town as one table, by object and time. One at a time for each client.",
        None,
        ("csv",),
        (p.TOWN, p.OBJECT, p.CHANNEL, p.FROM, p.TO, p.STEP),
    ),
    Endpoint(
        "/builds",
        "builds",
        "The kinds of objects, and what each channel means.",
        doc.Builds,
        ("json", "csv"),
        (),
        AN_HOUR,
    ),
)
