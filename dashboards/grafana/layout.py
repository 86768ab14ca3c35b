"""Where panels stand on Grafana's grid of 24 columns, whose rows are 30 pixels high.

Source: "JSON model: Panel size and position", Grafana documentation.
"""

from collections.abc import Iterable, Iterator

from grafana_foundation_sdk.models.dashboard import GridPos

from dashboards.board import Kind, Panel, Row

COLUMNS = 24
QUARTER = COLUMNS // 4
HEADING_HEIGHT = 1
_HEIGHTS: dict[Kind, int] = {"curve": 10, "bars": 10, "tiles": 8, "table": 10}
_TEXT_LINE = 70
"""About so many characters of text fit in a line of half a row."""


def heading(top: int) -> GridPos:
    """Return the place of a row's title."""
    return GridPos(h=HEADING_HEIGHT, w=COLUMNS, x=0, y=top)


def placed(row: Row, top: int) -> list[GridPos]:
    """Return the place of each panel of a row, line by line from ``top`` on.

    A panel that has no room left begins a new line; all panels of a line are equally high.
    """
    places = []
    for line in _lines(row.panels):
        height = max(map(_height, line))
        left = 0
        for panel in line:
            width = panel.width * QUARTER
            places.append(GridPos(h=height, w=width, x=left, y=top))
            left += width
        top += height
    return places


def bottom(places: Iterable[GridPos], top: int) -> int:
    """Return where the next row may begin."""
    return max((place.y + place.h for place in places), default=top)


def _lines(panels: Iterable[Panel]) -> Iterator[list[Panel]]:
    line: list[Panel] = []
    for panel in panels:
        if line and sum(other.width for other in line) + panel.width > COLUMNS // QUARTER:
            yield line
            line = []
        line.append(panel)
    if line:
        yield line


def _height(panel: Panel) -> int:
    if panel.kind != "text":
        return _HEIGHTS[panel.kind]
    fits = _TEXT_LINE * panel.width // 2
    lines = sum(1 + len(line) // fits for line in panel.text.splitlines() or [""])
    return 2 + lines
