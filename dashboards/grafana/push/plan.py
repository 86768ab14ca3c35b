"""The steps from what Grafana has to what is wanted. Pure: nothing here talks to anybody."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from dashboards.grafana.push.compare import Difference, differences
from dashboards.grafana.push.http import Json
from dashboards.grafana.push.kinds.kind import Kind

Verb = Literal["make", "change", "remove", "leave"]
"""``leave``: the kit made it once and no longer wants it; it stays, and is named."""


class Part(Struct, frozen=True):
    """Everything of one kind that is wanted in an organisation, by key."""

    kind: Kind
    wanted: Mapping[str, Json]


class Step(Struct, frozen=True):
    """One thing to do, and why: ``differences`` are those of what is changed."""

    verb: Verb
    kind: Kind
    key: str
    wanted: Json | None
    found: Json | None
    differences: tuple[Difference, ...] = ()

    @property
    def title(self) -> str:
        """What it is about, in the language in use."""
        return self.kind.title(self.key, self.wanted or self.found or {})


def plan(part: Part, found: Mapping[str, Json], *, prune: bool) -> list[Step]:
    """Return the steps for one kind; none where all is as wanted."""
    steps = [_step(part.kind, key, body, found.get(key)) for key, body in part.wanted.items()]
    surplus: Verb = "remove" if prune else "leave"
    stale = [
        Step(surplus, part.kind, key, None, body)
        for key, body in found.items()
        if key not in part.wanted
    ]
    return [step for step in steps if step is not None] + stale


def _step(kind: Kind, key: str, wanted: Json, found: Json | None) -> Step | None:
    if found is None:
        return Step("make", kind, key, wanted, None)
    seen = tuple(differences(*kind.forms(wanted, found)))
    return Step("change", kind, key, wanted, found, seen) if seen else None


def changes(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that change something."""
    return [step for step in steps if step.verb != "leave"]
