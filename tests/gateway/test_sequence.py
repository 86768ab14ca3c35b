from hypothesis import given
from hypothesis import strategies as st

from gateway import sequence
from gateway.sequence import SequenceSet

NUMBERS = st.lists(st.integers(0, 40), max_size=60)


@given(NUMBERS)
def test_it_behaves_as_a_set(numbers: list[int]) -> None:
    seen, model = SequenceSet(), set[int]()
    for number in numbers:
        assert seen.add(number) == (number not in model)
        model.add(number)
        assert all((n in seen) == (n in model) for n in range(42))


@given(NUMBERS)
def test_missing_counts_the_gaps_below_the_highest(numbers: list[int]) -> None:
    seen = SequenceSet()
    for number in numbers:
        seen.add(number)
    assert seen.missing == len(set(range(max(numbers, default=-1))) - set(numbers))


@given(NUMBERS)
def test_runs_rise_and_never_touch(numbers: list[int]) -> None:
    seen = SequenceSet()
    for number in numbers:
        seen.add(number)
    assert seen.runs == sorted(seen.runs)
    assert all(
        after > before + 1 for before, after in zip(seen.runs[1::2], seen.runs[2::2], strict=False)
    )


def test_a_boot_that_counts_in_order_takes_one_run() -> None:
    seen = SequenceSet()
    assert all(seen.add(number) for number in range(100_000))
    assert seen.runs == [0, 99_999]


def test_numbers_full_of_gaps_cannot_fill_the_memory() -> None:
    seen = SequenceSet()
    for number in range(0, 8 * sequence.MAX_RUNS, 2):
        assert seen.add(number)
    assert len(seen.runs) == 2 * sequence.MAX_RUNS
    assert not seen.add(8 * sequence.MAX_RUNS - 2), "the latest are remembered"
