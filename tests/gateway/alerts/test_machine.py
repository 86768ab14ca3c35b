"""When an alert fires, when it is over, and what a restart changes: nothing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.alerts.simulated import Office, rule

GOOD, LATE = {"late": 0.3}, {"late": 1.2}
MANY = 25

plain = [
    rule("battery", inhibited_by=()),
    rule("disk"),
    rule("range", counted_s=0, inhibited_by=()),
    rule("flat", counted_s=0, inhibited_by=()),
]
volts = st.sampled_from([3.3, 3.49, 3.5, 3.6, 3.7, 4.1])
looks = st.lists(
    st.fixed_dictionaries(
        {
            "battery": volts,
            "refused": st.sampled_from([0.0, 1.0, 7.0]),
            "unchanged": st.sampled_from([0.0, 50_000.0, 90_000.0]),
            "disk": st.sampled_from([5.0, 11.0, 40.0]),
            "quiet": st.booleans(),
            "restart": st.booleans(),
        },
    ),
    max_size=MANY,
)


def replay(days: Sequence[dict[str, float | bool]], *, restarts: bool) -> Office:
    office = Office(plain)
    for day in days:
        if restarts and day["restart"]:
            office.restart()
        signals = {name: float(day[name]) for name in ("battery", "refused", "unchanged")}
        gateway = {"disk_free": float(day["disk"])}
        # Each of them lasts for five minutes.
        office.pass_time(300, {"air-1": signals}, gateway=gateway, quiet=bool(day["quiet"]))
    return office


@given(looks)
def test_nothing_is_told_twice_without_its_end_between(days: list[dict[str, float | bool]]) -> None:
    on = set[str]()
    for kind, alert in replay(days, restarts=True).told:
        if kind == "begun":
            assert alert not in on
            on.add(alert)
        else:
            assert alert in on
            on -= {alert} if kind == "over" else set()


@given(looks)
def test_a_restart_at_any_moment_changes_no_message(days: list[dict[str, float | bool]]) -> None:
    assert replay(days, restarts=True).messages == replay(days, restarts=False).messages


def test_what_does_not_last_is_not_told() -> None:
    office = Office()
    office.pass_time(870, {"air-1": {"late": 0.1, "battery": 3.2}})
    office.pass_time(3600, {"air-1": {"late": 0.1, "battery": 3.9}})
    assert office.told == []


def test_between_its_two_limits_everything_stays_as_it_is() -> None:
    office = Office()
    office.pass_time(3600, {"air-1": {"late": 0.1, "battery": 3.6}})
    assert office.firing == set()
    office.pass_time(1800, {"air-1": {"late": 0.1, "battery": 3.4}})
    office.pass_time(3600, {"air-1": {"late": 0.1, "battery": 3.6}})
    assert office.firing == {"battery hem_air-1"}
    office.pass_time(1800, {"air-1": {"late": 0.1, "battery": 3.8}})
    assert office.firing == set()
    assert office.told == [("begun", "battery hem_air-1"), ("over", "battery hem_air-1")]


def test_a_slow_object_may_tell_the_same_number_for_longer() -> None:
    office = Office()
    day = {"late": 0.1, "unchanged": 90_000.0}
    office.look({"air-1": day}, period_s=60)
    assert office.firing == {"flat hem_air-1"}
    slow = Office()
    slow.look({"air-1": day}, period_s=2 * 3600)
    assert slow.firing == set()


class TestWhoIsNotBlamed:
    """Silence that is somebody else's."""

    def test_a_restarted_gateway_waits_until_objects_have_had_their_chance(self) -> None:
        office = Office()
        office.pass_time(600, {f"air-{n}": GOOD for n in range(9)})
        office.restart(away_s=7200)
        office.pass_time(180, {f"air-{n}": LATE for n in range(9)})
        office.pass_time(7200, {f"air-{n}": GOOD for n in range(9)})
        assert office.told == []

    def test_an_object_that_speaks_seldom_has_longer_for_it(self) -> None:
        office = Office()
        office.restart(away_s=7200)
        office.pass_time(1800, {"garden-1": LATE}, patience_s=1815, period_s=600)
        office.pass_time(7200, {"garden-1": GOOD}, patience_s=1815, period_s=600)
        assert office.told == []

    def test_one_that_stays_silent_after_it_is_told(self) -> None:
        office = Office()
        office.restart(away_s=7200)
        office.pass_time(7200, {"air-1": LATE})
        assert office.told == [("begun", "silence hem_air-1")]

    def test_a_machine_that_slept_is_as_one_that_was_restarted(self) -> None:
        office = Office()
        office.pass_time(600, {"air-1": GOOD})
        office.now += 8 * 3600
        office.pass_time(180, {"air-1": LATE})
        office.pass_time(7200, {"air-1": GOOD})
        assert office.told == []

    def test_a_broker_that_is_away_stands_for_all_objects(self) -> None:
        office = Office()
        for _ in range(240):
            office.look({f"air-{n}": LATE for n in range(300)}, gateway={"broker_up": 0.0})
        assert office.told == [("begun", "broker gateway")]
        office.pass_time(180, {f"air-{n}": LATE for n in range(300)})
        office.pass_time(7200, {f"air-{n}": GOOD for n in range(300)})
        assert office.told == [("begun", "broker gateway"), ("over", "broker gateway")]

    def test_a_town_that_is_silent_stands_for_its_objects(self) -> None:
        office, cut = Office(), {"silent": 40.0, "deployed": 50.0}
        objects = {f"air-{n}": LATE if n < 40 else GOOD for n in range(50)}
        office.pass_time(600, {f"air-{n}": GOOD for n in range(50)})
        office.pass_time(7200, objects, town=cut)
        assert office.told == [("begun", "town hem_")]

    def test_two_silent_objects_of_three_are_named(self) -> None:
        office = Office()
        objects = {"air-1": LATE, "air-2": LATE, "air-3": GOOD}
        office.pass_time(7200, objects, town={"silent": 2.0, "deployed": 3.0})
        assert {alert for _kind, alert in office.told} == {
            "silence hem_air-1",
            "silence hem_air-2",
        }

    def test_the_old_numbers_of_a_silent_object_begin_and_end_nothing(self) -> None:
        office = Office()
        office.pass_time(1800, {"air-1": {"late": 0.1, "battery": 3.3, "refused": 0.0}})
        silent = {"late": 9.0, "battery": 4.0, "refused": 3.0}
        office.pass_time(7200, {"air-1": silent})
        assert office.firing == {"battery hem_air-1", "silence hem_air-1"}
        office.pass_time(600, {"air-1": {"late": 0.1, "battery": 4.0, "refused": 0.0}})
        assert office.firing == set()


