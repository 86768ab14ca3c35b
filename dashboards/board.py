"""What a board is: rows of panels, each a question to the store and how its answer is shown.

A board is made anew for each language: its texts are in the language in use (``kit.i18n``).
"""

from typing import Literal

from msgspec import Struct

from dashboards.query import Query
from kit.catalogue import Band

Kind = Literal["curve", "bars", "tiles", "table", "text"]
"""``curve``: values over time. ``bars``: a bar for each step, or for each line where there is no
step. ``tiles``: the one value of each line, large, with what it means. ``table``: a row for each
line, a column for each series. ``text``: words only."""
First = Literal["name", "highest", "lowest"]
"""What comes first among the tiles, the bars without steps or the rows of a panel: by name, or the
highest or the lowest value of its first series."""
Audience = Literal["town", "public", "site"]
"""``town``: a partner town, of its own objects. ``public``: everybody. ``site``: fabmanagers."""


class Series(Struct, frozen=True):
    """One question of a panel, and what its numbers are.

    ``unit`` as in ``build.toml``. ``bands`` say what a value means. A count below ``hidden_below``
    is not in the store; where one was, the quantity ``…_few`` says so. ``age``: shows how long ago
    the value was measured instead of the value. ``rare``: that there is nothing is good news, or at
    least no mistake, such as no start after a fault.
    """

    query: Query
    name: str
    unit: str
    decimals: int = 0
    bands: tuple[Band, ...] = ()
    hidden_below: int = 0
    age: bool = False
    rare: bool = False


class Panel(Struct, frozen=True):
    """One picture or table. ``id`` is unique on its board; ``width`` in quarters of a row.

    ``description`` says in plain words what is seen, and what to do about it.
    """

    id: str
    kind: Kind
    title: str
    description: str
    series: tuple[Series, ...] = ()
    width: int = 4
    text: str = ""
    first: First = "name"


class Row(Struct, frozen=True):
    """Panels that belong together, under a title."""

    title: str
    panels: tuple[Panel, ...]


class Board(Struct, frozen=True):
    """One board. ``span_s``: the time it looks at; ``refresh_s``: how often it is asked anew."""

    id: str
    title: str
    description: str
    audience: Audience
    rows: tuple[Row, ...]
    span_s: int = 7 * 86_400
    refresh_s: int = 60

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in the order of reading."""
        return tuple(panel for row in self.rows for panel in row.panels)
