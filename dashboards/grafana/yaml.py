"""Plain values as YAML, as far as Grafana's provisioning files need it.

Every text stands in double quotes, as JSON writes it: YAML 1.2 reads JSON's texts (section 1.2 of
its specification), and none is taken for a number, a date or a yes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON writes as it is and YAML reads only escaped (its section 5.1)."""
Value: TypeAlias = "str | int | float | bool | Mapping[str, Value] | Sequence[Value] | None"


def text(value: Mapping[str, Value], *comments: str) -> str:
    """Return the YAML of a mapping, below comments of one line each."""
    return "\n".join([*map(_comment, comments), *_mapping(value)]) + "\n"


def _comment(said: str) -> str:
    """Return a comment that ends with its line, whatever was said: what is below is no comment."""
    return "# " + "".join(letter if letter.isprintable() else " " for letter in said)


def _mapping(values: Mapping[str, Value]) -> Iterator[str]:
    for key, value in values.items():
        lines = list(_lines(value))
        if _is_block(value):
            yield f"{key}:"
            yield from (f"  {line}" for line in lines)
        else:
            yield f"{key}: {lines[0]}"


def _lines(value: Value) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield from _mapping(value)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for item in value:
            first, *others = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
    else:
        yield _UNPRINTABLE.sub(_escape, json.dumps(value, ensure_ascii=False))


def _escape(character: re.Match[str]) -> str:
    return f"\\u{ord(character[0]):04x}"


def _is_block(value: Value) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)
