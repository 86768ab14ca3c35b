"""What a panel asks of the store: one question, answered by InfluxQL and by the journal alike."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct, field

Aggregate = Literal["mean", "min", "max", "sum", "last", "count"]
Tag = Literal["town", "place", "device", "build", "what"]


class Query(Struct, frozen=True):
    """One value, or one in each ``step_s`` seconds, of a quantity over the time of its board.

    ``by``: one line for each combination of these tags. ``where``: only these. ``step_s``: 0 asks
    for one value over the whole time; ``offset_s`` shifts where steps begin (what is counted in an
    hour is told just after it). ``back_s``: looks so far back instead of over the board's time.
    """

    quantity: str
    aggregate: Aggregate
    by: tuple[Tag, ...] = ()
    where: Mapping[Tag, str] = field(default_factory=dict)
    step_s: int = 0
    offset_s: int = 0
    back_s: int = 0


class Point(NamedTuple):
    """One value of an answer; ``time`` is where its step begins, or of the reading (Unix s)."""

    time: float
    value: float


class Line(NamedTuple):
    """One line of an answer: its tags in the order of ``by``, its points by time."""

    tags: tuple[str, ...]
    points: tuple[Point, ...]
