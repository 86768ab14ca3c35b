"""The board of one build, for the workshop that goes with it."""

from dashboards.board import Board, Row
from dashboards.boards.channels import curve
from kit.catalogue import Build
from kit.i18n import _

WEEKLY_STEP_S = 3600


def build_board(build: Build) -> Board:
    """Return the board of one build."""
    panels = tuple(curve(build, channel, WEEKLY_STEP_S) for channel in build.channels)
    return Board(
        f"build-{build.id}",
        str(build.name),
        str(build.summary),
        "town",
        (Row(_("The last 7 days"), panels),),
    )
