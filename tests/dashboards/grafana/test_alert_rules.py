"""The same rules for Grafana: as its API documents them, with questions that InfluxDB answers."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.alerting import Rule

from dashboards.alerts import rules
from dashboards.grafana.alerts import (
    FOLDER_UID,
    QUIET_HOURS,
    contact_point,
    mute_timing,
    notification_policy,
    rule_groups,
)
from dashboards.grafana.target import SOURCE_UID, register
from kit.settings import AlertRule, Alerts
from tests.gateway.influx_servers import Influxd, needs_influxd

OURS = {rule.id: rule for rule in rules()}
REQUIRED = {
    *("condition", "data", "execErrState", "folderUID", "for"),
    *("noDataState", "orgID", "ruleGroup", "title"),
}
"""Of ProvisionedAlertRule in Grafana's documentation of its alerting provisioning API."""


def as_json(value: object) -> Any:
    return json.loads(JSONEncoder().encode(value))


def provisioned(language: str = "fr") -> dict[str, dict[str, Any]]:
    groups = as_json(rule_groups(language))
    return {rule["labels"]["fabnum"]: rule for group in groups for rule in group["rules"]}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_rule_is_there_once_in_its_language(language: str) -> None:
    found = provisioned(language)
    assert found.keys() == OURS.keys()
    for rule_id, rule in found.items():
        assert rule["title"] == OURS[rule_id].name[language]
        assert OURS[rule_id].text[language] in rule["annotations"]["description"]
    assert len({rule["title"] for rule in found.values()}) == len(found)


@pytest.mark.parametrize("rule_id", OURS)
def test_a_rule_has_the_documented_fields(rule_id: str) -> None:
    rule = provisioned()[rule_id]
    assert rule.keys() >= REQUIRED
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", rule["uid"])
    assert rule["folderUID"] == FOLDER_UID
    assert rule["noDataState"] in ("OK", "Alerting", "NoData", "KeepLast")
    assert rule["execErrState"] in ("OK", "Alerting", "Error", "KeepLast")
    assert int(rule["for"].removesuffix("s")) % 60 == 0
    assert int(rule["for"].removesuffix("s")) >= OURS[rule_id].for_s


@pytest.mark.parametrize("rule_id", OURS)
def test_its_questions_and_expressions_hang_together(rule_id: str) -> None:
    data = provisioned()[rule_id]["data"]
    known = set()
    for query in data:
        model = query["model"]
        assert model["refId"] == query["refId"]
        if query["datasourceUid"] == SOURCE_UID:
            assert "$timeFilter" in model["query"]
            assert query["relativeTimeRange"]["from"] >= 600
        else:
            assert query["datasourceUid"] == "__expr__"
            used = re.findall(r"\$?\b([A-Z])\b", model["expression"])
            assert used
            assert set(used) <= known
        known.add(query["refId"])
    assert provisioned()[rule_id]["condition"] == data[-1]["refId"]
    assert data[-1]["model"]["type"] == "threshold"


@pytest.mark.parametrize("rule_id", OURS)
def test_the_threshold_is_the_rule(rule_id: str) -> None:
    rule = OURS[rule_id]
    (condition,) = provisioned()[rule_id]["data"][-1]["model"]["conditions"]
    for value in (rule.limit - 0.01, rule.limit, rule.limit + 0.01, rule.limit * 3 + 1e6):
        if rule.periods and rule.limit <= value < 1e6:
            continue  # the longest period of all builds counts there
        assert passes(condition["evaluator"], value) is rule.is_wrong(value), value
    unload = condition.get("unloadEvaluator")
    if unload is None:
        assert rule.resolved_at == rule.limit
    else:
        assert {unload["type"], condition["evaluator"]["type"]} == {"gt", "lt"}
        for value in (rule.resolved_at - 0.01, rule.resolved_at + 0.01):
            assert passes(unload, value) is rule.is_over(value)


def passes(evaluator: dict[str, Any], value: float) -> bool:
    (limit,) = evaluator["params"]
    return bool(value > limit if evaluator["type"] == "gt" else value < limit)


def test_the_sdk_reads_them_back() -> None:
    register()
    for rule in provisioned().values():
        assert as_json(Rule.from_json(rule)) == rule


