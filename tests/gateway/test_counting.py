"""What is told of counts, hour by hour and in all: no way to find out one that is too small."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.counting import counts_of, is_hidden, sum_of_told, sum_told, told
from gateway.journal import Hour
from kit.catalogue import load_build

OPTION = load_build("vote").channels[0]

Seen = tuple[object, ...]


def seen(counts: Sequence[int]) -> Seen:
    """Return all that is told, hour after hour: each count, and the sum until then."""
    sums = (
        sum_told(OPTION, sum_of_told(OPTION, counts[:hours])) for hours in range(1, len(counts) + 1)
    )
    each = ((told(OPTION, count), count > 0) for count in counts)
    return tuple(zip(each, sums, strict=True))


@pytest.mark.parametrize("hours", range(1, 6))
def test_no_hidden_count_can_be_worked_out_of_the_others_and_the_sums(hours: int) -> None:
    """Every one could have been another: nobody can say which, who knows all that is told."""
    possible: dict[Seen, list[set[int]]] = defaultdict(lambda: [set() for _hour in range(hours)])
    for counts in product((0, 1, 2, 3, 4, 6, 8), repeat=hours):
        for place, count in zip(possible[seen(counts)], counts, strict=True):
            place.add(count)
    for places in possible.values():
        for place in places:
            assert len(place) > 1 or not is_hidden(OPTION, *place)


@given(st.lists(st.integers(0, 40)))
def test_a_sum_never_promises_too_much_and_never_goes_back(counts: list[int]) -> None:
    sums = [sum_of_told(OPTION, counts[:hours]) for hours in range(len(counts) + 1)]
    assert all(
        tells <= true for tells, true in zip(sums, accumulate(counts, initial=0), strict=True)
    )
    assert sums == sorted(sums)
    assert (sums[-1] == 0) == (sum(counts) == 0)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=3))
def test_the_counts_of_an_hour_come_back_from_its_roll_up(counts: list[int]) -> None:
    mean = sum(counts) / len(counts)
    hour = Hour(0.0, len(counts), min(counts), mean, max(counts))
    assert sorted(map(round, counts_of([hour]))) == sorted(counts)
