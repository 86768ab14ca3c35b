"""The alert rules as Grafana's alert provisioning, over the site's own database.

The gateway tells alerts without Grafana; who has Grafana may have it tell them too, and above all
that the gateway itself is away, which no gateway can tell. Grafana groups by town, knows no rule
that stands for others, and looks at samples: it is a few minutes later.

Sources: "Alerting provisioning HTTP API" and "Use configuration files to provision alerting
resources", Grafana documentation (names and kinds of fields); ``pkg/expr`` of Grafana for reduce,
math and threshold expressions and the recovery threshold (``unloadEvaluator``).
"""

import math
from collections.abc import Mapping
from typing import Any

from grafana_foundation_sdk.models.alerting import (
    ContactPoint,
    NotificationPolicy,
    Query,
    RelativeTimeRange,
    Rule,
    RuleGroup,
)
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.expr import (
    ExprTypeReduceSettings,
    ExprTypeThresholdConditions,
    ExprTypeThresholdConditionsEvaluator,
    ExprTypeThresholdConditionsUnloadEvaluator,
    TypeMath,
    TypeReduce,
    TypeThreshold,
)

from dashboards import influxql, query
from dashboards.alerts import Change, Watched, rules
from dashboards.alerts import Rule as OurRule
from dashboards.grafana.target import SOURCE_UID, InfluxQL
from kit import catalogue, i18n
from kit.i18n import _
from kit.settings import Alerts

FOLDER_UID = "fabnum-alerts"
RECEIVER = "fabnum"
QUIET_HOURS = "fabnum-quiet-hours"
URGENCY = "urgency"
"""The label by which notification policies tell what cannot wait: ``now`` or ``later``."""

EXPRESSION = "__expr__"
"""The data source uid of server-side expressions."""
INTERVAL_S = 60
_BACK_S: dict[Watched, int] = {"gateway": 600, "town": 1200, "object": 1200}
"""At least three samples."""
_BY: dict[Watched, tuple[query.Tag, ...]] = {
    "gateway": (),
    "town": ("town",),
    "object": ("town", "device", "place", "build"),
}
_WHERE = {
    "gateway": "",
    "town": "{{ $labels.town }}",
    "object": "{{ $labels.device }} ({{ $labels.place }}, {{ $labels.town }})",
}
_HAIR = 0.001
"""Finer than any signal: Grafana before 11.6 knows “above”, not “at least”."""


def rule_groups(
    language: str, changes: Mapping[str, Change] | None = None, *, org_id: int = 1
) -> list[RuleGroup]:
    """Return the rules in one language, as ``PUT …/folder/:uid/rule-groups/:group`` takes them.

    ``changes``: what the site changes of them. Times are seconds. Raises FabnumError as
    :func:`dashboards.alerts.rules` does.
    """
    before = i18n.current()
    i18n.use(language)
    try:
        groups: dict[str, list[Rule]] = {}
        for rule in rules(changes):
            title = f"{FOLDER_UID}-{rule.subject}"
            groups.setdefault(title, []).append(_rule(rule, title, org_id))
    finally:
        i18n.use(before)
    return [
        RuleGroup(folder_uid=FOLDER_UID, interval=INTERVAL_S, rules=found, title=title)
        for title, found in groups.items()
    ]


def contact_point(addresses: str = "$FABNUM_ALERT_ADDRESSES") -> ContactPoint:
    """Return a template of who is told: by mail, until somebody chooses otherwise in Grafana.

    ``addresses`` are parted by ``;``. In provisioned files Grafana puts in the environment.
    """
    return ContactPoint(
        name=RECEIVER,
        type_val="email",
        uid=f"{RECEIVER}-mail",
        settings={"addresses": addresses, "singleEmail": True},
        disable_resolve_message=False,
    )


def notification_policy(alerts: Alerts) -> NotificationPolicy:
    """Return who is told when: one message a town; what can wait is not told in quiet hours."""
    return NotificationPolicy(
        receiver=RECEIVER,
        group_by=["town"],
        group_wait=f"{max(1, round(alerts.gather_s))}s",
        group_interval="5m",
        repeat_interval=f"{alerts.remind_hours}h",
        routes=[
            NotificationPolicy(
                receiver=RECEIVER,
                object_matchers=[[URGENCY, "=", "later"]],
                mute_time_intervals=[QUIET_HOURS],
            )
        ],
    )


