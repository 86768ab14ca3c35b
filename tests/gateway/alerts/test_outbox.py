"""What is told together, what waits for the morning, and what is told again."""

from tests.gateway.alerts.simulated import NOON, RULES, Office

BAD = {"late": 0.1, "battery": 3.3}
WELL = {"late": 0.1, "battery": 4.0}


def test_all_that_begins_within_a_minute_is_one_message() -> None:
    office = Office()
    for number in range(3):
        office.look({f"air-{n}": BAD if n <= number else WELL for n in range(3)})
    office.pass_time(3600, {f"air-{n}": BAD for n in range(3)})
    assert [len(message) for message in office.messages] == [3]


def test_what_can_wait_is_told_when_the_quiet_hours_end() -> None:
    office = Office()
    full = {"disk_free": 4.0}
    office.pass_time(3600, {"air-1": BAD}, gateway=full, quiet=True)
    assert office.messages == [[("begun", "disk gateway")]]
    office.look({"air-1": BAD}, gateway=full)
    assert office.messages[1:] == [[("begun", "battery hem_air-1")]]


def test_what_begins_and_ends_in_quiet_hours_is_never_told() -> None:
    office = Office()
    office.pass_time(3600, {"air-1": BAD}, quiet=True)
    office.pass_time(3600, {"air-1": WELL}, quiet=True)
    office.pass_time(3600, {"air-1": WELL})
    assert office.messages == []


def test_what_ends_and_begins_again_in_quiet_hours_went_on() -> None:
    office = Office()
    office.pass_time(3600, {"air-1": BAD})
    office.pass_time(3600, {"air-1": WELL}, quiet=True)
    office.pass_time(3600, {"air-1": BAD}, quiet=True)
    office.pass_time(3600, {"air-1": BAD})
    office.pass_time(3600, {"air-1": WELL})
    assert [kind for kind, _alert in office.told] == ["begun", "over"]


def test_what_goes_on_is_told_again_and_together() -> None:
    office = Office()
    office.pass_time(6 * 3600, {"air-1": BAD, "air-2": WELL})
    office.pass_time(86_400, {"air-1": BAD, "air-2": BAD})
    both = [("ongoing", "battery hem_air-1"), ("ongoing", "battery hem_air-2")]
    assert office.messages[-1] == both
    assert len(office.messages) == 3


def test_what_was_told_just_before_is_not_told_again() -> None:
    office = Office()
    office.pass_time(22 * 3600, {"air-1": BAD, "air-2": WELL})
    office.pass_time(3 * 3600, {"air-1": BAD, "air-2": BAD})
    assert office.messages[-1] == [("ongoing", "battery hem_air-1")]


def test_an_object_in_a_cupboard_is_told_ever_more_seldom() -> None:
    office = Office(step_s=240)
    days = []
    for day in range(33):
        before = len(office.messages)
        office.pass_time(86_400, {"air-1": {"late": 99.0}})
        days += [day] * (len(office.messages) - before)
    assert days == [0, 1, 2, 4, 8, 16, 32]
    office.pass_time(720, {"air-1": {"late": 0.1}})
    assert office.messages[-1] == [("over", "silence hem_air-1")]


def test_reminders_wait_for_the_morning_too() -> None:
    office = Office()
    office.pass_time(3600, {"air-1": BAD})
    office.pass_time(2 * 86_400, {"air-1": BAD}, quiet=True)
    assert [kind for kind, _alert in office.told] == ["begun"]
    office.look({"air-1": BAD})
    assert [kind for kind, _alert in office.told] == ["begun", "ongoing"]


def test_a_clock_that_was_set_back_holds_up_no_message() -> None:
    office = Office()
    office.pass_time(900, {"air-1": BAD})
    office.pass_time(30, {"air-1": BAD})
    assert office.state.alerts["battery hem_air-1"].fired > NOON
    office.now -= 86_400
    office.pass_time(60, {"air-1": BAD})
    assert office.messages == [[("begun", "battery hem_air-1")]]


def test_only_what_loses_readings_now_may_wake_anybody() -> None:
    assert {rule.id for rule in RULES.values() if rule.urgent} == {"broker", "disk"}
