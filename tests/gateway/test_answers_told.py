"""What may be told of the answers at the end of workshops: never whose they are."""

import datetime as dt
from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gateway.signals.towns import told
from gateway.workshops import Answers, Held, Workshops, enough, told_answers
from kit.closing_questions import FACE_IDS, FEWEST, QUESTION_IDS
from kit.signals import signal

DAY = dt.date(2025, 11, 20)
some_answers = st.dictionaries(
    st.tuples(st.sampled_from(QUESTION_IDS), st.sampled_from(FACE_IDS)), st.integers(1, 40)
)


def held(workshop: str = "M02", town: str = "gonesse") -> Held:
    return Held(workshop=workshop, town=town, place="Médiathèque", day=DAY, people=20)


def asked(answers: Answers, question: str) -> int:
    return sum(count for (name, _face), count in answers.items() if name == question)


@given(some_answers)
def test_a_question_that_few_answered_is_in_no_sum(answers: dict[tuple[str, str], int]) -> None:
    sure = enough(answers)
    for (question, face), count in answers.items():
        assert sure.get((question, face), 0) == (count if asked(answers, question) >= FEWEST else 0)


@given(some_answers)
def test_the_list_tells_full_steps_of_five_and_no_few(
    answers: dict[tuple[str, str], int],
) -> None:
    for question, by_face in told_answers(answers).items():
        for face, number in by_face.items():
            count = answers.get((question, face), 0)
            if asked(answers, question) < FEWEST or 0 < count < FEWEST:
                assert number is None
            else:
                assert number is not None
                assert number % FEWEST == 0
                assert number <= count < number + FEWEST


@given(some_answers, some_answers)
def test_a_workshop_of_few_changes_nothing_that_is_told(
    before: dict[tuple[str, str], int], more: dict[tuple[str, str], int]
) -> None:
    few = {name: count for name, count in more.items() if asked(more, name[0]) < FEWEST}
    assert enough(few) == {}
    assert {**enough(before), **enough(few)} == enough(before)


@given(st.integers(0, 200), st.integers(FEWEST, 60))
def test_what_a_sum_grows_by_is_never_one_exact_small_number(first: int, more: int) -> None:
    """Whatever is told before and after, at least four differences could have made it."""
    described = signal("town", "answers_good")

    def seen(total: int) -> dict[str, float]:
        return told("answers_good", "M02.1", total, described)

    possible = {
        after - before
        for before in range(first - 5, first + 6)
        for after in range(first + more - 5, first + more + 6)
        if before >= 0 and seen(before) == seen(first) and seen(after) == seen(first + more)
    }
    assert len(possible) >= FEWEST - 1


def test_sums_are_by_town_and_workshop(tmp_path: Path) -> None:
    with closing(Workshops(tmp_path / "workshops.sqlite")) as workshops:
        workshops.add(held(), {("understood", "good"): 6, ("understood", "not"): 1})
        workshops.add(held(), {("understood", "good"): 5, ("again", "good"): 4})
        workshops.add(held("M05"), {("understood", "good"): 4})
        workshops.add(held(town="hem"), {("return", "not"): 9})
        assert workshops.answer_sums() == {
            ("gonesse", "M02"): {("understood", "good"): 11, ("understood", "not"): 1},
            ("hem", "M02"): {("return", "not"): 9},
        }
