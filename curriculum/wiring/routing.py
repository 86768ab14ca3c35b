"""Find the ways of the wires: along the grid, around all boxes, few corners, few crossings.

Each wire goes the cheapest way (A*) past those that lie there already; then, over and over, one
after the other is taken up and laid anew, now that it knows the others. Two wires may cross at a
right angle; they may not lie on one another, and none may turn on another. While they are being
laid they do so where there is no other way, for a price that rises from round to round until one
gives way (PathFinder: McMurchie and Ebeling, “A negotiation-based performance-driven router for
FPGAs”, 1995).
"""

import heapq
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from curriculum.wiring.geometry import Box, Point

_BEND = 4
_CROSSING = 20
_BESIDE_WIRE = 1
_BESIDE_BOX = 1
_CONFLICT = 30
_ROUNDS = 12

_MOVES = ((1, 0), (0, 1), (-1, 0), (0, -1))
_HORIZONTAL, _VERTICAL = 0, 1


class Door(NamedTuple):
    """Where a wire may leave a thing: the point outside, and which way it goes on from there."""

    point: Point
    out: tuple[int, int]


class Task(NamedTuple):
    """A wire to be laid, by its number: from one of these doors to one of those."""

    number: int
    starts: tuple[Door, ...]
    ends: tuple[Door, ...]


Way = tuple[Point, ...]
"""The corners of a wire, with both its ends."""


class NoWayError(Exception):
    """The things stand so close that a wire does not get through."""


def lay(area: Box, boxes: Sequence[Box], tasks: Sequence[Task], stub: int) -> dict[int, Way]:
    """Return the way of each wire. ``stub``: how far from a thing a wire keeps straight.

    Which wire comes first matters: both the short and the long ones are tried first, and the better
    picture is taken. Raises NoWayError where a wire does not get through.
    """
    short_first = sorted(tasks, key=lambda task: (_length(task), task.number))
    found = []
    for order in (short_first, short_first[::-1]):
        ways = _negotiate(_Field(area, boxes, tasks, stub), order)
        if ways is not None:
            found.append(ways)
            if not crossings(ways):
                break
    if not found:
        raise NoWayError
    return min(found, key=untidiness)


def _negotiate(field: "_Field", order: Sequence[Task]) -> dict[int, Way] | None:
    paths: dict[int, list[Point]] = {}
    for turn in range(_ROUNDS):
        before = dict(paths)
        for task in order:
            field.take_up(paths.get(task.number, []))
            paths[task.number] = field.lay(task, _CONFLICT * (turn + 1))
        if paths == before and not field.conflicts():
            break
    if field.conflicts():
        return None
    return {number: _corners(path) for number, path in paths.items()}


def untidiness(ways: Mapping[int, Way]) -> int:
    """Return how hard wires are to follow: how long they are, how often they turn and cross."""
    steps = sum(len(_cells(way)) for way in ways.values())
    bends = sum(len(way) - 2 for way in ways.values())
    return steps + _BEND * bends + _CROSSING * crossings(ways)


def crossings(ways: Mapping[int, Way]) -> int:
    """Count how often wires cross."""
    cells: dict[Point, int] = {}
    for way in ways.values():
        for cell in set(_cells(way)):
            cells[cell] = cells.get(cell, 0) + 1
    return sum(count - 1 for count in cells.values())


def _cells(way: Sequence[Point]) -> list[Point]:
    cells = [way[0]]
    for start, end in pairwise(way):
        dx = (end.x > start.x) - (end.x < start.x)
        dy = (end.y > start.y) - (end.y < start.y)
        while cells[-1] != end:
            cells.append(Point(cells[-1].x + dx, cells[-1].y + dy))
    return cells


def _corners(path: Sequence[Point]) -> Way:
    kept = [path[0]]
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        if (here.x - before.x, here.y - before.y) != (after.x - here.x, after.y - here.y):
            kept.append(here)
    return (*kept, path[-1])


def _length(task: Task) -> int:
    start, end = task.starts[0].point, task.ends[0].point
    return abs(start.x - end.x) + abs(start.y - end.y)


