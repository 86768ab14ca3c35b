"""What differs between what is wanted and what Grafana has, field by field.

Grafana leaves empty values out or writes them in (``null``, ``""``, ``[]``, ``{}``, ``false``):
empty and absent are the same here. Zero is a value: a scale that begins at 0 is not one without a
beginning. Elements of a list are told apart by their ``id``, ``uid`` or ``refId`` where they have
one, so that a panel that was put in between does not make all that follow look different.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

Json = dict[str, Any]

_NAMES = ("title", "name", "displayName")
_IDENTITIES = ("id", "uid", "refId")


class Absent:
    """Stands for a field that is not there."""

    def __repr__(self) -> str:
        """Return a dash, as it is shown to people."""
        return "–"


ABSENT = Absent()


class Difference(NamedTuple):
    """One field: where it is, what is wanted there, what Grafana has. ABSENT: nothing."""

    path: str
    wanted: Any
    found: Any


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[Difference]:
    """Yield every field in which the two differ, in the order of their names."""
    if _is_empty(wanted) and _is_empty(found):
        return
    if isinstance(wanted, dict) and isinstance(found, dict):
        yield from _of_objects(wanted, found, path)
    elif isinstance(wanted, list) and isinstance(found, list):
        yield from _of_lists(wanted, found, path)
    elif wanted != found:
        yield Difference(path, wanted, found)


def _of_objects(wanted: Json, found: Json, path: str) -> Iterator[Difference]:
    for key in sorted(wanted.keys() | found.keys()):
        inside = f"{path}.{key}" if path else key
        yield from differences(wanted.get(key, ABSENT), found.get(key, ABSENT), inside)


def _of_lists(wanted: list[Any], found: list[Any], path: str) -> Iterator[Difference]:
    ours, theirs = _by_identity(wanted), _by_identity(found)
    for key in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(key, ABSENT), theirs.get(key, ABSENT)
        inside = f"{path}[{_name(one) or _name(other) or key}]"
        if one is ABSENT or other is ABSENT:  # an empty element is an element all the same
            yield Difference(inside, one, other)
        else:
            yield from differences(one, other, inside)
    if ours.keys() == theirs.keys() and list(ours) != list(theirs):
        yield Difference(f"{path}[…]", list(ours), list(theirs))


def _is_empty(value: Any) -> bool:
    return value is ABSENT or value is None or value is False or value in ("", [], {})


def _by_identity(elements: list[Any]) -> Json:
    if all(isinstance(element, str) for element in elements) and _are_unique(elements):
        return {element: element for element in elements}
    for identity in _IDENTITIES:
        names = [
            element.get(identity) if isinstance(element, dict) else None for element in elements
        ]
        if None not in names and _are_unique(names):
            return {str(name): element for name, element in zip(names, elements, strict=True)}
    return {f"{position:03}": element for position, element in enumerate(elements)}


def _are_unique(names: list[Any]) -> bool:
    return len({str(name) for name in names}) == len(names)


def _name(element: Any) -> str:
    """Return what people know an element by; empty if it has no name."""
    names = [element.get(name) for name in _NAMES] if isinstance(element, dict) else []
    return next((f"“{name}”" for name in names if isinstance(name, str) and name), "")
