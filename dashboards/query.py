"""What a panel asks of the store: one question, answered by InfluxQL and by the journal alike."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct, field

Aggregate = Literal["mean", "min", "max", "sum", "last", "count", "hours"]
"""``hours``: how many hours have a mean that lies ``within`` the bounds of the query; there is no
line where none has. It has no steps of its own."""
Tag = Literal["town", "place", "device", "build", "what"]
ANY = (float("-inf"), float("inf"))


class Query(Struct, frozen=True):
    """One value, or one in each ``step_s`` seconds, of a quantity over the time of its board.

    ``by``: one line for each combination of these tags. ``where``: only these; several values of a
    tag stand in a tuple. ``step_s``: 0 asks for one value over the whole time; ``offset_s`` shifts
    where steps begin (what is counted in an hour is told just after it). ``back_s``: looks so far
    back instead of over the board's time. ``within``: low ≤ mean < high, for ``hours`` alone.
    """

    quantity: str
    aggregate: Aggregate
    by: tuple[Tag, ...] = ()
    where: Mapping[Tag, str | tuple[str, ...]] = field(default_factory=dict)
    step_s: int = 0
    offset_s: int = 0
    back_s: int = 0
    within: tuple[float, float] = ANY

    def wanted(self, tag: Tag) -> tuple[str, ...]:
        """Return the values that ``where`` allows of a tag; none if it allows any."""
        values = self.where.get(tag, ())
        return (values,) if isinstance(values, str) else values


class Point(NamedTuple):
    """One value of an answer; ``time`` is where its step begins, or of the reading (Unix s)."""

    time: float
    value: float


class Line(NamedTuple):
    """One line of an answer: its tags in the order of ``by``, its points by time."""

    tags: tuple[str, ...]
    points: tuple[Point, ...]
