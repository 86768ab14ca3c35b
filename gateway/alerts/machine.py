"""When a rule fires and when it is over, for every subject. Pure: the time is handed in.

    at rest → pending (it is wrong) → firing (for `for_s`) → over (for `keep_s`) → at rest

What is not known keeps its state: a signal that is missing, an object that is silent (its last
numbers are old), anything at all while the gateway itself could hear nothing. A gateway that was
away, slept or had no broker blames nobody before they have had their chance to speak.
"""

import math
from collections.abc import Iterable, Mapping

import msgspec

from dashboards.alerts import Rule
from gateway.alerts.state import Alert, State, id_of
from kit.names import DeviceKey
from kit.signals import GATEWAY, key_of_town, subject_of

GAP_S = 300.0
"""A machine that did not look for so long was asleep, or its clock was set."""


class Watched(msgspec.Struct, frozen=True):
    """One subject as it is now: its signals by channel.

    ``period_s``: between two readings of an object. ``patience_s``: how long it may say nothing.
    """

    values: Mapping[str, float]
    period_s: float = 0
    patience_s: float = 0


Snapshot = Mapping[DeviceKey, Watched]
"""All subjects by the keys of their signals (``kit.signals``)."""


class Machine:
    """Evaluates rules against snapshots and keeps the alerts of ``state``."""

    def __init__(self, rules: Iterable[Rule], state: State) -> None:
        self.rules = tuple(rules)
        self.state = state
        self._looked = -math.inf
        self._hearing_since = -math.inf

    def step(self, now: float, snapshot: Snapshot) -> bool:
        """Look at all subjects at ``now`` (Unix seconds); return whether anything has changed."""
        self._note_hearing(now, snapshot)
        before = self._fingerprint()
        self._forget_the_gone(snapshot, now)
        subjects: dict[str, list[tuple[DeviceKey, Watched]]] = {}
        for key, watched in snapshot.items():
            subjects.setdefault(subject_of(key)[0], []).append((key, watched))
        for rule in self.rules:
            for key, watched in subjects.get(rule.subject, ()):
                self._look(rule, key, watched, now)
        return self._fingerprint() != before

    def _note_hearing(self, now: float, snapshot: Snapshot) -> None:
        """Note since when the gateway can hear objects."""
        if not 0 <= now - self._looked <= GAP_S:
            self._hearing_since = now
        gateway = snapshot.get(GATEWAY)
        if gateway is not None and gateway.values.get("broker_up", 1.0) < 1:
            self._hearing_since = now
        self._looked = now

    def _look(self, rule: Rule, key: DeviceKey, watched: Watched, now: float) -> None:
        value = rule.value(watched.values)
        alert = self.state.alerts.get(id_of(rule.id, key.device))
        if value is None or not math.isfinite(value):
            return
        if rule.is_wrong(value, watched.period_s):
            if alert is not None and alert.fired:
                alert.calm = 0
            elif self._may_blame(rule, key, watched, now):
                self._wrong(rule, key, value, now)
            elif alert is not None:
                del self.state.alerts[alert.id]
        elif alert is not None and not (alert.fired and self._is_unsure(rule, key, now)):
            over = rule.is_over(value, watched.period_s)
            self._better(rule, alert, now, over=over)

    def _wrong(self, rule: Rule, key: DeviceKey, value: float, now: float) -> None:
        alerts = self.state.alerts
        alert = alerts.setdefault(
            id_of(rule.id, key.device), Alert(rule.id, key.device, now, value)
        )
        alert.since = min(alert.since, now)  # the clock may have been set back
        if now - alert.since < rule.for_s:
            return
        alert.fired, alert.value = now, value
        again = self.state.ended.pop(alert.id, None)
        if again is not None:  # nobody has heard that it was over: it never was
            again.calm = again.ended = 0
            alerts[alert.id] = again

    def _better(self, rule: Rule, alert: Alert, now: float, *, over: bool) -> None:
        if not alert.fired:
            del self.state.alerts[alert.id]
        elif not over:
            alert.calm = 0
        else:
            alert.calm = min(alert.calm or now, now)
            if now - alert.calm >= rule.keep_s:
                self._end(alert, now)

    def _end(self, alert: Alert, now: float) -> None:
        del self.state.alerts[alert.id]
        if alert.told:  # what nobody was told of need not be taken back
            alert.ended = now
            self.state.ended[alert.id] = alert

    # --- who may be blamed -----------------------------------------------------------------------

    def _may_blame(self, rule: Rule, key: DeviceKey, watched: Watched, now: float) -> bool:
        if rule.settle_s:
            settled = max(rule.settle_s, watched.patience_s)
            if now - self._hearing_since < settled:
                return False
        return not any(self._holds(other, key) for other in rule.inhibited_by)

    def _holds(self, rule_id: str, key: DeviceKey) -> bool:
        """Whether a rule, now evaluated, is true of the subject, of its town or of the gateway."""
        _subject, town, _device = subject_of(key)
        subjects = (key.device, key_of_town(town).device, GATEWAY.device)
        return any(id_of(rule_id, subject) in self.state.alerts for subject in subjects)

    def _is_unsure(self, rule: Rule, key: DeviceKey, now: float) -> bool:
        """Whether a number that looks good says little: it is old, or counted for too short."""
        if now - self._hearing_since < rule.counted_s:
            return True
        return any(id_of(other, key.device) in self.state.alerts for other in rule.inhibited_by)

    # --- what is no more -------------------------------------------------------------------------

    def _forget_the_gone(self, snapshot: Snapshot, now: float) -> None:
        """End the alerts of objects whose access has ended, and of rules that are switched off."""
        subjects = {key.device for key in snapshot}
        rules = {rule.id for rule in self.rules}
        for alert in list(self.state.alerts.values()):
            if alert.subject not in subjects or alert.rule not in rules:
                self._end(alert, now)

    def _fingerprint(self) -> int:
        alerts = self.state.alerts.values()
        seen = [(a.rule, a.subject, a.since, a.fired, a.calm) for a in alerts]
        return hash((tuple(seen), tuple(self.state.ended)))
