"""What a room wishes of an object: counted for a few seconds, then told, then forgotten. Pure."""

from collections import Counter
from typing import NamedTuple


class Wish(NamedTuple):
    """One thing that an object can be told: a command, the name of its argument, its value."""

    command: str
    argument: str
    value: str


class Choice(NamedTuple):
    """What most of a room wished: ``votes`` of how many; ``tally``: all wishes, the most first."""

    wish: Wish
    votes: int
    of: int
    tally: tuple[tuple[Wish, int], ...]


class Ballot:
    """The wishes of one window of time for one object."""

    def __init__(self) -> None:
        self._counts: Counter[Wish] = Counter()
        self._newest: dict[Wish, int] = {}
        self._wishes = 0

    def __len__(self) -> int:
        """Return how many wishes wait to be counted."""
        return self._wishes

    def add(self, wish: Wish) -> None:
        """Count one wish."""
        self._wishes += 1
        self._counts[wish] += 1
        self._newest[wish] = self._wishes

    def close(self) -> Choice | None:
        """Return what most wished and begin anew; of equals, what was wished last."""
        if not self._counts:
            return None
        order = sorted(
            self._counts.items(), key=lambda one: (one[1], self._newest[one[0]]), reverse=True
        )
        (wish, votes), of = order[0], self._wishes
        self._counts.clear()
        self._newest.clear()
        self._wishes = 0
        return Choice(wish, votes, of, tuple(order))
