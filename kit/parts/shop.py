"""What one buys: ``parts.csv``, one row per thing, with a price that is about right in 2026."""

import csv
from functools import cache
from pathlib import Path

import msgspec

from kit.catalogue import Text

SHOP_FILE = Path(__file__).parent / "parts.csv"
SEPARATOR = ";"


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that one buys.

    ``price``: euros for one, taxes included, about; sold in packs of ``pack``. ``minimum``: with
    fewer than that in stock it is time to buy.
    """

    id: str
    name: Text
    price: float
    pack: int
    minimum: int
    note: Text


@cache
def items() -> dict[str, Item]:
    """Return all things one buys by their id, in the order of the file."""
    with SHOP_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=SEPARATOR))
    return {row["id"]: _item(row) for row in rows}


def _item(row: dict[str, str]) -> Item:
    return Item(
        id=row["id"],
        name=Text({"fr": row["name_fr"], "en": row["name_en"]}),
        price=float(row["unit_price_eur"]),
        pack=int(row["pack_size"]),
        minimum=int(row["minimum_stock"]),
        note=Text({"fr": row["note_fr"], "en": row["note_en"]}),
    )
