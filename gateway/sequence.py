"""Which sequence numbers of one boot have been seen: repeated frames and gaps, in little memory."""

from bisect import bisect_right

MAX_RUNS = 256
"""Runs remembered for one boot. A board sends in order, so it needs one; only a broken one needs
many. Beyond this the oldest run is forgotten: a frame of it that came again would be stored twice,
which is better than being lost."""


class SequenceSet:
    """The set of sequence numbers seen, kept as runs ``first … last``.

    ``runs`` is the flat list ``[first, last, first, last, …]``, rising, no two runs touching.
    """

    __slots__ = ("runs",)

    def __init__(self, runs: list[int] | None = None) -> None:
        self.runs = runs or []

    def add(self, seq: int) -> bool:
        """Add ``seq``; whether it is new."""
        runs = self.runs
        if runs and runs[-1] == seq - 1:  # the next one: nearly always
            runs[-1] = seq
            return True
        place = bisect_right(runs, seq)
        if place % 2 or (place and runs[place - 1] == seq):
            return False
        self._insert(place, seq)
        return True

    def _insert(self, place: int, seq: int) -> None:
        """Add ``seq`` to the gap before ``runs[place]``, joining the runs it touches."""
        runs = self.runs
        touches_before = place > 0 and runs[place - 1] == seq - 1
        touches_after = place < len(runs) and runs[place] == seq + 1
        if touches_before and touches_after:
            del runs[place - 1 : place + 1]
        elif touches_before:
            runs[place - 1] = seq
        elif touches_after:
            runs[place] = seq
        else:
            runs[place:place] = [seq, seq]
            if len(runs) > 2 * MAX_RUNS:
                del runs[:2]

    def __contains__(self, seq: int) -> bool:
        place = bisect_right(self.runs, seq)
        return bool(place % 2) or (place > 0 and self.runs[place - 1] == seq)

    @property
    def missing(self) -> int:
        """How many numbers from 0 to the highest seen have not been seen (yet)."""
        runs = self.runs
        if not runs:
            return 0
        return runs[-1] + 1 - sum(runs[1::2]) + sum(runs[::2]) - len(runs) // 2
