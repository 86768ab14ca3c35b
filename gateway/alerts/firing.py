"""What fires now, in words: for pages and for the command line."""

from collections.abc import Mapping

import msgspec

from dashboards.alerts import Rule
from gateway.alerts.directory import Directory
from gateway.alerts.state import State


class Firing(msgspec.Struct, frozen=True):
    """One alert that fires; texts are in the language in use.

    ``town`` and ``device`` are slugs, empty where it is not about one. ``where`` is what people
    call it, ``path`` its page. ``since``: when it began, Unix seconds.
    """

    rule: str
    name: str
    text: str
    action: str
    urgent: bool
    town: str
    town_name: str
    device: str
    where: str
    path: str
    since: float


def firing(state: State, rules: Mapping[str, Rule], directory: Directory) -> list[Firing]:
    """Return what fires, urgent first, then by town and since when."""
    found = []
    for alert in state.alerts.values():
        rule = rules.get(alert.rule)
        if not alert.fired or rule is None:
            continue
        place = directory.place(alert.subject)
        found.append(
            Firing(
                rule=rule.id,
                name=str(rule.name),
                text=str(rule.text),
                action=str(rule.action),
                urgent=rule.urgent,
                town=place.town,
                town_name=place.town_name,
                device=place.device,
                where=place.name,
                path=place.path,
                since=alert.since,
            )
        )
    return sorted(found, key=lambda alert: (not alert.urgent, alert.town, alert.since))
