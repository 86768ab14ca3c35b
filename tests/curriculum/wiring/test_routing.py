"""Wires go round things, never along one another, whatever lies on the table."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.wiring.geometry import Box, Point
from curriculum.wiring.routing import Door, NoWayError, Task, crossings, lay

EAST, WEST = (1, 0), (-1, 0)
AREA = Box(-10, -10, 70, 60)
LEFT, RIGHT = Box(0, 0, 8, 30), Box(40, 0, 8, 30)


def facing(pairs: list[tuple[int, int]]) -> list[Task]:
    """Return wires from the right edge of one box to the left edge of another, by their rows."""
    return [
        Task(
            number,
            (Door(Point(8, 2 * start + 1), EAST),),
            (Door(Point(40, 2 * end + 1), WEST),),
        )
        for number, (start, end) in enumerate(pairs, 1)
    ]


def test_facing_pins_are_joined_straight() -> None:
    ways = lay(AREA, [LEFT, RIGHT], facing([(3, 3)]), 3)
    assert ways == {1: (Point(8, 7), Point(40, 7))}


def test_wires_in_the_same_order_do_not_cross() -> None:
    ways = lay(AREA, [LEFT, RIGHT], facing([(0, 4), (1, 5), (2, 6)]), 3)
    assert crossings(ways) == 0


def test_a_thing_in_between_is_gone_round() -> None:
    between = Box(20, 2, 6, 12)
    way = lay(AREA, [LEFT, RIGHT, between], facing([(3, 3)]), 3)[1]
    assert len(way) > 2
    assert not inside(way, between)


def test_where_no_wire_gets_through_it_is_said() -> None:
    wall = Box(20, -20, 2, 100)
    with pytest.raises(NoWayError):
        lay(AREA, [LEFT, RIGHT, wall], facing([(3, 3)]), 3)


@settings(max_examples=25)
@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(1, 8))
def test_any_order_of_pins_is_wired_without_two_wires_on_one_another(
    starts: list[int], ends: list[int], count: int
) -> None:
    tasks = facing(list(zip(starts, ends, strict=True))[:count])
    ways = lay(AREA, [LEFT, RIGHT], tasks, 3)
    assert sorted(ways) == [task.number for task in tasks]
    assert_apart(ways)
    for task in tasks:
        way = ways[task.number]
        assert (way[0], way[-1]) == (task.starts[0].point, task.ends[0].point)
        assert not inside(way[1:-1], LEFT)
        assert not inside(way[1:-1], RIGHT)


def inside(way: tuple[Point, ...], box: Box) -> bool:
    return any(
        box.x <= x <= box.right and box.y <= y <= box.bottom
        for start, end in pairwise(way)
        for x, y in points(start, end)
    )


def points(start: Point, end: Point) -> list[Point]:
    if start.x == end.x:
        return [Point(start.x, y) for y in range(min(start.y, end.y), max(start.y, end.y) + 1)]
    return [Point(x, start.y) for x in range(min(start.x, end.x), max(start.x, end.x) + 1)]


def assert_apart(ways: dict[int, tuple[Point, ...]]) -> None:
    """Fail where two wires share a piece of their way, or one turns on another."""
    edges: dict[frozenset[Point], int] = {}
    corners: dict[Point, int] = {}
    cells: dict[Point, set[int]] = {}
    for number, way in ways.items():
        for start, end in pairwise(way):
            line = points(start, end)
            for point in line:
                cells.setdefault(point, set()).add(number)
            for one, other in pairwise(line):
                assert edges.setdefault(frozenset((one, other)), number) == number
        for corner in way:
            corners[corner] = number
    for corner in corners:
        assert len(cells[corner]) == 1
