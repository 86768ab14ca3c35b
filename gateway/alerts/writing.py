"""The words of a message: plain text that reads well in a mail, on a telephone, in a chat."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from dashboards.alerts import Rule
from gateway.alerts.directory import Directory, Place
from gateway.alerts.outbox import News
from gateway.alerts.state import Alert, Letter
from gateway.web.words import Words
from kit.catalogue import Channel
from kit.i18n import _, ngettext

LONGEST_SUBJECT = 78
"""What every mail program shows in one line (RFC 5322, section 2.1.1)."""
MOST_OBJECTS = 10
"""Named under one rule; of the others the number is told."""

Named = tuple[Place, Alert]


class Writer:
    """Writes in the language in use. ``address``: of the pages, as others reach them."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        directory: Directory,
        words: Words,
        *,
        site: str,
        address: str,
    ) -> None:
        self._rules = rules
        self._directory = directory
        self._words = words
        self._site = site
        self._address = address

    def letter(self, news: News, now: float) -> Letter:
        """Write one message of all the news."""
        headed = (
            (_("New"), news.begun),
            (_("Still going on"), news.ongoing),
            (_("Over"), news.over),
        )
        sections = [
            "\n\n".join([title.upper(), *self._towns(alerts, now)])
            for title, alerts in headed
            if alerts
        ]
        footer = f"{self._site}, {self._words.moment(now)}"
        return Letter(
            made=now,
            subject=self._subject(news),
            body="\n\n\n".join([*sections, footer]) + "\n",
            good_news=not news.begun and not news.ongoing,
        )

    # --- the subject -----------------------------------------------------------------------------

    def _subject(self, news: News) -> str:
        bad, over = news.begun + news.ongoing, news.over
        if len(bad) + len(over) == 1:
            (alert,) = bad + over
            place, rule = self._directory.place(alert.subject), self._rules.get(alert.rule)
            what = str(rule.name) if rule else alert.rule
            who = place.name if place.device else place.town_name
            text = f"{what} – {who}" if bad else _("Over: {what} – {who}", what=what, who=who)
        else:
            counts = [ngettext("{n} alert", "{n} alerts", len(bad))] if bad else []
            counts += [ngettext("{n} over", "{n} over", len(over))] if over else []
            names = {self._directory.place(alert.subject).town_name: None for alert in bad + over}
            text = f"{', '.join(counts)} – {', '.join(names)}"
        return cut(text)

    # --- the body --------------------------------------------------------------------------------

    def _towns(self, alerts: Iterable[Alert], now: float) -> Iterator[str]:
        order = {rule_id: number for number, rule_id in enumerate(self._rules)}
        named = [(self._directory.place(alert.subject), alert) for alert in alerts]
        named.sort(key=lambda n: (n[0].town, order.get(n[1].rule, -1), n[0].name))
        for town_name, found in groupby(named, key=lambda n: n[0].town_name):
            yield town_name
            for rule_id, group in groupby(found, key=lambda n: n[1].rule):
                yield "\n".join(self._of_rule(rule_id, list(group), now))

    def _of_rule(self, rule_id: str, named: list[Named], now: float) -> Iterator[str]:
        rule = self._rules.get(rule_id)
        over = bool(named[0][1].ended)
        yield str(rule.name) if rule else rule_id
        if rule and not over:
            yield str(rule.text)
            yield f"→ {rule.action}"
        for place, alert in named[:MOST_OBJECTS]:
            yield self._of_subject(rule, place, alert, now)
            yield f"  {self._address}{place.path}"
        more = len(named) - MOST_OBJECTS
        if more > 0:
            yield "- " + ngettext("And {n} more.", "And {n} more.", more)

    def _of_subject(self, rule: Rule | None, place: Place, alert: Alert, now: float) -> str:
        words = self._words
        facts = [place.name]
        if rule and rule.measured.unit not in ("", "s"):
            facts.append(f"{rule.measured.name} {quantity(alert.value, rule.measured, words)}")
        if alert.ended:
            facts.append(_("over {since}", since=words.since(alert.ended, now)))
        else:
            facts.append(words.since(alert.since, now))
        return "- " + ", ".join(facts)


def trial_letter(site: str, words: Words, now: float) -> Letter:
    """Write the message that tries an address."""
    body = _("This is a test. Alerts of this site reach you here. There is nothing to do.")
    subject = cut(_("{site}: test of the alerts", site=site))
    return Letter(now, subject, f"{body}\n\n{site}, {words.moment(now)}\n", good_news=True)


def cut(text: str) -> str:
    """Return a subject that every mail program shows whole."""
    return text if len(text) <= LONGEST_SUBJECT else text[: LONGEST_SUBJECT - 1] + "…"


def quantity(value: float, measured: Channel, words: Words) -> str:
    """Write a signal's value with its unit; days, which have no sign of their own, as a word."""
    if measured.unit == "d":
        return ngettext("{n} day", "{n} days", int(value))
    return words.quantity(value, measured)
