"""The board of one build, for the workshop that goes with it."""

from collections.abc import Sequence

import msgspec

from dashboards.board import Board, Row
from dashboards.boards.builds import said_of
from dashboards.boards.channels import Objects, kinds_of, objects_of
from dashboards.boards.panels import objects_table
from kit.catalogue import Build
from kit.i18n import _


def build_board(build: Build, builds: Sequence[Build]) -> Board:
    """Return the board of a build; objects of those of ``builds`` that combine it are on it, too.

    A build that combines others has their rows, one build after the other.
    """
    objects = objects_of(build, builds)
    kinds = kinds_of(objects)
    now = (said_of(kind.build.id).now(kind) for kind in kinds)
    wide = (msgspec.structs.replace(panel, width=4) for panel in now)
    return Board(
        f"build-{build.id}",
        str(build.name),
        str(build.summary),
        "town",
        (
            Row(_("Now"), (*wide, objects_table(objects, _("Each object")))),
            *(row for kind in kinds for row in _rows(kind, combined=len(kinds) > 1)),
        ),
    )


def _rows(kind: Objects, *, combined: bool) -> tuple[Row, ...]:
    """Return what is said of a kind; on a board of several, each row says which it is of."""
    rows = said_of(kind.build.id).rows(kind)
    return tuple(_told_apart(kind.build, row) for row in rows) if combined else rows


def _told_apart(build: Build, row: Row) -> Row:
    """Name a row and its panels after the build, because those of several stand on one board."""
    return Row(
        _("{build}: {what}", build=build.name, what=row.title),
        tuple(msgspec.structs.replace(panel, id=f"{build.id}-{panel.id}") for panel in row.panels),
    )
