"""`fabnum data export`: what a town publishes, as files. Nothing is sent anywhere.

The same rules hold as for ``/api/v1``: what leaves as a file leaves for good. The journal is only
read, also while the gateway writes to it.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console

from gateway.api import described, disclosure, opensensemap, senml, series, tables, times
from gateway.api.disclosure import Step
from gateway.api.series import Question, Row
from gateway.api.shelf import Shelf
from gateway.broker.files import write_whole
from gateway.registry import Device, Registry
from gateway.wording import worded
from kit.catalogue import Build, Channel
from kit.cli.data_forms import Form, StepName
from kit.errors import FabnumError
from kit.i18n import _, current
from kit.settings import DataFolder, Town, load

DAY_S = 86_400
ROWS_AT_ONCE = 5000
MAPPING = "opensensemap.json"
READABLE = 0o644


class Source(NamedTuple):
    """One object, and what of it may be published in the step that is asked for."""

    device: Device
    build: Build
    question: Question


def export(
    folder: DataFolder, form: Form, out: Path, *, town: str, start: str, end: str, step: StepName
) -> None:
    """Write what a town publishes into the folder ``out``. Raises FabnumError."""
    chosen = _town(folder, town)
    since, until = _span(start, end, step.value)
    if not folder.journal.is_file():
        raise FabnumError(
            _("There are no readings in {folder} yet.", folder=folder.root),
            _("Start the gateway with “fabnum up”, and wait for the first objects."),
        )
    sources = _sources(folder, chosen, since, until, step.value)
    if not sources:
        raise FabnumError(
            _("Nothing of {town} is published in this step.", town=chosen.name),
            _("Take a longer step, such as --step 1h."),
        )
    writer = Writer(Shelf(folder.journal), chosen, sources, step.value, out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        written = writer.write(form)
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be written: {reason}.", file=out, reason=error.strerror),
            _("Name another folder with --out."),
        ) from None
    except sqlite3.Error as error:
        raise FabnumError(
            _("The readings cannot be read: {reason}.", reason=error),
            _("Run “fabnum doctor”, then try again."),
        ) from None
    _say(written, chosen, form)


class Writer:
    """Writes the files of one export. Raises OSError, sqlite3.Error and FabnumError."""

    def __init__(
        self, shelf: Shelf, town: Town, sources: Sequence[Source], step: Step, out: Path
    ) -> None:
        self._shelf = shelf
        self._town = town
        self._sources = sources
        self._step = step
        self._out = out
        self._now = time.time()

    def write(self, form: Form) -> list[Path]:
        """Write the files of a form; return them."""
        if form is Form.CSV:
            return [self._table()]
        if form is Form.OPENSENSEMAP:
            return self._boxes()
        write = self._document if form is Form.JSON else self._pack
        return [path for source in self._sources if (path := write(source)) is not None]

    def _table(self) -> Path:
        path = self._out / f"{self._town.id}.csv"
        questions = [source.question for source in self._sources]
        columns = tables.columns(questions)
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(tables.text([tables.readings_header(columns, self._step, ["object"])]))
            for question in questions:
                before, own = [question.key.device], question.channels
                for rows in self._pages(question):
                    lines = tables.readings_lines(rows, columns, self._step, before, own)
                    file.write(tables.text(lines))
        return path

    def _document(self, source: Source) -> Path:
        question = source.question
        rows = chain.from_iterable(self._pages(question))
        document = described.readings(self._town, question, rows)
        return self._put(f"{question.key.device}.json", msgspec.json.encode(document))

    def _pack(self, source: Source) -> Path | None:
        question = source.question
        rows = chain.from_iterable(self._pages(question))
        pack = senml.records(question.key, question.channels, rows)
        if not pack:
            return None  # SenML has no empty pack
        return self._put(f"{question.key.device}.senml.json", msgspec.json.encode(pack))

    def _boxes(self) -> list[Path]:
        """Write each object as a box, and the readings of those that have one already."""
        path = self._out / MAPPING
        known = _mapping(path)
        channels = {s.device.device: s.question.channels for s in self._sources}
        mapping = opensensemap.completed(known, channels)
        # Somebody wrote ids into it by hand: a disk that is full must not cost them.
        write_whole(path, _indented(mapping), READABLE)
        written = [path]
        for source in self._sources:
            name, own = source.device.device, source.question.channels
            box = opensensemap.box(source.device.name, source.build, own, current())
            written.append(self._put(f"{name}.box.json", _indented(box)))
            rows = chain.from_iterable(self._pages(source.question))
            lines = opensensemap.measurements(rows, mapping[name].sensors)
            for number, part in enumerate(_parts(lines, opensensemap.MOST_IN_ONE), 1):
                content = "".join(f"{line}\n" for line in part).encode()
                written.append(self._put(f"{name}-{number:03}.csv", content))
        return written

    def _pages(self, question: Question) -> Iterator[list[Row]]:
        return series.walk(self._shelf, question, ROWS_AT_ONCE, self._now)

    def _put(self, name: str, content: bytes) -> Path:
        path = self._out / name
        path.write_bytes(content)
        return path


def _town(folder: DataFolder, name: str) -> Town:
    towns = load(folder).towns
    if not name and len(towns) == 1:
        return towns[0]
    found = next((town for town in towns if town.id == name), None)
    if found is None:
        raise FabnumError(
            _("There is no town “{town}” in fabnum.toml.", town=name),
            _("Name one with --town: {known}.", known=", ".join(town.id for town in towns)),
        )
    return found


def _span(start: str, end: str, step: Step) -> tuple[float, float]:
    now = time.time()
    until = _moment(end) if end else now
    since = _moment(start) if start else until - DAY_S
    longest = disclosure.LONGEST_S[step]
    if not since < until or until - since > longest:
        raise FabnumError(
            _("The time asked for is empty, or too long for this step."),
            _("Give --from before --to, at most {days} days apart.", days=longest // DAY_S),
        )
    return since, until


def _moment(text: str) -> float:
    try:
        return times.read(text)
    except (ValueError, OverflowError):
        raise FabnumError(
            _("“{day}” is no day.", day=text),
            _("Write it like 2026-03-01, or 2026-03-01T08:00."),
        ) from None


def _sources(
    folder: DataFolder, town: Town, since: float, until: float, step: Step
) -> list[Source]:
    with closing(Registry(folder.registry)) as registry:
        devices = [device for device in registry.all() if device.town == town.id]
        wordings = registry.wordings()
    sources = []
    for device in devices:
        try:
            build = device.catalogue()
        except FabnumError:
            continue  # the catalogue no longer has it: nothing says what may be published
        if device.key in wordings:
            build = worded(build, wordings[device.key])
        channels: tuple[Channel, ...] = disclosure.told_in(build.channels, step)
        if channels:
            question = Question(device.key, channels, since, until, step)
            sources.append(Source(device, build, question))
    return sources


def _mapping(path: Path) -> opensensemap.Boxes:
    try:
        return opensensemap.read_mapping(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, msgspec.DecodeError) as error:
        raise FabnumError(
            _("{file} cannot be used: {reason}.", file=path, reason=error),
            _("Correct that line, then try again."),
        ) from None


def _parts(lines: Iterable[str], most: int) -> Iterator[list[str]]:
    rest = iter(lines)
    while part := list(islice(rest, most)):
        yield part


def _indented(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _say(written: Sequence[Path], town: Town, form: Form) -> None:
    console = Console()
    for path in written:
        console.print(str(path), soft_wrap=True, markup=False, highlight=False)
    console.print(_("Nothing was sent: the files are yours to pass on."))
    if form is Form.OPENSENSEMAP:
        console.print(_("Next: make the boxes on openSenseMap, then write their ids here:"))
        console.print(str(written[0]), soft_wrap=True, markup=False, highlight=False)
    if not town.open_data:
        console.print(_("Note: {town} does not publish its data on the site.", town=town.name))
