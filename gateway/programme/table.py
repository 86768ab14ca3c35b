"""Tables that a spreadsheet opens and people edit: CSV with semicolons, as French ones save it."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kit.errors import FabnumError
from kit.folders import make_folder
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
    return [row for _number, row in numbered_rows(path, columns)]


def numbered_rows(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a table, each with the number of its line as an editor counts them.

    Raises FabnumError as :func:`read_rows` does.
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
    try:
        rows = [
            (reader.line_num, {name: (row[name] or "").strip() for name in columns})
            for row in reader
        ]
    except csv.Error as error:
        raise _unreadable(path, str(error)) from None
    return [(number, row) for number, row in rows if any(row.values())]


def append_row(path: Path, columns: Sequence[str], row: Mapping[str, str]) -> None:
    """Write one more row; all that stands there stays, columns of people's own too.

    Raises FabnumError if the table cannot be read or written.
    """
    every = list(dict.fromkeys((*columns, *header(path))))
    kept = read_rows(path, every) if path.exists() else []
    write_rows(path, every, [*kept, dict.fromkeys(every, "") | dict(row)])


def _reader(path: Path) -> "csv.DictReader[str]":
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read(LARGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, getattr(error, "strerror", "") or str(error)) from None
    if len(text) > LARGEST:
        raise _unreadable(path, _("it is too long"))
    first = text.partition("\n")[0]
    between = max(";,\t", key=first.count)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=between, strict=False)


def _unreadable(path: Path, reason: str) -> FabnumError:
    return FabnumError(
        _("{file} cannot be read: {reason}.", file=path, reason=reason),
        _("Save it as CSV in UTF-8."),
    )


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table, whole or not at all. Raises FabnumError if it cannot be written."""
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, columns, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    make_folder(path.parent, _("Check the disk and the rights of the data folder."))
    write(path, (_BYTE_ORDER_MARK + made.getvalue()).encode())
