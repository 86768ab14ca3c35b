"""The answers as tables: CSV (RFC 4180), one line for each row, units in the header.

Numbers have a decimal point in every language; an empty cell has no value. What was too few to be
told stands by its channel's name in the last column.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from gateway.api import documents as doc
from gateway.api import times
from gateway.api.disclosure import Step, is_count
from gateway.api.series import Question, Row
from kit.catalogue import Channel

LANGUAGES = ("fr", "en")

Cell = str | float | int | None
Column = tuple[str, str, bool]


def text(lines: Iterable[Sequence[Cell]]) -> str:
    """Write lines of cells."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(
        [_written(cell) for cell in line] for line in lines
    )
    return written.getvalue()


def readings_header(
    channels: Sequence[Channel], step: Step, before: Sequence[str] = ()
) -> list[str]:
    """Name the columns of readings: time, what stands ``before``, each channel, few."""
    columns = ["time", *before]
    for channel in channels:
        unit = f" ({channel.unit})" if channel.unit else ""
        columns += [f"{channel.id}{end}{unit}" for end in _ends(channel, step)]
    return [*columns, "few"]


def readings_lines(
    rows: Iterable[Row],
    channels: Sequence[Channel],
    step: Step,
    before: Sequence[str] = (),
    own: Sequence[Channel] | None = None,
) -> list[list[Cell]]:
    """Return the lines of readings, under :func:`readings_header`.

    ``own``: the channels that the rows are of, where there are columns for others too.
    """
    mine = {column(channel) for channel in (channels if own is None else own)}
    cells = [
        (channel.id if column(channel) in mine else "", len(_ends(channel, step)) > 1)
        for channel in channels
    ]
    lines = []
    for row in rows:
        line: list[Cell] = [times.written(row.time), *before]
        for name, has_extremes in cells:
            line.append(row.values.get(name))
            if has_extremes:
                line += [row.minimum.get(name), row.maximum.get(name)]
        lines.append([*line, " ".join(row.few)])
    return lines


def columns(questions: Iterable[Question]) -> list[Channel]:
    """Return the channels of all objects, each once: one that differs in its unit stands apart."""
    found: dict[Column, Channel] = {}
    for question in questions:
        for channel in question.channels:
            found.setdefault(column(channel), channel)
    return list(found.values())


def column(channel: Channel) -> Column:
    """Return what makes a column of its own."""
    return channel.id, channel.unit, is_count(channel)


def towns(towns: Iterable[doc.Town]) -> list[list[Cell]]:
    """Return towns as a table."""
    header: list[Cell] = ["id", "name", "licence", "licence_url"]
    lines: list[list[Cell]] = [[t.id, t.name, t.licence.id, t.licence.url] for t in towns]
    return [header, *lines]


def objects(things: Iterable[doc.Thing]) -> list[list[Cell]]:
    """Return objects as a table, one line for each channel."""
    header: list[Cell] = ["id", "name", "place", "place_name", "build", "condition"]
    header += [*_CHANNEL_COLUMNS, "last_time", "last_value", "last_few"]
    lines: list[list[Cell]] = [header]
    for thing in things:
        start: list[Cell] = [thing.id, thing.name, thing.place.id, thing.place.name]
        start += [thing.build, thing.condition]
        for channel in thing.channels:
            last = channel.last
            end: list[Cell] = ["", "", ""]
            if last is not None:
                end = [last.time, last.value, channel.id if last.value is None else ""]
            lines.append([*start, *_channel_cells(channel), *end])
        if not thing.channels:
            lines.append([*start, *([""] * (len(header) - len(start)))])
    return lines


def builds(builds: Iterable[doc.Build]) -> list[list[Cell]]:
    """Return kinds of objects as a table, one line for each channel."""
    header: list[Cell] = ["id", *(f"name_{code}" for code in LANGUAGES)]
    header += [*_CHANNEL_COLUMNS, "minimum", "maximum"]
    lines: list[list[Cell]] = [header]
    for build in builds:
        start: list[Cell] = [build.id, *(build.name.get(code, "") for code in LANGUAGES)]
        lines += [[*start, *_channel_cells(c), *c.range] for c in build.channels]
        if not build.channels:
            lines.append([*start, *([""] * (len(header) - len(start)))])
    return lines


_CHANNEL_COLUMNS = (
    "channel",
    "quantity",
    "unit",
    *(f"channel_{code}" for code in LANGUAGES),
    "finest_step",
)


def _channel_cells(channel: doc.Channel) -> list[Cell]:
    names = [channel.name.get(code, "") for code in LANGUAGES]
    return [channel.id, channel.quantity, channel.unit, *names, channel.finest_step]


def _ends(channel: Channel, step: Step) -> tuple[str, ...]:
    """Return what a channel's columns are called behind its name."""
    if step in ("1h", "1d") and not is_count(channel):
        return "", " minimum", " maximum"
    return ("",)


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)
