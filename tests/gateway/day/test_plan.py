"""Where in its plan a workshop is."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.day.plan import Moment, Step, moment, said, start_of

PLAN = [Step(10, {"fr": "Accueillir"}), Step(40, {"fr": "Essayer"}), Step(10, {"fr": "Conclure"})]


def test_the_step_and_what_is_left_of_it() -> None:
    assert moment(PLAN, 0) == Moment(0, 600)
    assert moment(PLAN, 599) == Moment(0, 1)
    assert moment(PLAN, 600) == Moment(1, 2400)
    assert moment(PLAN, 3599) == Moment(2, 1)


def test_after_the_end_the_time_runs_over() -> None:
    assert moment(PLAN, 3600) == Moment(3, 0)
    assert moment(PLAN, 3660) == Moment(3, -60)
    assert moment([], 60) == Moment(0, -60)


@given(st.lists(st.integers(1, 90), max_size=8))
def test_a_step_that_begins_now_has_all_its_minutes(minutes: list[int]) -> None:
    plan = [Step(each, {}) for each in minutes]
    for index, step in enumerate(plan):
        assert moment(plan, start_of(plan, index)) == Moment(index, step.minutes * 60)
    assert moment(plan, start_of(plan, len(plan))) == Moment(len(plan), 0)


def test_a_text_is_said_in_the_language_that_there_is() -> None:
    assert said({"fr": "Essayer", "en": "Try"}, "en") == "Try"
    assert said({"fr": "Essayer"}, "en") == "Essayer"
    assert said({}, "en") == ""
