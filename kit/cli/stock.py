"""`fabnum stock`: what is on the shelves, what runs low, what is missing for so many objects."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from curriculum.facts.numbers import price
from gateway.programme import stock
from gateway.programme.stock import Missing
from kit.catalogue import load_build
from kit.chips import PINS
from kit.errors import FabnumError
from kit.i18n import _
from kit.parts import bill, items
from kit.printing import write
from kit.settings import DataFolder


def show(folder: DataFolder, *, low: bool = False, as_json: bool = False) -> None:
    """Print what there is of each part; ``low``: only of those that run low."""
    counts = stock.read(folder.stock)
    scarce = {item.id for item in stock.low(counts)}
    parts = [item for item in items().values() if not low or item.id in scarce]
    others = [part for part in counts if part not in items() and not low]
    if as_json:
        rows: list[dict[str, Any]] = [
            {"part": item.id, "name": str(item.name), "count": counts.get(item.id, 0)}
            | {"minimum": item.minimum, "low": item.id in scarce}
            for item in parts
        ]
        rows += [
            {"part": p, "name": p, "count": counts[p], "minimum": 0, "low": False} for p in others
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    if not parts and not others:
        print(_("Nothing runs low."))
        return
    table = Table(_("Part"), _("Name"), _("In stock"), _("At least"), "")
    for item in parts:
        mark = _("to buy") if item.id in scarce else ""
        table.add_row(item.id, str(item.name), str(counts.get(item.id, 0)), str(item.minimum), mark)
    for part in others:
        table.add_row(part, "", str(counts[part]), "", "")
    Console().print(table)


def put(folder: DataFolder, part: str, count: int) -> None:
    """Note how many there are of a part."""
    counts = stock.read(folder.stock)
    _keep(folder, stock.known(part, counts), count)


def change(folder: DataFolder, part: str, by: int) -> None:
    """Note that some were added, or taken where ``by`` is negative. Raises FabnumError."""
    counts = stock.read(folder.stock)
    known = stock.known(part, counts)
    there = counts.get(known, 0)
    if there + by < 0:
        raise FabnumError(
            _("There are only {count} of “{part}”.", count=there, part=known),
            _("Count again, then say how many there are: fabnum stock set {part} …", part=known),
        )
    _keep(folder, known, there + by)


def check(
    folder: DataFolder, build: str, count: int, *, chip: str, as_json: bool, file: Path | None
) -> None:
    """Print what is to be bought for so many objects of a build. Raises FabnumError."""
    if chip not in PINS:
        raise FabnumError(
            _("The kit knows no chip “{chip}”.", chip=chip),
            _("Take one of: {known}.", known=", ".join(PINS)),
        )
    known = load_build(build)
    wanted = stock.missing(bill(known, chip), count, stock.read(folder.stock))
    if file:
        write(file, _spreadsheet(wanted))
    if as_json:
        print(json.dumps([_row(line) for line in wanted], ensure_ascii=False))
    elif not wanted:
        print(_("Everything is there for {count} × “{build}”.", count=count, build=known.name))
    else:
        _print_list(wanted, count, str(known.name))


def _keep(folder: DataFolder, part: str, count: int) -> None:
    if count > stock.MOST:
        raise FabnumError(_("That is more than a stock can hold."), _("Check the number."))
    stock.put(folder.stock, part, count)
    item = items().get(part)
    print(_("{part}: {count} in stock.", part=item.name if item else part, count=count))
    if item and count < item.minimum:
        print(_("That is less than {minimum}: time to buy.", minimum=item.minimum))


def _print_list(wanted: list[Missing], count: int, build: str) -> None:
    title = _("To buy for {count} × “{build}”", count=count, build=build)
    table = Table(_("Part"), _("Needed"), _("In stock"), _("To buy"), _("About"), title=title)
    for line in wanted:
        table.add_row(
            str(line.part.name), str(line.needed), str(line.there), _amount(line), price(line.cost)
        )
    Console().print(table)
    print(_("About {price} in all.", price=price(sum(line.cost for line in wanted))))


def _amount(line: Missing) -> str:
    if line.part.pack == 1:
        return str(line.buy)
    return _("{packs} × pack of {pieces}", packs=line.packs, pieces=line.part.pack)


def _row(line: Missing) -> dict[str, Any]:
    return {
        "part": line.part.id,
        "name": str(line.part.name),
        "needed": line.needed,
        "in_stock": line.there,
        "packs": line.packs,
        "pack_size": line.part.pack,
        "about_eur": round(line.cost, 2),
    }


def _spreadsheet(wanted: list[Missing]) -> bytes:
    """Return the shopping list as CSV that a French spreadsheet opens."""
    made = io.StringIO(newline="")
    columns = [
        "part",
        "name",
        "needed",
        "in_stock",
        "packs",
        "pack_size",
        "about_eur",
    ]
    writer = csv.DictWriter(made, columns, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for line in wanted:
        writer.writerow(_row(line) | {"about_eur": f"{line.cost:.2f}".replace(".", ",")})
    return made.getvalue().encode("utf-8-sig")
