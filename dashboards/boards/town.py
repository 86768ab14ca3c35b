"""The board of a town: its objects on one page, by place, with what their readings mean."""

from collections.abc import Sequence

from dashboards.board import Board, Panel, Row
from dashboards.boards.channels import latest
from kit.catalogue import Build
from kit.i18n import _


def town_board(builds: Sequence[Build]) -> Board:
    """Return the board of a town that has objects of these builds."""
    panels = [
        Panel(
            f"now-{build.id}",
            "tiles",
            str(build.name),
            str(build.summary),
            tuple(latest(build, channel) for channel in build.channels[:1]),
        )
        for build in builds
        if build.channels
    ]
    return Board(
        "town",
        _("Our objects"),
        _("The last reading of each object of the town, and what it means."),
        "town",
        (Row(_("Now"), tuple(panels)),),
    )
