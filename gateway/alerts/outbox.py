"""What people are told, and when. Pure: decides, and keeps in the state what it has decided.

What fires or ends is gathered for a minute and told together. In quiet hours only what is urgent
goes out; the rest waits, and what begins and ends while it waits is never told. What goes on is
told again after `remind_hours`, then after twice as long, and so on.
"""

from collections.abc import Mapping
from typing import NamedTuple

from dashboards.alerts import Rule
from gateway.alerts.state import Alert, State

MOST_LETTERS = 50
"""Kept while nobody can be reached; then the oldest give way. What still fires is told again."""
LONGEST_KEPT_S = 7 * 86_400.0
HOUR_S = 3600.0


class News(NamedTuple):
    """What one message says: what has begun, what goes on, what is over."""

    begun: list[Alert]
    ongoing: list[Alert]
    over: list[Alert]


class Pace(NamedTuple):
    """How long news is gathered, and after how long what goes on is told again, in seconds."""

    gather_s: float
    remind_s: float


def due(
    state: State, rules: Mapping[str, Rule], pace: Pace, now: float, *, quiet: bool
) -> News | None:
    """Return what is to be told now, or ``None``; nothing is changed."""

    def may_be_told(alert: Alert) -> bool:
        rule = rules.get(alert.rule)
        return not quiet or (rule is not None and rule.urgent)

    firing = [alert for alert in state.alerts.values() if alert.fired and may_be_told(alert)]
    begun = [alert for alert in firing if not alert.told]
    over = [alert for alert in state.ended.values() if may_be_told(alert)]
    told = [alert for alert in firing if alert.told]
    waited = {alert.id: _waited(alert, pace, now) for alert in told}
    remind = any(share >= 1 for share in waited.values())
    # One reminder of all that goes on: not one for each.
    ongoing = [alert for alert in told if remind and waited[alert.id] >= 0.5]
    moments = [alert.fired for alert in begun] + [alert.ended for alert in over]
    if remind or any(_passed(moment, now) >= pace.gather_s for moment in moments):
        return News(begun, ongoing, over)
    return None


def note_told(state: State, news: News, now: float) -> None:
    """Remember that it has been told."""
    for alert in news.begun + news.ongoing:
        alert.told = now
    for alert in news.over:
        state.ended.pop(alert.id, None)


def drop_old_letters(state: State, now: float) -> int:
    """Give up on letters that are too old or too many; return how many."""
    kept = [letter for letter in state.letters if _passed(letter.made, now) <= LONGEST_KEPT_S]
    kept = kept[-MOST_LETTERS:]
    dropped = len(state.letters) - len(kept)
    state.letters[:] = kept
    return dropped


def _waited(alert: Alert, pace: Pace, now: float) -> float:
    """Return how near the next reminder is: 1 and more is now. Each pause is twice the last."""
    return _passed(alert.told, now) / max(pace.remind_s, alert.told - alert.fired)


def _passed(moment: float, now: float) -> float:
    """Return how long ago it was; a moment in the future is one of before the clock was set."""
    return now - moment if moment <= now else float("inf")
