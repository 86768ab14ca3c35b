"""The board of a town: what to do first, then its objects, place by place."""

from collections.abc import Iterator, Sequence

from dashboards.board import Board, Row
from dashboards.boards.builds import said_of
from dashboards.boards.channels import Objects, objects_of
from dashboards.boards.panels import objects_table
from kit.catalogue import Build
from kit.i18n import _


def town_board(builds: Sequence[Build]) -> Board:
    """Return the board of a town that has objects of these builds."""
    kinds = sorted(kinds_in_town(builds), key=lambda kind: not _asks_to_act(kind))
    return Board(
        "town",
        _("Our objects"),
        _("What to do first, and the last reading of each object of the town, place by place."),
        "town",
        (
            Row(_("What to do first"), tuple(said_of(kind.build.id).now(kind) for kind in kinds)),
            Row(
                _("Every object, place by place"),
                tuple(objects_table(kind, str(kind.build.name)) for kind in kinds),
            ),
        ),
    )


def kinds_in_town(builds: Sequence[Build]) -> Iterator[Objects]:
    """Yield the objects of a town by build. One that combines some of them stands among those."""
    known = {build.id for build in builds}
    for build in builds:
        if build.channels and not known.intersection(build.combines):
            yield objects_of(build, builds)


def _asks_to_act(kind: Objects) -> bool:
    return any(band.state == "act" for band in kind.build.channels[0].bands)