def test_a_gateway_that_is_away_is_one_alert_and_not_twelve() -> None:
    alerting = {id_ for id_, rule in provisioned().items() if rule["noDataState"] == "Alerting"}
    assert alerting == {"broker"}
    failing = {id_ for id_, rule in provisioned().items() if rule["execErrState"] == "Alerting"}
    assert failing == {"broker"}


def test_what_a_site_changes_is_changed_here_too() -> None:
    groups = rule_groups("en", {"battery": AlertRule(limit=2.4), "flat": AlertRule(off=True)})
    found = {rule["labels"]["fabnum"]: rule for group in as_json(groups) for rule in group["rules"]}
    assert "flat" not in found
    threshold = found["battery"]["data"][-1]["model"]["conditions"][0]
    assert threshold["evaluator"] == {"type": "lt", "params": [2.4]}


def test_what_can_wait_is_muted_at_night_and_what_cannot_is_not() -> None:
    policy = as_json(notification_policy(Alerts(remind_hours=12, gather_s=60)))
    assert policy["group_by"] == ["town"]
    assert (policy["group_wait"], policy["repeat_interval"]) == ("60s", "12h")
    (route,) = policy["routes"]
    assert route["object_matchers"] == [["urgency", "=", "later"]]
    assert route["mute_time_intervals"] == [QUIET_HOURS]
    assert policy["receiver"] == route["receiver"] == as_json(contact_point())["name"]
    urgencies = {id_: rule["labels"]["urgency"] for id_, rule in provisioned().items()}
    assert {id_ for id_, urgency in urgencies.items() if urgency == "now"} == {"broker", "disk"}


@pytest.mark.parametrize(
    ("begins", "ends", "times"),
    [
        ("21:00", "07:00", [("21:00", "24:00"), ("00:00", "07:00")]),
        ("12:00", "14:00", [("12:00", "14:00")]),
        ("21:00", "00:00", [("21:00", "24:00")]),
        ("00:00", "06:00", [("00:00", "06:00")]),
    ],
)
def test_quiet_hours_are_cut_at_midnight(
    begins: str, ends: str, times: list[tuple[str, str]]
) -> None:
    timing = mute_timing(Alerts(quiet_from=begins, quiet_until=ends), "Europe/Paris")
    (interval,) = timing["time_intervals"]
    assert interval["location"] == "Europe/Paris"
    assert [(span["start_time"], span["end_time"]) for span in interval["times"]] == times


def test_no_quiet_hours_mute_nothing() -> None:
    timing = mute_timing(Alerts(quiet_from="08:00", quiet_until="08:00"), "Europe/Paris")
    assert timing["time_intervals"] == []


@pytest.mark.servers
@needs_influxd
class TestAskedOfInfluxdb:
    """Debian's InfluxDB answers each question with a line for each subject."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Influxd]:
        made = Influxd(tmp_path)
        made.start()
        yield made
        made.stop()

    def test_each_question_finds_its_signal(self, server: Influxd) -> None:
        server.query("CREATE DATABASE fabnum__site")
        now = time.time_ns()
        tags = {
            "gateway": [""],
            "town": [",town=hem", ",town=gonesse"],
            "object": [f",town=hem,device=air-{n},build=air,place=ecole" for n in (1, 2, 3)],
        }
        lines = [
            f"{name}{tag} value={number} {now - age * 10**9}"
            for rule in OURS.values()
            for name in filter(None, (rule.signal, rule.share_of))
            for tag in tags[rule.subject]
            for number, age in ((1.0, 400), (2.0, 100))
        ]
        written = server.http.request(
            "POST", f"{server.url}/write?db=fabnum__site", body="\n".join(lines).encode()
        )
        assert written.status == 204, written.data
        for rule_id, rule in provisioned().items():
            for query in rule["data"]:
                if query["datasourceUid"] != SOURCE_UID:
                    continue
                span = f"time > now() - {query['relativeTimeRange']['from']}s"
                asked = query["model"]["query"].replace("$timeFilter", span)
                series = server.query(asked, "fabnum__site")
                assert len(series) == len(tags[OURS[rule_id].subject]), asked
                assert all(found["values"][-1][1] == 2.0 for found in series)
