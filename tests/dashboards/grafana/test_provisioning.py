"""Files that Grafana reads when it starts: plain YAML, no secrets, nothing put in by accident."""

from pathlib import PurePosixPath
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboards.grafana import yaml as ours
from dashboards.grafana.provisioning import (
    Access,
    Provisioned,
    alerting_file,
    provisioning_files,
    variable,
)
from kit.signals import SITE

KEYS = st.sampled_from(["orgId", "folder", "options", "rules"])
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0.5, 1500.0])
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@given(st.dictionaries(KEYS, PLAIN, min_size=1))
@example({"rules": [{"folder": "no", "options": [[1], {}], "rules": []}], "orgId": "2025-11-20"})
@example({"folder": '\x7f\x85\u2028\ufeff\U0001f642 # "x": y'})
def test_what_is_written_is_what_yaml_reads(values: dict[str, Any]) -> None:
    assert yaml.safe_load(ours.text(values, "a comment")) == values


@settings(max_examples=60)
@given(st.text())
@example("Hem\norgId: 1")
@example("\x07\x85\u2028\ufeff")
def test_nothing_in_a_comment_is_taken_for_more(said: str) -> None:
    assert yaml.safe_load(ours.text({"orgId": 3}, said)) == {"orgId": 3}


def place(**changes: Any) -> Provisioned:
    made = Provisioned(
        "hem",
        "Hem",
        3,
        "http://influx:8086",
        "fabnum_hem",
        Access("INFLUX_READ_HEM"),
        PurePosixPath("/srv/boards/hem"),
        ("fr", "en"),
    )
    return made._replace(**changes)


def files(of: Provisioned) -> dict[str, Any]:
    return {str(name): yaml.safe_load(text) for name, text in provisioning_files(of)}


def source(of: Provisioned) -> dict[str, Any]:
    (found,) = files(of)["datasources/hem.yaml"]["datasources"]
    assert isinstance(found, dict)
    return found


def test_each_language_has_a_folder_in_the_organisation_of_the_town() -> None:
    providers = files(place())["dashboards/hem.yaml"]["providers"]
    assert [(p["orgId"], p["folderUid"], p["options"]["path"]) for p in providers] == [
        (3, "fabnum-fr", "/srv/boards/hem/fr"),
        (3, "fabnum-en", "/srv/boards/hem/en"),
    ]
    assert len({p["name"] for p in providers}) == len(providers)


def test_a_token_goes_into_a_header_and_comes_from_the_environment() -> None:
    found = source(place())
    assert (found["orgId"], found["uid"], found["jsonData"]["dbName"]) == (
        3,
        "fabnum",
        "fabnum_hem",
    )
    assert found["jsonData"]["httpHeaderName1"] == "Authorization"
    assert found["secureJsonData"] == {"httpHeaderValue1": "Token $INFLUX_READ_HEM"}


def test_a_user_is_named_and_the_password_comes_from_the_environment() -> None:
    found = source(place(access=Access("INFLUX_READ_HEM", "hem-reader")))
    assert found["user"] == "hem-reader"
    assert found["secureJsonData"] == {"password": "$INFLUX_READ_HEM"}
    assert "httpHeaderName1" not in found["jsonData"]


def test_no_town_can_have_the_variable_of_another_or_of_the_fabmanagers() -> None:
    ids = [SITE, "site", "-site", "site-read", "saint-denis"]
    assert len({variable(one) for one in ids}) == len(ids)


def test_an_open_database_needs_no_secret() -> None:
    assert "secureJsonData" not in source(place(access=Access()))


def test_a_dollar_in_a_name_is_no_variable() -> None:
    odd = place(database="f$HOME", folder=PurePosixPath("/srv/$HOME"))
    assert source(odd)["jsonData"]["dbName"] == "f$$HOME"
    provider = files(odd)["dashboards/hem.yaml"]["providers"][0]
    assert provider["options"]["path"] == "/srv/$$HOME/fr"


def test_rules_keep_their_questions_and_lose_what_their_group_says() -> None:
    rule = {
        "uid": "u",
        "title": "Costs 5 $",
        "orgID": 1,
        "folderUID": "f",
        "ruleGroup": "g",
        "annotations": {"summary": "{{ $labels.town }} owes 5 $"},
        "data": [{"refId": "A", "model": {"query": "… WHERE $timeFilter"}}],
    }
    group = {"title": "g", "interval": 60, "rules": [rule]}
    name, text = alerting_file("_site", 4, "Alerts", [group])
    assert name == PurePosixPath("alerting/_site.yaml")
    (found,) = yaml.safe_load(text)["groups"]
    assert {key: found[key] for key in ("orgId", "name", "folder", "interval")} == {
        "orgId": 4,
        "name": "g",
        "folder": "Alerts",
        "interval": "1m",
    }
    assert found["rules"] == [
        {
            "uid": "u",
            "title": "Costs 5 $$",
            "annotations": {"summary": "{{ .Labels.town }} owes 5 $$"},
            "data": rule["data"],
        }
    ]
