"""What may be asked: each parameter, its words in the documentation, and how it is read.

The one truth for the routes and for OpenAPI. A reader raises ValueError with what is expected.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.api import times
from gateway.api.disclosure import STEPS
from gateway.api.problems import ProblemError
from gateway.api.series import Place
from kit.names import is_slug

LIMIT = 1000
MOST_ROWS = 5000
OBJECTS = 100
MOST_OBJECTS = 500

_PLACE = re.compile(r"(-?\d{1,12}(?:\.\d{1,17})?)(?:_(\d{1,9}))?", re.ASCII)
_NAMES = re.compile(r"[a-z0-9-]{1,32}(?:,[a-z0-9-]{1,32}){0,31}", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address. ``schema`` is JSON Schema; ``read`` makes a value of the text.

    Of a parameter that is not given, ``otherwise`` is the value.
    """

    name: str
    where: Literal["path", "query"]
    description: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    example: str | int
    otherwise: Any = None
    style: Mapping[str, Any] = field(default_factory=dict)


def asked(
    parameters: tuple[Parameter, ...], path: Mapping[str, Any], query: list[tuple[str, str]]
) -> dict[str, Any]:
    """Return the value of each parameter. Raises ProblemError 400 that names the wrong one."""
    known = {p.name: p for p in parameters}
    given: dict[str, str] = {}
    for name, text in query:
        if name not in known or known[name].where != "query":
            names = ", ".join(p.name for p in parameters if p.where == "query") or "none"
            raise ProblemError(400, f"There is no such parameter; there are: {names}.")
        if name in given:
            raise ProblemError(400, f"The parameter {name} stands twice; give it once.")
        given[name] = text
    values = {p.name: p.otherwise for p in parameters}
    for name, text in given.items():
        try:
            values[name] = known[name].read(text)
        except (ValueError, OverflowError):
            raise ProblemError(400, f"{name}: {known[name].description}") from None
    return values | {p.name: str(path[p.name]) for p in parameters if p.where == "path"}


def place_text(place: Place) -> str:
    """Write where a page begins, as :data:`CURSOR` reads it."""
    return f"{place.time!r}_{place.skip}"


def _read_place(text: str) -> Place:
    match = _PLACE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Place(float(match[1]), int(match[2] or 0))


def _read_names(text: str) -> tuple[str, ...]:
    if not _NAMES.fullmatch(text):
        raise ValueError(text)
    return tuple(dict.fromkeys(text.split(",")))


def _read_slug(text: str) -> str:
    if not is_slug(text):
        raise ValueError(text)
    return text


def _read_step(text: str) -> str:
    if text not in STEPS:
        raise ValueError(text)
    return text


def _reader_of_limit(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return read


def _limit(of: str, most: int, usual: int) -> Parameter:
    return Parameter(
        "limit",
        "query",
        f"How many {of} at most, from 1 to {most}.",
        {"type": "integer", "minimum": 1, "maximum": most, "default": usual},
        _reader_of_limit(most),
        usual,
        usual,
    )


_SLUG = {"type": "string", "pattern": "^[a-z0-9-]{1,32}$"}
_MOMENT = {"type": "string", "format": "date-time"}
_LIST = {"type": "array", "items": _SLUG, "minItems": 1, "maxItems": 32}
_IN_ONE = {"style": "form", "explode": False}

TOWN = Parameter("town", "path", "The id of a town.", _SLUG, str, "gonesse")
DEVICE = Parameter("device", "path", "The id of an object.", _SLUG, str, "meteo")
CHANNEL = Parameter(
    "channel",
    "query",
    "The channels wanted, by id, with commas between them; all that the step allows if absent.",
    _LIST,
    _read_names,
    "temperature",
    (),
    _IN_ONE,
)
OBJECT = Parameter(
    "object",
    "query",
    "The objects wanted, by id, with commas between them; all of the town if absent.",
    _LIST,
    _read_names,
    "meteo",
    (),
    _IN_ONE,
)
FROM = Parameter(
    "from",
    "query",
    "The first moment: a date, or a date and time in ISO 8601, UTC unless it names an offset;"
    " a day before “to” if absent. A step counts if it begins from this moment on.",
    _MOMENT,
    times.read,
    "2026-03-01T00:00:00Z",
)
TO = Parameter(
    "to",
    "query",
    "The end, itself left out: a date, or a date and time in ISO 8601, UTC unless it names an"
    " offset; now if absent.",
    _MOMENT,
    times.read,
    "2026-03-02T00:00:00Z",
)
STEP = Parameter(
    "step",
    "query",
    "One of raw (each reading), 10m, 1h, 1d (UTC days). A channel is left out of steps finer than"
    " its finest_step. Longest time in one request: raw 31 days, 10m 366 days.",
    {"type": "string", "enum": list(STEPS), "default": "1h"},
    _read_step,
    "1h",
    "1h",
)
LIMIT_ROWS = _limit("rows", MOST_ROWS, LIMIT)
LIMIT_OBJECTS = _limit("objects", MOST_OBJECTS, OBJECTS)
CURSOR = Parameter(
    "cursor",
    "query",
    "Where the page begins: take it from “next” of the page before, as it is.",
    {"type": "string", "pattern": f"^{_PLACE.pattern}$"},
    _read_place,
    "1772323200.0_0",
)
CURSOR_OBJECTS = Parameter(
    "cursor",
    "query",
    "After which object the page begins: take it from “next” of the page before, as it is.",
    _SLUG,
    _read_slug,
    "meteo",
)
