"""`fabnum boards check`: every question of every board is put to the real InfluxDB.

Each town's with that town's secret, as Grafana does; the answers are compared with the journal's.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import msgspec
from rich.console import Console
from rich.table import Table

from dashboards import influxql
from dashboards.grafana.files import in_language
from dashboards.influx import answers
from dashboards.influx.check import Check, Result, Site
from dashboards.query import Line, Query
from gateway.boards.answers import Answers
from gateway.influx.connect import checked
from gateway.influx.reader import Reader
from gateway.influx.setup.model import READERS, kept
from gateway.influx.writer import SINK
from gateway.journal import Step, Wanted, Window
from gateway.journal.reader import Reader as JournalReader
from gateway.registry import Registry
from kit import i18n
from kit.cli.boards import surroundings
from kit.cli.boards_organisations import Organisation, all_builds, organisations
from kit.cli.exits import EXPECTED_FAILURE
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, Settings, load


def check_boards(
    folder: DataFolder, language: str, *, as_json: bool, now: float | None = None
) -> int:
    """Check all boards of a site; return the exit code: 0, or 2 where there is a fault.

    ``now``: where the boards' time ends (Unix seconds). Raises FabnumError where it cannot check.
    """
    settings = load(folder)
    if settings.influx is None:
        raise FabnumError(
            _("The settings name no InfluxDB."),
            _("Write its address into {file}: docs/influxdb.md shows how.", file=folder.settings),
        )
    with _site(folder) as site:
        end = time.time() if now is None else now
        run = partial(_results, settings, folder, site, end)
        results = in_language(_language(settings, language), run)
        if as_json:
            print(json.dumps(msgspec.to_builtins(results), ensure_ascii=False, indent=2))
        else:
            _show(results, site.behind)
    return 0 if all(result.is_good for result in results) else EXPECTED_FAILURE


def _language(settings: Settings, language: str) -> str:
    """Return the language that was asked for, else the one in use."""
    return surroundings(settings, [language]).languages[0] if language else i18n.current()


def _results(settings: Settings, folder: DataFolder, site: Site, now: float) -> list[Result]:
    return [
        result
        for organisation in organisations(folder, settings)
        for result in _check(settings, folder, organisation, site, now)
    ]


def _check(
    settings: Settings, folder: DataFolder, organisation: Organisation, site: Site, now: float
) -> Iterator[Result]:
    """Check the boards of one town, or of the fabmanagers."""
    assert settings.influx is not None
    url, database = checked(settings.influx.url), organisation.database(settings)
    store = _Store(Reader(url, _secret(folder, url, organisation.id, database)), database)
    try:
        check = Check(organisation.id, store, site, now)
        for board in organisation.boards():
            yield from check.board(board)
    finally:
        store.close()


def _secret(folder: DataFolder, url: str, town: str, database: str) -> str:
    """Return the secret that reads a town. Raises FabnumError where there is none, but must be."""
    secret = kept(folder, READERS + town)
    if secret:
        return secret
    nobody = Reader(url, "")
    try:
        if nobody.may_read(database):
            return ""  # a server without accounts
    finally:
        nobody.close()
    raise FabnumError(
        _(
            "The secret “{name}” is missing from {folder}.",
            name=READERS + town,
            folder=folder.secrets,
        ),
        _("Run “fabnum influx setup”: it makes the accounts that may read."),
    )


class _Store:
    """The database of one town, opened with one secret."""

    def __init__(self, reader: Reader, database: str) -> None:
        self._reader = reader
        self._database = database

    def lines(self, query: Query, start: float, end: float) -> list[Line]:
        """Return the answer to a question, in the words that Grafana gets."""
        statement = influxql.text(query, influxql.between(start, end))
        answer = self._reader.ask(self._database, statement)
        try:
            return answers.lines(answer, query.by)
        except answers.AnswerError as error:
            raise _no_answer(self._database, error) from error

    def types(self, quantity: str) -> set[str]:
        """Return the types of the values of a quantity."""
        statement = f"SHOW FIELD KEYS FROM {influxql.identifier(quantity)}"
        answer = self._reader.ask(self._database, statement)
        try:
            return answers.types(answer)
        except answers.AnswerError as error:
            raise _no_answer(self._database, error) from error

    def close(self) -> None:
        self._reader.close()


def _no_answer(database: str, error: answers.AnswerError) -> FabnumError:
    return FabnumError(
        _(
            "The answer about “{name}” is not one of InfluxDB’s: {reason}.",
            name=database,
            reason=error,
        ),
        _("See that “url” under [influx] in fabnum.toml is InfluxDB’s own address."),
    )


# --- what the journal says -----------------------------------------------------------------------


class _Beside(JournalReader):
    """The journal, read beside the gateway that writes it."""

    def steps(
        self, wanted: Sequence[Wanted], window: Window, *, by_hours: bool = True
    ) -> list[Step]:
        return super().steps(wanted, window, by_hours=by_hours)


@contextmanager
def _site(folder: DataFolder) -> Iterator[Site]:
    """Open what is known besides InfluxDB; a site that has never run has no journal."""
    builds = tuple(all_builds())
    if not folder.journal.is_file():
        yield Site(builds)
        return
    journal, registry = _Beside(folder.journal, lambda: None), Registry(folder.registry)
    try:
        behind = max(0, journal.newest() - journal.cursor(SINK))
        yield Site(builds, Answers(journal, registry).answer, behind)
    finally:
        journal.close()
        registry.close()


# --- telling it ----------------------------------------------------------------------------------


def _show(results: Sequence[Result], behind: int) -> None:
    console = Console(soft_wrap=True, highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column(_("Town"))
    table.add_column(_("Board"))
    for heading in (_("Questions"), _("Answered"), _("Rightly empty"), _("Faults")):
        table.add_column(heading, justify="right")
    for (town, board), some in _by_board(results).items():
        counts = [
            len(some),
            sum(result.verdict == "answered" for result in some),
            sum(result.verdict == "nothing" for result in some),
            sum(not result.is_good for result in some),
        ]
        table.add_row(town, board, *map(str, counts))
    console.print(table)
    if behind:
        console.print(_("InfluxDB still lacks {n} rows of the journal.", n=behind), markup=False)
    for result in results:
        if not result.is_good:
            where = f"{result.town} · {result.board} · {result.panel} · {result.series}"
            console.print(f"✗ {where} ({result.quantity}): {result.reason}", markup=False)


def _by_board(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    boards: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        boards.setdefault((result.town, result.board), []).append(result)
    return boards
