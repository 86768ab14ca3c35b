"""What is in stock: ``stock.csv``, one row per part, which people may edit in a spreadsheet.

Columns that they add, such as the shelf, are kept. Parts that the kit does not know are kept too.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from math import ceil
from pathlib import Path
from typing import NamedTuple

from gateway.programme.table import header, read_rows, write_rows
from kit.errors import FabnumError
from kit.i18n import _
from kit.parts import Item, Line, items

COLUMNS = ("part", "count")
MOST = 1_000_000


class Missing(NamedTuple):
    """What is to be bought of a part: ``buy`` pieces in whole packs, for about ``cost`` euros."""

    part: Item
    needed: int
    there: int
    packs: int

    @property
    def buy(self) -> int:
        """How many pieces come with the packs."""
        return self.packs * self.part.pack

    @property
    def cost(self) -> float:
        """What the packs cost, in euros, about."""
        return self.buy * self.part.price


def read(path: Path) -> dict[str, int]:
    """Return how many there are of each part. Raises FabnumError with the line that is wrong."""
    counts: dict[str, int] = {}
    for row in read_rows(path, COLUMNS):
        counts[row["part"]] = counts.get(row["part"], 0) + _count(path, row)
    return counts


def put(path: Path, part: str, count: int) -> None:
    """Note how many there are of a part now; everything else in the file stays. Raises FabnumError.

    A part that stands in several rows stands in its first one afterwards.
    """
    read(path)  # what cannot be read must not be written over
    columns = list(dict.fromkeys((*COLUMNS, *header(path))))
    rows: list[dict[str, str]] = []
    found = False
    for row in read_rows(path, columns if path.exists() else COLUMNS):
        if row["part"] != part:
            rows.append(row)
        elif not found:
            rows.append(row | {"count": str(count)})
            found = True
    if not found:
        rows.append(dict.fromkeys(columns, "") | {"part": part, "count": str(count)})
    write_rows(path, columns, rows)


def known(part: str, counts: Mapping[str, int]) -> str:
    """Return the id of a part that the kit or the stock knows. Raises FabnumError."""
    wanted = part.strip().lower()
    ids = list(dict.fromkeys((*items(), *counts)))
    if wanted in ids:
        return wanted
    alike = get_close_matches(wanted, ids, n=3, cutoff=0.4)
    raise FabnumError(
        _("There is no part “{part}”.", part=part),
        _("Did you mean: {parts}?", parts=", ".join(alike))
        if alike
        else _("“fabnum stock” lists them all."),
    )


def low(counts: Mapping[str, int]) -> list[Item]:
    """Return the parts of which there are fewer than there should be."""
    return [item for item in items().values() if counts.get(item.id, 0) < item.minimum]


def missing(bill: Iterable[Line], objects: int, counts: Mapping[str, int]) -> list[Missing]:
    """Return what is to be bought for so many objects, in the order of the bill."""
    found = []
    for line in bill:
        needed, there = line.count * objects, counts.get(line.part.id, 0)
        if needed > there:
            packs = ceil((needed - there) / line.part.pack)
            found.append(Missing(line.part, needed, there, packs))
    return found


def _count(path: Path, row: Mapping[str, str]) -> int:
    # A spreadsheet may write 12 as 12,0 once somebody has touched the column.
    text = row["count"].replace(",", ".").replace("\u00a0", "").replace("\u202f", "") or "0"
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not (0 <= number <= MOST and number == int(number)):
        raise FabnumError(
            _("{file}: “{count}” is no count of “{part}”.", file=path, **row),
            _("Write a whole number there, 0 if there is none."),
        )
    return int(number)
