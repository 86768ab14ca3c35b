"""The board of a town: what to do first, then its objects, place by place."""

from collections.abc import Iterable, Iterator, Sequence

from dashboards.board import Board, Panel, Row
from dashboards.boards.builds import said_of
from dashboards.boards.channels import Objects, objects_of
from dashboards.boards.panels import objects_table
from kit.catalogue import Build
from kit.i18n import _


def town_board(builds: Sequence[Build]) -> Board:
    """Return the board of a town that has objects of these builds."""
    kinds = list(kinds_in_town(builds))
    return Board(
        "town",
        _("Our objects"),
        _("What to do first, and the last reading of each object of the town, place by place."),
        "town",
        rows_with_panels(
            Row(_("What to do first"), _now(kind for kind in kinds if _asks_to_act(kind))),
            Row(_("What else is measured"), _now(kind for kind in kinds if not _asks_to_act(kind))),
            Row(
                _("Every object, place by place"),
                tuple(objects_table(kind, str(kind.build.name)) for kind in kinds),
            ),
        ),
    )


def rows_with_panels(*rows: Row) -> tuple[Row, ...]:
    """Return those rows that have something to show."""
    return tuple(row for row in rows if row.panels)


def kinds_in_town(builds: Sequence[Build]) -> Iterator[Objects]:
    """Yield the objects of a town by build. One that combines some of them stands among those."""
    known = {build.id for build in builds}
    for build in builds:
        if build.channels and not known.intersection(build.combines):
            yield objects_of(build, builds)


def _now(kinds: Iterable[Objects]) -> tuple[Panel, ...]:
    return tuple(said_of(kind.build.id).now(kind) for kind in kinds)


def _asks_to_act(kind: Objects) -> bool:
    return any(band.state == "act" for band in kind.build.channels[0].bands)