@pytest.mark.parametrize("name", ["refused", "dropped"])
def test_a_count_that_a_restart_has_cleared_ends_nothing(name: str) -> None:
    office = Office()
    office.pass_time(300, {"air-1": {"late": 0.1, name: 4.0}})
    office.restart()
    office.pass_time(1800, {"air-1": {"late": 0.1, name: 0.0}})
    office.pass_time(1800, {"air-1": {"late": 0.1, name: 2.0}})
    assert [kind for kind, _alert in office.told] == ["begun"]
    office.pass_time(300, {"air-1": {"late": 0.1, name: 0.0}})
    assert [kind for kind, _alert in office.told] == ["begun", "over"]


def test_a_signal_that_is_not_known_changes_nothing() -> None:
    office = Office()
    office.pass_time(1800, {"air-1": {"late": 0.1, "battery": 3.3}})
    office.pass_time(1800, {"air-1": {"late": 0.1}})
    office.pass_time(1800, {"air-1": {"late": 0.1, "battery": float("nan")}})
    assert office.told == [("begun", "battery hem_air-1")]


def test_an_object_whose_access_has_ended_is_told_of_once_more() -> None:
    office = Office()
    office.pass_time(1800, {"air-1": {"late": 0.1, "battery": 3.3}})
    office.pass_time(300, {})
    assert office.told == [("begun", "battery hem_air-1"), ("over", "battery hem_air-1")]


def test_a_clock_that_is_set_back_delays_nothing_for_long() -> None:
    office = Office()
    office.pass_time(600, {"air-1": {"late": 0.1, "battery": 3.3}})
    office.now -= 400 * 86_400
    office.pass_time(1800, {"air-1": {"late": 0.1, "battery": 3.3}})
    assert office.told == [("begun", "battery hem_air-1")]
