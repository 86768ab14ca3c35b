"""Find the ways of the wires: along the grid, around all boxes, few corners, few crossings.

Each wire goes the cheapest way (A*) past those that lie there already; then, over and over, one after
the other is taken up and laid anew, now that it knows the others. Two wires may cross at a right
angle; they may not lie on one another, and none may turn on another. While they are being laid they
do so where there is no other way, for a price that rises from round to round until one of them gives
way (PathFinder: McMurchie and Ebeling, “A negotiation-based performance-driven router for FPGAs”,
1995).
"""

import heapq
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from curriculum.wiring.geometry import Box, Point

_BEND = 4
_CROSSING = 14
_BESIDE_WIRE = 1
_BESIDE_BOX = 1
_CONFLICT = 30
_ROUNDS = 12

_MOVES = ((1, 0), (0, 1), (-1, 0), (0, -1))
_HORIZONTAL, _VERTICAL, _CORNER = 1, 2, 4


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


class NoWay(Exception):
    """The things stand so close that a wire does not get through."""


def lay(area: Box, boxes: Sequence[Box], tasks: Sequence[Task], stub: int) -> dict[int, Way]:
    """Return the way of each wire. ``stub``: how far from a thing a wire keeps straight.

    Raises NoWay where one does not get through.
    """
    field = _Field(area, boxes, tasks, stub)
    order = sorted(tasks, key=lambda task: (_length(task), task.number))
    paths: dict[int, list[Point]] = {}
    for turn in range(_ROUNDS):
        before = dict(paths)
        for task in order:
            field.take_up(task.number, paths.get(task.number, []))
            paths[task.number] = field.lay(task, _CONFLICT * (turn + 1))
        if paths == before and not field.conflicts():
            break
    if field.conflicts():
        raise NoWay
    return {number: _corners(path) for number, path in paths.items()}


def crossings(ways: Mapping[int, Way]) -> int:
    """Count how often wires cross."""
    cells: dict[Point, int] = {}
    for way in ways.values():
        for cell in set(_cells(way)):
            cells[cell] = cells.get(cell, 0) + 1
    return sum(count - 1 for count in cells.values())


def _cells(way: Sequence[Point]) -> list[Point]:
    cells = [way[0]]
    for start, end in zip(way, way[1:], strict=False):
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
        self._lying: list[dict[int, int]] = [{} for _cell in range(size)]
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

        Raises NoWay.
        """
        self._conflict = conflict
        number = task.number
        starts = [self._stub_of(door) for door in task.starts]
        ends = {}
        for door in task.ends:
            stub = self._stub_of(door)
            ends[self._cell(stub[-1])] = (stub, (-door.out[0], -door.out[1]))
        found = self._search(number, list(zip(starts, task.starts, strict=True)), ends)
        self._put(number, found)
        return found

    def conflicts(self) -> bool:
        """Tell whether wires lie on one another, or turn on one another."""
        return any(
            sum(bool(flags & along) for flags in lying.values()) > 1
            for lying in self._lying
            for along in (_HORIZONTAL, _VERTICAL)
        )

    def take_up(self, number: int, path: Sequence[Point]) -> None:
        """Take a wire away from where it lies."""
        for point in path:
            self._lying[self._cell(point)].pop(number, None)

    def _put(self, number: int, path: Sequence[Point]) -> None:
        for i, point in enumerate(path):
            flags = 0
            for other in path[max(0, i - 1) : i + 2]:
                if other.x != point.x:
                    flags |= _HORIZONTAL
                elif other.y != point.y:
                    flags |= _VERTICAL
            if flags == _HORIZONTAL | _VERTICAL or i in (0, len(path) - 1):
                flags = _CORNER | _HORIZONTAL | _VERTICAL
            self._lying[self._cell(point)][number] = flags

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
            heapq.heappush(queue, (self._guess(cell, goals), 0, 0.0, cell, move))
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
                    total = price + self._guess(next_cell, goals)
                    heapq.heappush(queue, (total, tie, price, next_cell, after))
        raise NoWay(number)

    def _step(self, number: int, cell: int, after: int, turn: int, move: int) -> float | None:
        """Return what one step costs, ``conflict`` for each other wire in its way; or ``None``."""
        if self._closed[after] or self._kept[after] not in (0, number):
            return None
        lying = self._lying
        along = _HORIZONTAL if move % 2 == 0 else _VERTICAL
        cost = 1.0 + self._beside[after] * _BESIDE_BOX
        if turn:
            cost += _BEND + self._conflict * len(lying[cell])  # it would turn on another wire
        for flags in lying[after].values():
            cost += self._conflict if flags & along else _CROSSING
        side = self._width if along == _HORIZONTAL else 1
        for neighbour in (after - side, after + side):
            if any(flags & along for flags in lying[neighbour].values()):
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

    def _guess(self, cell: int, goals: list[Point]) -> float:
        here = self._point(cell)
        return min(abs(here.x - goal.x) + abs(here.y - goal.y) for goal in goals)

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
