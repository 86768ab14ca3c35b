"""Writes SVG: a few shapes, text as text, everything in the order in which it is drawn."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from curriculum.wiring.style import FONT, INK

Coordinates = tuple[float, float]


class Canvas:
    """What is drawn so far. All positions and sizes are in units of the drawing, not in steps."""

    def __init__(self) -> None:
        self._drawn: list[str] = []

    def rectangle(  # noqa: PLR0913 - as SVG has it
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle, its corners rounded by ``radius``."""
        self._draw(
            "rect",
            x=x,
            y=y,
            width=width,
            height=height,
            rx=radius,
            fill=fill,
            stroke=stroke,
            stroke_width=stroke_width,
        )

    def circle(  # noqa: PLR0913 - as SVG has it
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
    ) -> None:
        """Draw a circle."""
        self._draw(
            "circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke, stroke_width=stroke_width
        )

    def path(  # noqa: PLR0913 - as SVG has it
        self,
        data: str,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
        dashes: str | None = None,
        caps: str = "round",
    ) -> None:
        """Draw a path; ``data`` as SVG has it."""
        self._draw(
            "path",
            d=data,
            fill=fill,
            stroke=stroke,
            stroke_width=stroke_width,
            stroke_dasharray=dashes,
            stroke_linecap=caps,
            stroke_linejoin="round",
        )

    def polyline(  # noqa: PLR0913 - as SVG has it
        self,
        points: Sequence[Coordinates],
        *,
        stroke: str,
        stroke_width: float,
        radius: float = 0,
        dashes: str | None = None,
        caps: str = "round",
    ) -> None:
        """Draw a line through points, its corners rounded by ``radius``."""
        data = rounded(points, radius)
        self.path(data, stroke=stroke, stroke_width=stroke_width, dashes=dashes, caps=caps)

    def text(  # noqa: PLR0913 - as SVG has it
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float,
        fill: str = INK,
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        """Write a text with its base line at ``y``."""
        attributes = _attributes(
            x=x,
            y=y,
            font_size=size,
            font_family=FONT,
            font_weight="700" if bold else None,
            fill=fill,
            text_anchor=None if anchor == "start" else anchor,
        )
        self._drawn.append(f"<text{attributes}>{escape(words)}</text>")

    def svg(self, view: tuple[float, float, float, float], title: str, description: str) -> str:
        """Return the whole drawing. ``view``: what of the plane is seen, x, y, width, height."""
        x, y, width, height = (_number(value) for value in view)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {width} {height}"'
            f' width="{width}" height="{height}" role="img" aria-label={quoteattr(title)}>'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
            f"{''.join(self._drawn)}</svg>"
        )

    def _draw(self, name: str, **attributes: float | str | None) -> None:
        kept = {key: value for key, value in attributes.items() if value != "none" or key == "fill"}
        if "stroke" not in kept:
            kept.pop("stroke_width", None)
        self._drawn.append(f"<{name}{_attributes(**kept)}/>")


def rounded(points: Sequence[Coordinates], radius: float) -> str:
    """Return the SVG path through points, each corner rounded as far as its two lines allow."""
    data = [f"M{_pair(points[0])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        bend = min(radius, _distance(before, here) / 2, _distance(here, after) / 2)
        data.append(f"L{_pair(_towards(here, before, bend))}")
        data.append(f"Q{_pair(here)} {_pair(_towards(here, after, bend))}")
    data.append(f"L{_pair(points[-1])}")
    return "".join(data)


def _towards(here: Coordinates, there: Coordinates, by: float) -> Coordinates:
    length = _distance(here, there) or 1
    return (
        here[0] + (there[0] - here[0]) * by / length,
        here[1] + (there[1] - here[1]) * by / length,
    )


def _distance(one: Coordinates, other: Coordinates) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _pair(point: Coordinates) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _attributes(**attributes: float | str | None) -> str:
    written = []
    for key, value in attributes.items():
        if value is None or (value == 0 and key == "rx"):
            continue
        text = value if isinstance(value, str) else _number(value)
        written.append(f" {key.replace('_', '-')}={quoteattr(text)}")
    return "".join(written)
