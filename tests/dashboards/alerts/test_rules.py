"""The rules: over signals that exist, with a room between wrong and over, in both languages."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.alerts import Rule, rules
from kit.errors import FabnumError
from kit.settings import AlertRule
from kit.signals import signal

RULES = {rule.id: rule for rule in rules()}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
values = st.floats(-1e6, 1e6)


def test_each_thing_that_can_go_wrong_has_one() -> None:
    assert RULES.keys() == {
        *("silence", "flat", "range", "faulty", "dropped", "battery", "restarts"),
        *("broker", "disk", "influx", "certificate", "town"),
    }


@every_rule
def test_its_signals_exist(rule: Rule) -> None:
    assert rule.measured.id == rule.signal
    if rule.share_of:
        signal(rule.subject, rule.share_of)


@every_rule
@given(value=values)
def test_no_value_is_wrong_and_over(rule: Rule, value: float) -> None:
    assert not (rule.is_wrong(value) and rule.is_over(value))


@every_rule
def test_it_fires_at_its_limit_and_ends_where_it_says(rule: Rule) -> None:
    assert rule.is_wrong(rule.limit) is (rule.below is None)
    assert rule.is_wrong(rule.limit - 0.01) is (rule.below is not None)
    beyond = rule.resolved_at + (0.01 if rule.below is not None else -0.01)
    assert rule.is_over(beyond)


@every_rule
def test_it_says_what_is_wrong_in_one_sentence_and_what_to_do_in_another(rule: Rule) -> None:
    for language in ("fr", "en"):
        assert len(rule.name[language]) <= 40
        assert rule.text[language].endswith(".")
        assert rule.action[language].endswith(".")
        assert len(rule.text[language]) <= 110
        assert len(rule.action[language]) <= 110


@every_rule
def test_its_french_has_its_spaces(rule: Rule) -> None:
    for text in (rule.name["fr"], rule.text["fr"], rule.action["fr"]):
        for sign in (" :", " ;", " !", " ?", " »", "« ", "'"):
            assert sign not in text


@every_rule
def test_who_stands_for_it_is_looked_at_before_it(rule: Rule) -> None:
    order = list(RULES)
    assert all(order.index(other) < order.index(rule.id) for other in rule.inhibited_by)


class TestWhatASiteChanges:
    """``[alerts.rules.<id>]``."""

    def test_a_limit_keeps_the_room_to_where_it_ends(self) -> None:
        changed = {r.id: r for r in rules({"battery": AlertRule(limit=2.4)})}["battery"]
        assert (changed.below, changed.resolved_at) == (2.4, pytest.approx(2.6))
        assert changed.for_s == RULES["battery"].for_s

    def test_a_rule_may_be_switched_off(self) -> None:
        assert "flat" not in {rule.id for rule in rules({"flat": AlertRule(off=True)})}

    @pytest.mark.parametrize(
        "change", [AlertRule(resolved_at=3.0), AlertRule(limit=4, resolved_at=3)]
    )
    def test_an_end_on_the_wrong_side_is_refused(self, change: AlertRule) -> None:
        with pytest.raises(FabnumError, match="battery"):
            rules({"battery": change})

    def test_an_unknown_rule_is_refused(self) -> None:
        with pytest.raises(FabnumError, match="sunshine"):
            rules({"sunshine": AlertRule()})


@pytest.mark.parametrize("changes", [{"at_least": 1.0}, {"below": None}, {"resolved_at": 1.0}])
def test_a_rule_that_cannot_be_evaluated_is_no_rule(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="battery"):
        msgspec.structs.replace(RULES["battery"], **changes)


def test_a_share_counts_for_nothing_below_the_fewest() -> None:
    town = RULES["town"]
    assert town.value({"silent": 2.0, "deployed": 2.0}) == 0
    assert town.value({"silent": 3.0, "deployed": 6.0}) == 0.5
    assert town.value({"silent": 3.0}) is None
    assert town.value({}) is None
