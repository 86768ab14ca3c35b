"""Points and boxes on the grid that everything lies on. One step is 10 units of the drawing."""

from typing import NamedTuple

STEP = 10


class Point(NamedTuple):
    """A point, in steps."""

    x: int
    y: int


class Box(NamedTuple):
    """A rectangle, in steps: its upper left corner, and how large it is."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends on the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.y + self.height / 2

    def grown(self, by: float) -> "Box":
        """Return a box that is larger on all sides."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlaps(self, other: "Box") -> bool:
        """Tell whether the two have more than an edge in common."""
        apart = self.right <= other.x or other.right <= self.x
        return not (apart or self.bottom <= other.y or other.bottom <= self.y)


def around(boxes: list[Box]) -> Box:
    """Return the smallest box that holds all of them."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x, y, right - x, bottom - y)
