"""What most of a room wishes is told; of equals, what was wished last."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.day.ballot import Ballot, Wish

RED, GREEN, BLUE = (Wish("colour", "colour", value) for value in ("#ff0000", "#00c832", "#0032ff"))
WAVE = Wish("effect", "effect", "wave")
wishes = st.lists(st.sampled_from([RED, GREEN, BLUE, WAVE]), max_size=120)


def ballot_of(*cast: Wish) -> Ballot:
    ballot = Ballot()
    for wish in cast:
        ballot.add(wish)
    return ballot


def test_most_win() -> None:
    choice = ballot_of(RED, GREEN, GREEN, BLUE).close()
    assert choice is not None
    assert (choice.wish, choice.votes, choice.of) == (GREEN, 2, 4)


def test_of_equals_the_newest_wins() -> None:
    choice = ballot_of(RED, GREEN, GREEN, RED).close()
    assert choice is not None
    assert choice.wish == RED


def test_a_room_that_wishes_nothing_chooses_nothing() -> None:
    assert Ballot().close() is None


def test_a_window_forgets_what_came_before_it() -> None:
    ballot = ballot_of(*[RED] * 30)
    ballot.close()
    ballot.add(GREEN)
    choice = ballot.close()
    assert choice is not None
    assert (choice.wish, choice.votes, choice.of) == (GREEN, 1, 1)
    assert choice.tally == ((GREEN, 1),)


@given(wishes)
def test_every_wish_counts_once_and_none_beats_the_choice(cast: list[Wish]) -> None:
    choice = ballot_of(*cast).close()
    if choice is None:
        assert not cast
        return
    assert dict(choice.tally) == Counter(cast)
    assert choice.of == len(cast)
    assert choice.votes == max(Counter(cast).values())
    equals = {wish for wish, votes in choice.tally if votes == choice.votes}
    assert choice.wish == next(wish for wish in reversed(cast) if wish in equals)