def mute_timing(alerts: Alerts, time_zone: str) -> dict[str, Any]:
    """Return the quiet hours. No interval may cross midnight; none at all if there are no hours.

    The SDK's own model calls the ends of a time by names that the API does not know.
    """
    begins, ends = alerts.quiet_from, alerts.quiet_until
    spans = [(begins, ends)] if begins < ends else [(begins, "24:00"), ("00:00", ends)]
    times = [{"start_time": a, "end_time": b} for a, b in spans if a != b]
    interval = {"times": times, "location": time_zone}
    return {"name": QUIET_HOURS, "time_intervals": [] if begins == ends else [interval]}


# --- one rule ------------------------------------------------------------------------------------


def _rule(rule: OurRule, group: str, org_id: int) -> Rule:
    data, last = _questions(rule)
    # Without the gateway nothing is sampled: that alone is an alert, once, under this rule.
    watches_gateway = rule.id == "broker"
    where = _WHERE[rule.subject]
    return Rule(
        uid=f"{FOLDER_UID}-{rule.id}",
        title=str(rule.name),
        folder_uid=FOLDER_UID,
        rule_group=group,
        org_id=org_id,
        data=data,
        condition=last,
        for_val=f"{math.ceil(rule.for_s / INTERVAL_S) * INTERVAL_S}s",
        no_data_state="Alerting" if watches_gateway else "OK",
        exec_err_state="Alerting" if watches_gateway else "KeepLast",
        is_paused=False,
        labels={"fabnum": rule.id, URGENCY: "now" if rule.urgent else "later"},
        annotations={
            "summary": f"{rule.name} – {where}" if where else str(rule.name),
            "description": _("{text} To do: {action}", text=rule.text, action=rule.action),
        },
    )


def _questions(rule: OurRule) -> tuple[list[Query], str]:
    """Return the questions and expressions of a rule, and the name of the one that decides."""
    data = [_asked(rule, rule.signal, "A"), _reduced("A", "B")]
    value = "B"
    if rule.share_of:
        data += [_asked(rule, rule.share_of, "C"), _reduced("C", "D")]
        share = f"$B / $D * ($B >= {rule.fewest})"
        data.append(_expression("E", TypeMath(ref_id="E", expression=share, datasource=_ours())))
        value = "E"
    data.append(_expression("T", _threshold(rule, value)))
    return data, "T"


def _asked(rule: OurRule, signal: str, ref_id: str) -> Query:
    asked = query.Query(signal, "last", by=_BY[rule.subject])
    return Query(
        ref_id=ref_id,
        datasource_uid=SOURCE_UID,
        relative_time_range=RelativeTimeRange(from_val=_BACK_S[rule.subject], to=0),
        model=InfluxQL(query=influxql.text(asked, "$timeFilter"), ref_id=ref_id),
    )


def _reduced(of: str, ref_id: str) -> Query:
    reduce = TypeReduce(
        ref_id=ref_id,
        expression=of,
        reducer="last",
        settings=ExprTypeReduceSettings(mode="dropNN"),
        datasource=_ours(),
    )
    return _expression(ref_id, reduce)


def _threshold(rule: OurRule, of: str) -> TypeThreshold:
    limit = rule.limit
    if rule.periods:
        longest = max(catalogue.load_build(build).period_s for build in catalogue.builds())
        limit = max(limit, rule.periods * longest)
    over = ExprTypeThresholdConditionsEvaluator(type_val="gt", params=[limit - _HAIR])
    back = ExprTypeThresholdConditionsUnloadEvaluator(type_val="lt", params=[rule.resolved_at])
    if rule.below is not None:
        over = ExprTypeThresholdConditionsEvaluator(type_val="lt", params=[limit])
        back = ExprTypeThresholdConditionsUnloadEvaluator(
            type_val="gt", params=[rule.resolved_at - _HAIR]
        )
    one_line = rule.resolved_at == rule.limit
    condition = ExprTypeThresholdConditions(
        evaluator=over, unload_evaluator=None if one_line else back
    )
    return TypeThreshold(ref_id="T", expression=of, conditions=[condition], datasource=_ours())


def _expression(ref_id: str, model: TypeMath | TypeReduce | TypeThreshold) -> Query:
    return Query(
        ref_id=ref_id,
        datasource_uid=EXPRESSION,
        relative_time_range=RelativeTimeRange(from_val=0, to=0),
        model=model,
    )


def _ours() -> DataSourceRef:
    return DataSourceRef(type_val=EXPRESSION, uid=EXPRESSION)
