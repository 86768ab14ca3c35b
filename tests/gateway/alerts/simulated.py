"""Alerts without a gateway: signals by hand, a clock by hand, the messages that would go out."""

from collections.abc import Iterable, Mapping

import msgspec

from dashboards.alerts import Rule, rules
from gateway.alerts import state as states
from gateway.alerts.machine import Machine, Watched
from gateway.alerts.outbox import Pace, due, note_told
from gateway.alerts.state import State
from kit.names import DeviceKey
from kit.signals import GATEWAY, key_of_object, key_of_town

NOON = 1_763_722_800.0
"""21 November 2025, 12:00 in Paris."""
STEP_S = 30.0
PACE = Pace(gather_s=60, remind_s=86_400)
RULES = {rule.id: rule for rule in rules()}
AIR = DeviceKey("hem", "air-1")

Values = Mapping[str, float]
Told = tuple[str, str]
"""``begun``, ``ongoing`` or ``over``; and the alert's id."""


def rule(rule_id: str, **changes: object) -> Rule:
    return msgspec.structs.replace(RULES[rule_id], **changes)


class Office:
    """A gateway's alerts from one look to the next; ``told`` is all that was said."""

    def __init__(
        self, known: Iterable[Rule] = RULES.values(), pace: Pace = PACE, step_s: float = STEP_S
    ) -> None:
        self._rules = tuple(known)
        self._pace = pace
        self._step_s = step_s
        self._machine = Machine(self._rules, State())
        self.now = NOON
        self.messages: list[list[Told]] = []

    @property
    def state(self) -> State:
        return self._machine.state

    @property
    def told(self) -> list[Told]:
        return [news for message in self.messages for news in message]

    @property
    def firing(self) -> set[str]:
        return {alert.id for alert in self.state.alerts.values() if alert.fired}

    def restart(self, away_s: float = 0) -> None:
        """Kill the gateway and start it again: only what was written down remains."""
        written = msgspec.json.encode(self.state)
        self._machine = Machine(self._rules, states.decode(written))
        self.now += away_s

    def look(
        self,
        objects: Mapping[str, Values],
        gateway: Values | None = None,
        town: Values | None = None,
        *,
        quiet: bool = False,
        patience_s: float = 195,
        period_s: float = 60,
    ) -> None:
        """Let one step pass, then look."""
        self.now += self._step_s
        found = {
            key_of_object(DeviceKey("hem", name)): Watched(values, period_s, patience_s)
            for name, values in objects.items()
        }
        found[GATEWAY] = Watched({"broker_up": 1.0} | dict(gateway or {}))
        found[key_of_town("hem")] = Watched(dict(town or {}), patience_s=patience_s)
        self._machine.step(self.now, found)
        known = {rule.id: rule for rule in self._rules}
        news = due(self.state, known, self._pace, self.now, quiet=quiet)
        if news is not None:
            note_told(self.state, news, self.now)
            kinds = zip(("begun", "ongoing", "over"), news, strict=True)
            message = [(kind, alert.id) for kind, alerts in kinds for alert in alerts]
            self.messages.append(message)

    def pass_time(self, seconds: float, objects: Mapping[str, Values], **more: object) -> None:
        """Look again and again for so long, at the same signals."""
        for _ in range(round(seconds / self._step_s)):
            self.look(objects, **more)  # type: ignore[arg-type]
