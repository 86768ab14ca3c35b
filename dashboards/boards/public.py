"""The board for everybody: few and large panels, of what is made to be seen by all."""

from collections.abc import Sequence

import msgspec

from dashboards.board import Board, Panel, Row
from dashboards.boards import panels
from dashboards.boards.builds import said_of
from dashboards.boards.channels import Objects
from dashboards.boards.town import kinds_in_town, rows_with_panels
from kit.catalogue import Build
from kit.i18n import _

SHOWN = ("air", "climate", "noise", "garden", "weather", "passage", "passage-pir", "vote")
"""Builds of public buildings and gardens, in this order. Lamps and what is repaired are not."""
WITH_A_WEEK = ("air", "noise", "weather")
"""Those of which everybody sees the week, too."""
REFRESH_S = 600


def public_board(builds: Sequence[Build]) -> Board:
    """Return the board for everybody. It says nothing that the town's other boards do not."""
    kinds = [kind for kind in kinds_in_town(builds) if kind.build.id in SHOWN]
    kinds.sort(key=lambda kind: SHOWN.index(kind.build.id))
    weeks = (kind for kind in kinds if kind.build.id in WITH_A_WEEK)
    return Board(
        "public",
        _("Our town, measured by its people"),
        _("What objects built here measure. No person can be recognised in it."),
        "public",
        rows_with_panels(
            Row(_("Now"), tuple(said_of(kind.build.id).now(kind) for kind in kinds)),
            Row(_("The last 7 days"), tuple(_week(kind) for kind in weeks)),
        ),
        refresh_s=REFRESH_S,
    )


def _week(kind: Objects) -> Panel:
    """Show the week of what a build measures first."""
    source = kind.of(kind.build.channels[0])
    panel = panels.week(source, _("Means of an hour. Compare the places, and the days."))
    title = _("{build}: {what}", build=kind.build.name, what=source.channel.name)
    return msgspec.structs.replace(panel, id=f"week-{kind.build.id}", title=title)
