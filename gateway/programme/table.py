"""Tables that a spreadsheet opens and people edit: CSV with semicolons, as French ones save it."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kit.errors import FabnumError
from kit.i18n import _
from kit.printing import write

LARGEST = 10 << 20
_BYTE_ORDER_MARK = "\ufeff"


def header(path: Path) -> list[str]:
    """Return the names of the columns of a table; none where the file is not there.

    Raises FabnumError if it cannot be read.
    """
    return [name for name in _reader(path).fieldnames or () if name] if path.exists() else []


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a table; none where the file is not there.

    Commas and tabs between cells are understood too. Raises FabnumError if the file cannot be read
    or lacks a column.
    """
    if not path.exists():
        return []
    reader = _reader(path)
    lacking = [name for name in columns if name not in (reader.fieldnames or ())]
    if lacking:
        raise FabnumError(
            _("{file} has no column “{column}”.", file=path, column=lacking[0]),
            _("Its first line must be: {columns}", columns=";".join(columns)),
        )
    return [
        {name: (row[name] or "").strip() for name in columns}
        for row in reader
        if any((row[name] or "").strip() for name in columns)
    ]


def _reader(path: Path) -> "csv.DictReader[str]":
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read(LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise FabnumError(
            _("{file} cannot be read: {reason}.", file=path, reason=reason),
            _("Save it as CSV in UTF-8."),
        ) from None
    first = text.partition("\n")[0]
    between = max(";,\t", key=first.count)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=between, strict=False)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table, whole or not at all. Raises FabnumError if it cannot be written."""
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, columns, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, (_BYTE_ORDER_MARK + made.getvalue()).encode())