class _Field:
    """The grid, with what stands and lies on it."""

    def __init__(self, area: Box, boxes: Sequence[Box], tasks: Sequence[Task], stub: int) -> None:
        self._left, self._top = int(area.x), int(area.y)
        self._width, self._height = int(area.width) + 1, int(area.height) + 1
        size = self._width * self._height
        self._closed = bytearray(size)
        self._beside = bytearray(size)
        self._lying = (bytearray(size), bytearray(size))  # how many wires, by their direction
        self._kept = [0] * size
        self._stub = stub
        self._conflict = 0
        for box in boxes:
            self._fill(self._beside, box.grown(1))
        for box in boxes:
            self._fill(self._closed, box)
        self._close_edges()
        for task in tasks:
            for door in (*task.starts, *task.ends):
                self._keep(door, task.number)

    def lay(self, task: Task, conflict: int) -> list[Point]:
        """Find the cheapest way of a wire and let it lie there; ``conflict``: see ``_step``.

        Raises NoWayError.
        """
        self._conflict = conflict
        number = task.number
        starts = [self._stub_of(door) for door in task.starts]
        ends = {}
        for door in task.ends:
            stub = self._stub_of(door)
            ends[self._cell(stub[-1])] = (stub, (-door.out[0], -door.out[1]))
        found = self._search(number, list(zip(starts, task.starts, strict=True)), ends)
        self._count(found, 1)
        return found

    def conflicts(self) -> bool:
        """Tell whether wires lie on one another, or turn on one another."""
        return any(max(lying) > 1 for lying in self._lying)

    def take_up(self, path: Sequence[Point]) -> None:
        """Take a wire away from where it lies."""
        self._count(path, -1)

    def _count(self, path: Sequence[Point], by: int) -> None:
        """Count a wire, or no longer; where it turns or ends it lies in both directions."""
        for i, point in enumerate(path):
            cell = self._cell(point)
            beside = path[max(0, i - 1) : i + 2]
            end = len(beside) < 3
            if end or any(other.x != point.x for other in beside):
                self._lying[_HORIZONTAL][cell] += by
            if end or any(other.y != point.y for other in beside):
                self._lying[_VERTICAL][cell] += by

    def _search(
        self,
        number: int,
        starts: list[tuple[list[Point], Door]],
        ends: dict[int, tuple[list[Point], tuple[int, int]]],
    ) -> list[Point]:
        goals = [stub[-1] for stub, _way in ends.values()]
        queue: list[tuple[float, int, float, int, int]] = []
        best: dict[tuple[int, int], float] = {}
        came: dict[tuple[int, int], tuple[int, int]] = {}
        stubs = {}
        for stub, door in starts:
            cell, move = self._cell(stub[-1]), _MOVES.index(door.out)
            best[cell, move] = 0
            stubs[cell, move] = stub
            heapq.heappush(queue, (self._guess(cell, move, goals), 0, 0.0, cell, move))
        tie = 0
        while queue:
            _total, _tie, cost, cell, move = heapq.heappop(queue)
            if cost > best[cell, move]:
                continue
            goal = ends.get(cell)
            if goal and goal[1] == _MOVES[move]:
                return self._path(came, (cell, move), stubs, goal[0])
            for turn in (0, 1, 3):
                after = (move + turn) % 4
                dx, dy = _MOVES[after]
                step = self._step(number, cell, cell + dx + dy * self._width, turn, after)
                if step is None:
                    continue
                next_cell = cell + dx + dy * self._width
                price = cost + step
                if price < best.get((next_cell, after), float("inf")):
                    best[next_cell, after] = price
                    came[next_cell, after] = (cell, move)
                    tie += 1
                    total = price + self._guess(next_cell, after, goals)
                    heapq.heappush(queue, (total, tie, price, next_cell, after))
        raise NoWayError(number)

    def _step(self, number: int, cell: int, after: int, turn: int, move: int) -> int | None:
        """Return what one step costs, ``conflict`` for each other wire in its way; or ``None``."""
        if self._closed[after] or self._kept[after] not in (0, number):
            return None
        along = move % 2
        same, across = self._lying[along], self._lying[1 - along]
        cost = 1 + self._beside[after] * _BESIDE_BOX
        if turn:
            # It would turn on another wire.
            cost += _BEND + self._conflict * (same[cell] + across[cell])
        if same[after] or across[after]:
            cost += self._conflict * same[after] + _CROSSING * across[after]
        side = self._width if along == _HORIZONTAL else 1
        if same[after - side] or same[after + side]:
            cost += _BESIDE_WIRE
        return cost

    def _path(
        self,
        came: dict[tuple[int, int], tuple[int, int]],
        last: tuple[int, int],
        stubs: dict[tuple[int, int], list[Point]],
        end: list[Point],
    ) -> list[Point]:
        cells = [last]
        while cells[-1] in came:
            cells.append(came[cells[-1]])
        middle = [self._point(cell) for cell, _move in reversed(cells)]
        return [*stubs[cells[-1]][:-1], *middle, *reversed(end[:-1])]

    def _guess(self, cell: int, move: int, goals: Sequence[Point]) -> int:
        """Return what the rest of the way costs at least: all goals are entered sideways."""
        x, y = cell % self._width + self._left, cell // self._width + self._top
        least = None
        for goal in goals:
            cost = abs(x - goal.x) + abs(y - goal.y)
            if move % 2:
                cost += _BEND
            elif y != goal.y:
                cost += 2 * _BEND
            if least is None or cost < least:
                least = cost
        return least or 0

    def _stub_of(self, door: Door) -> list[Point]:
        (x, y), (dx, dy) = door.point, door.out
        return [Point(x + i * dx, y + i * dy) for i in range(self._stub + 1)]

    def _keep(self, door: Door, number: int) -> None:
        for point in self._stub_of(door):
            cell = self._cell(point)
            self._kept[cell] = number
            self._closed[cell] = 0

    def _fill(self, cells: bytearray, box: Box) -> None:
        for y in range(self._height):
            for x in range(self._width):
                if box.x <= x + self._left <= box.right and box.y <= y + self._top <= box.bottom:
                    cells[y * self._width + x] = 1

    def _close_edges(self) -> None:
        for y in range(self._height):
            for x in range(self._width):
                if x in (0, self._width - 1) or y in (0, self._height - 1):
                    self._closed[y * self._width + x] = 1

    def _cell(self, point: Point) -> int:
        return (point.y - self._top) * self._width + point.x - self._left

    def _point(self, cell: int) -> Point:
        return Point(cell % self._width + self._left, cell // self._width + self._top)
