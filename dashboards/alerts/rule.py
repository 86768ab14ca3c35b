"""What an alert rule is, and the rules of ``rules.toml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from kit.catalogue import Channel, Text, decode_text
from kit.errors import FabnumError
from kit.i18n import _
from kit.signals import signal

Watched = Literal["gateway", "town", "object"]
"""What a rule looks at, in the order in which rules are evaluated: who inhibits comes first."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. ``rules.toml`` says what each field means.

    Exactly one of ``at_least`` and ``below`` is set. ``resolved_at`` lies on the good side of it:
    under ``at_least``, or from ``resolved_at`` on above ``below``.
    """

    id: str
    subject: Watched
    signal: str
    resolved_at: float
    name: Text
    text: Text
    action: Text
    at_least: float | None = None
    below: float | None = None
    share_of: str = ""
    fewest: int = 0
    periods: int = 0
    for_s: float = 0
    keep_s: float = 0
    counted_s: float = 0
    settle_s: float = 0
    inhibited_by: tuple[str, ...] = ()
    urgent: bool = False

    def __post_init__(self) -> None:
        """Refuse a rule that could not be evaluated. Raises ValueError."""
        if (self.at_least is None) == (self.below is None):
            raise ValueError(f"{self.id}: one of at_least and below")
        if self.at_least is not None and self.resolved_at > self.at_least:
            raise ValueError(f"{self.id}: resolved_at is above at_least")
        if self.below is not None and self.resolved_at < self.below:
            raise ValueError(f"{self.id}: resolved_at is under below")

    @property
    def measured(self) -> Channel:
        """The signal as a channel: its unit, name and decimals."""
        return signal(self.subject, self.signal)

    @property
    def limit(self) -> float:
        """Where it becomes an alert: ``at_least`` or ``below``."""
        return self.at_least if self.at_least is not None else self.below or 0.0

    def value(self, values: Mapping[str, float]) -> float | None:
        """Return what the rule looks at, from a subject's signals; ``None`` where it is unknown."""
        value = values.get(self.signal)
        if not self.share_of or value is None:
            return value
        whole = values.get(self.share_of)
        if whole is None:
            return None
        return value / whole if whole and value >= self.fewest else 0.0

    def is_wrong(self, value: float, period_s: float = 0) -> bool:
        """Whether a value makes an alert, once it has lasted for ``for_s``."""
        if self.below is not None:
            return value < self.below
        return self.at_least is not None and value >= max(self.at_least, self.periods * period_s)

    def is_over(self, value: float, period_s: float = 0) -> bool:
        """Whether a value ends an alert, once it has lasted for ``keep_s``.

        Neither wrong nor over is the room in between, in which all stays as it is.
        """
        if self.below is not None:
            return value >= self.resolved_at
        return not self.is_wrong(value, period_s) and (
            value < self.resolved_at or self.resolved_at == self.at_least
        )


class Change(Protocol):
    """What a site changes of a rule: ``[alerts.rules.<id>]`` of ``fabnum.toml``."""

    @property
    def off(self) -> bool:
        """Whether the rule is not used."""

    @property
    def limit(self) -> float | None:
        """Where it becomes an alert."""

    @property
    def resolved_at(self) -> float | None:
        """Where it ends."""

    @property
    def for_s(self) -> float | None:
        """For how long it must last."""

    @property
    def settle_s(self) -> float | None:
        """For how long nobody is blamed after the gateway could hear nothing."""

    @property
    def counted_s(self) -> float | None:
        """For how long the gateway must have listened before it says that all is well again."""


def rules(changes: Mapping[str, Change] | None = None) -> tuple[Rule, ...]:
    """Return the rules of a site, those that inhibit others first.

    Raises FabnumError if ``changes`` names a rule that there is not, or makes no sense of one.
    """
    changes = changes or {}
    known = _rules()
    for rule_id in changes.keys() - {rule.id for rule in known}:
        raise _mistake(rule_id, _("there is no such rule"))
    return tuple(
        _changed(rule, changes[rule.id]) if rule.id in changes else rule
        for rule in known
        if rule.id not in changes or not changes[rule.id].off
    )


def _changed(rule: Rule, change: Change) -> Rule:
    limit = rule.limit if change.limit is None else change.limit
    resolved_at = change.resolved_at
    if resolved_at is None:  # the room in between stays as wide
        resolved_at = rule.resolved_at + limit - rule.limit
    try:
        return msgspec.structs.replace(
            rule,
            at_least=None if rule.at_least is None else limit,
            below=None if rule.below is None else limit,
            resolved_at=resolved_at,
            periods=rule.periods if change.limit is None else 0,
            **{
                name: value
                for name in ("for_s", "settle_s", "counted_s")
                if (value := getattr(change, name)) is not None
            },
        )
    except ValueError:
        raise _mistake(rule.id, _("resolved_at lies on the wrong side of the limit")) from None


@cache
def _rules() -> tuple[Rule, ...]:
    text = (Path(__file__).parent / "rules.toml").read_bytes()
    tables = msgspec.toml.decode(text, type=dict[str, list[dict[str, object]]])["rule"]
    found = tuple(msgspec.convert(table, Rule, dec_hook=decode_text) for table in tables)
    order: list[Watched] = ["gateway", "town", "object"]
    return tuple(
        sorted(found, key=lambda rule: (order.index(rule.subject), bool(rule.inhibited_by)))
    )


def _mistake(rule_id: str, reason: str) -> FabnumError:
    return FabnumError(
        _(
            "[alerts.rules.{rule}] in fabnum.toml cannot be used: {reason}.",
            rule=rule_id,
            reason=reason,
        ),
        _("Correct that line; “fabnum alerts rules” shows all rules."),
    )
