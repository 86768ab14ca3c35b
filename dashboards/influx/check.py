"""Every question of a board asked of the real store: there is an answer, and it can be true."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from dashboards.board import Board, Series
from dashboards.influx.known import Known, fault, known
from dashboards.query import Line, Query
from kit.catalogue import Build
from kit.i18n import _

Verdict = Literal[
    "answered", "nothing", "empty", "lost", "unknown", "unit", "type", "range", "other"
]
"""``answered``: with values that can be true. ``nothing``: none, rightly (no fault happened).

Faults: ``empty``: none, where there should be some. ``lost``: the journal has it, the store not.
``unknown``: nobody measures that. ``unit``: the board shows another unit than is measured.
``type``: not floats. ``range``: physically impossible. ``other``: not the journal's numbers."""
GOOD: tuple[Verdict, ...] = ("answered", "nothing")
AGREES = 1e-6
"""Share by which the store's numbers and the journal's may differ: sums in another order."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one question. ``reason`` says a fault in a sentence."""

    town: str
    board: str
    panel: str
    series: str
    quantity: str
    verdict: Verdict
    lines: int = 0
    points: int = 0
    reason: str = ""

    @property
    def is_good(self) -> bool:
        """Whether there is no fault."""
        return self.verdict in GOOD


class Store(Protocol):
    """The real store, opened with the secret of one town."""

    def lines(self, query: Query, start: float, end: float) -> list[Line]:
        """Return the answer to a question. Raises FabnumError where it is refused."""

    def types(self, quantity: str) -> set[str]:
        """Return the types of its field ``value``."""


class Site(NamedTuple):
    """What is known besides the store: what objects may measure, and what the journal would say.

    ``journal`` is ``None`` where there is none to compare with. ``behind``: so many frames has the
    store not been given yet.
    """

    builds: tuple[Build, ...]
    journal: Callable[[str, Query, float, float], list[Line]] | None = None
    behind: int = 0


class Check:
    """Asks a store all that the boards of one town ask; ``now`` is where their time ends."""

    def __init__(self, town: str, store: Store, site: Site, now: float) -> None:
        self._town = town
        self._store = store
        self._site = site
        self._now = now
        self._types: dict[str, set[str]] = {}

    def board(self, board: Board) -> Iterator[Result]:
        """Yield what becomes of each question of a board, in the order of reading.

        Raises FabnumError where the store opens to nobody: that would be so for all of them.
        """
        for panel in board.panels:
            for series in panel.series:
                found = self._judged(series, board.span_s)
                yield Result(
                    town=self._town,
                    board=board.id,
                    panel=panel.title,
                    series=series.name,
                    quantity=series.query.quantity,
                    verdict=found.verdict,
                    lines=len(found.lines),
                    points=sum(len(line.points) for line in found.lines),
                    reason=found.reason,
                )

    def _judged(self, series: Series, board_span_s: float) -> "_Found":
        query = series.query
        of = known(self._town, query, self._site.builds)
        if of is None:
            return _Found("unknown", reason=_("No build and no signal measures this."))
        span_s = query.back_s or board_span_s
        bounds = (self._now - span_s, self._now)
        answer = self._store.lines(query, *bounds)
        journal = self._site.journal
        expected = None if journal is None else journal(self._town, query, *bounds)
        if not answer:
            return self._nothing(series, expected)
        faults: dict[Verdict, str] = {
            "unit": _wrong_unit(series, of),
            "type": self._wrong_type(query),
            "range": _wrong_value(query, answer, of, span_s),
            "other": self._other_numbers(answer, expected),
        }
        verdict = next((verdict for verdict, reason in faults.items() if reason), None)
        return _Found(verdict, answer, faults[verdict]) if verdict else _Found("answered", answer)

    def _nothing(self, series: Series, expected: Sequence[Line] | None) -> "_Found":
        """Say why there is no answer, by what the journal says."""
        behind = self._site.behind
        if expected and behind:
            return _Found(
                "lost", reason=_("It is in the journal; InfluxDB still lacks {n} rows.", n=behind)
            )
        if expected:
            return _Found(
                "lost",
                reason=_("It is in the journal, and was written to InfluxDB: it is gone there."),
            )
        if series.rare:
            return _Found("nothing")
        return _Found(
            "empty",
            reason=_("No object has told this in that time: see “fabnum devices”.")
            if expected is not None
            else _("Nothing in that time."),
        )

    def _wrong_type(self, query: Query) -> str:
        if query.quantity not in self._types:
            self._types[query.quantity] = self._store.types(query.quantity)
        others = sorted(self._types[query.quantity] - {"float"})
        return (
            _("Somebody else has written values of type {types}.", types=", ".join(others))
            if others
            else ""
        )

    def _other_numbers(self, answer: Sequence[Line], expected: Sequence[Line] | None) -> str:
        """Say whether most numbers are not those of the journal: another unit, another writer.

        Some may differ: an object that was moved has lines of two places, a late reading is still
        on its way.
        """
        if expected is None or self._site.behind:
            return ""
        journal = {key: value for line in expected for key, value in _by_moment(line)}
        pairs = [
            (value, journal[key])
            for line in answer
            for key, value in _by_moment(line)
            if key in journal
        ]
        wrong = [pair for pair in pairs if not math.isclose(*pair, rel_tol=AGREES, abs_tol=AGREES)]
        if len(wrong) * 2 <= len(pairs):
            return ""
        ours, theirs = wrong[0]
        return _(
            "InfluxDB says {influx} where the journal says {journal}: another unit, or another "
            "writer.",
            influx=f"{ours:g}",
            journal=f"{theirs:g}",
        )


class _Found(NamedTuple):
    """What one question came to."""

    verdict: Verdict
    lines: Sequence[Line] = ()
    reason: str = ""


def _by_moment(line: Line) -> Iterator[tuple[tuple[tuple[str, ...], int], float]]:
    """Yield the values of a line by its tags and the microsecond, the store's finest."""
    return (((line.tags, round(point.time * 1e6)), point.value) for point in line.points)


def _wrong_unit(series: Series, of: Known) -> str:
    if series.age or series.query.aggregate in ("hours", "count") or of.units == {series.unit}:
        return ""
    return _(
        "The board shows “{shown}”, measured is “{measured}”.",
        shown=series.unit,
        measured=", ".join(sorted(of.units)),
    )


def _wrong_value(query: Query, answer: Sequence[Line], of: Known, span_s: float) -> str:
    values = (point.value for line in answer for point in line.points)
    wrong = next((value for value in values if fault(query, value, of, span_s)), None)
    if wrong is None:
        return ""
    return _(
        "{value} cannot be: possible is {low} to {high}.",
        value=f"{wrong:g}",
        low=f"{of.low:g}",
        high=f"{of.high:g}",
    )
