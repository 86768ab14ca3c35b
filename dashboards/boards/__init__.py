"""The boards of a site, derived from the catalogue: which there are, in the language in use."""

from collections.abc import Sequence

from dashboards.board import Board
from dashboards.boards.build import build_board
from dashboards.boards.fleet import fleet_board
from dashboards.boards.gateway import gateway_board
from dashboards.boards.inclusion import inclusion_board
from dashboards.boards.public import public_board
from dashboards.boards.town import town_board
from kit.catalogue import Build


def boards_of_town(builds: Sequence[Build]) -> list[Board]:
    """Return the boards of a town that has objects of these builds.

    A build that measures nothing has none.
    """
    return [
        town_board(builds),
        *(build_board(build, builds) for build in builds if build.channels),
        public_board(builds),
    ]


def boards_of_site() -> list[Board]:
    """Return the boards of the fabmanagers, over all towns."""
    return [fleet_board(), gateway_board(), inclusion_board()]
