"""What the findings of a board's self-test mean: passed or not, in which words, and which card."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kit.catalogue import Build, Test
from kit.i18n import _
from provisioning import cards

Finding = dict[str, Any]
"""One line of a board (``device/fabnum/selftest``)."""

WAY_OUT = ("wifi", "broker", "clock")
"""Ids of what is tested for every build, after its own tests."""

GOOD_DBM, FAIR_DBM, WEAKEST_DBM = -67, -75, -82
"""From which strength on the Wi-Fi is good, fair, and usable at all.

-67 dBm is what voice over Wi-Fi is planned for; some decibels below -82 an ESP32 hears nothing.
"""

SENSOR_DEAD = ("sensor-missing", "sensor-garbled", "sensor-broken")
"""Cards after which no other test of the same part is worth anybody's time."""

_CARDS = {
    "missing": "sensor-missing",
    "checksum": "sensor-garbled",
    "out-of-range": "sensor-broken",
    "not-ready": "sensor-broken",
    "failed": "sensor-broken",
    "clone": "sensor-other",
    "overload": "sensor-overloaded",
    "implausible": "sensor-implausible",
    "unmoved": "sensor-unmoved",
    "not-pressed": "button-dead",
    "held": "button-stuck",
    "unseen": "leds-dead",
    "not-configured": "not-configured",
    "no-network": "wifi-not-found",
    "wrong-password": "wifi-password",
    "weak": "wifi-weak",
    "no-broker": "broker-unreachable",
    "credentials": "broker-refused",
    "protocol": "broker-foreign",
    "connection": "broker-interrupted",
    "tls": "tls-failed",
    "memory": "board-memory",
    "no-time": "clock-missing",
}
"""The card for each reason that a board gives."""

_OTHERWISE = {"wifi": "wifi-refused", "broker": "broker-unreachable", "clock": "clock-missing"}
"""The card of a test whose reason has none of its own."""


@dataclass
class Outcome:
    """How one test ended. ``passed``: ``None`` if it was not checked. ``value`` in its ``unit``."""

    id: str
    name: str
    passed: bool | None = None
    tries: int = 0
    words: str = ""
    value: float | None = None
    unit: str = ""
    code: str = ""
    seen: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is kept: what is empty is left out."""
        kept = {key: value for key, value in vars(self).items() if value not in ("", None)}
        return {**kept, "passed": self.passed}


class Findings:
    """What is known so far of one board. ``outcomes``: by test id, in the order of the tests."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._tests = {test.id: test for test in build.tests}
        names = {test.id: str(test.name) for test in build.tests}
        names |= {"wifi": _("Wi-Fi"), "broker": _("Broker"), "clock": _("Clock")}
        self.outcomes = {id_: Outcome(id_, name) for id_, name in names.items()}

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(outcome.passed is not False for outcome in self.outcomes.values())

    def take(self, finding: Finding) -> None:
        """Note what a board found, if it is the end of a test."""
        outcome = self.outcomes.get(finding.get("test", ""))
        if outcome is None or "ok" not in finding:
            return
        test = self._tests.get(outcome.id)
        outcome.tries += 1
        outcome.code = outcome.seen = ""
        outcome.value = finding.get("value") if outcome.id != "clock" else None
        outcome.unit = self._unit(outcome)
        why = "" if finding["ok"] else str(finding.get("why", "failed"))
        if outcome.id == "wifi" and not why and (outcome.value or 0) < WEAKEST_DBM:
            why = "weak"
        outcome.passed = not why
        if why:
            outcome.code = _CARDS.get(why) or _OTHERWISE.get(outcome.id, "sensor-broken")
            outcome.words = self._complaint(outcome, test, finding)
        else:
            outcome.words = self._praise(outcome, test, finding)

    def part(self, test: Test) -> str | None:
        """Return the id of the part that a test is about."""
        if test.part is not None or test.channel is None:
            return test.part
        part = self._build.part_of(test.channel)
        return part.id if part else None

    def is_hopeless(self, test: Test) -> bool:
        """Whether another test has shown already that the part does not work."""
        part = self.part(test)
        return any(
            self.part(other) == part and self.outcomes[other.id].code in SENSOR_DEAD
            for other in self._build.tests
        )

    def live(self, finding: Finding, test: Test) -> str:
        """Return a value that moves, and how far it has to, in words."""
        outcome = self.outcomes[test.id]
        unit = self._channel_unit(test)
        moved = abs(finding["now"] - finding["rest"])
        return _(
            "{name}: {now} {unit} (moved by {moved} of {by})",
            name=outcome.name,
            now=self._number(finding["now"], test),
            unit=unit,
            moved=self._number(moved, test),
            by=f"{test.by:g}",
        )

    def _praise(self, outcome: Outcome, test: Test | None, finding: Finding) -> str:
        if outcome.id == "wifi" and outcome.value is not None:
            return _("{word} ({value} dBm)", word=strength(outcome.value), value=outcome.value)
        if outcome.id == "clock":
            by_ntp = finding.get("source") == "ntp"
            return _("told by a time server") if by_ntp else _("told by the site")
        if test is not None and test.kind == "found":
            address = self._own_addresses(test, finding)
            return _("answers at {address}", address=address) if address else _("answers")
        return self._value(outcome, test) or _("in order")

    def _complaint(self, outcome: Outcome, test: Test | None, finding: Finding) -> str:
        """Return the cause in one sentence, with what was seen."""
        cause = cards.find(outcome.code).cause
        if finding.get("seen"):
            outcome.seen = _hexadecimal(finding["seen"])
            return cause + " " + _("On its wires answers: {addresses}.", addresses=outcome.seen)
        outcome.seen = self._value(outcome, test)
        return f"{cause} ({outcome.seen})" if outcome.seen else cause

    def _value(self, outcome: Outcome, test: Test | None) -> str:
        """Return the value with its unit; with its sign where it is how far something moved."""
        if outcome.value is None:
            return ""
        sign = {"rises": "+", "falls": "-"}.get(test.kind, "") if test else ""
        return f"{sign}{self._number(outcome.value, test)} {outcome.unit}".strip()

    def _number(self, value: float, test: Test | None) -> str:
        channel = self._build.channel(test.channel) if test and test.channel else None
        return f"{value:.{channel.decimals if channel else 0}f}"

    def _unit(self, outcome: Outcome) -> str:
        if outcome.value is None:
            return ""
        test = self._tests.get(outcome.id)
        return "dBm" if outcome.id == "wifi" else self._channel_unit(test)

    def _channel_unit(self, test: Test | None) -> str:
        channel = self._build.channel(test.channel) if test and test.channel else None
        return channel.unit if channel else ""

    def _own_addresses(self, test: Test, finding: Finding) -> str:
        part = self._build.part(test.part or "")
        ours = part.addresses if part else ()
        return _hexadecimal(a for a in finding.get("seen", ()) if a in ours)


def parse(line: str) -> Finding | None:
    """Return what a line of the board says, ``None`` if it is not about a test."""
    if not line.startswith("{"):
        return None
    try:
        finding = json.loads(line)
    except ValueError:
        return None
    return finding if isinstance(finding, dict) else None


def strength(dbm: float) -> str:
    """Return a word for the strength of a Wi-Fi."""
    if dbm >= GOOD_DBM:
        return _("good")
    return _("fair") if dbm >= FAIR_DBM else _("weak")


def _hexadecimal(addresses: Iterable[int]) -> str:
    return ", ".join(f"0x{address:02x}" for address in addresses)
