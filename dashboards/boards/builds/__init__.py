"""What is said of each build: one file a build, named after it."""

from collections.abc import Mapping
from typing import Protocol

from dashboards.board import Panel, Row
from dashboards.boards.builds import (
    air,
    climate,
    garden,
    lamp,
    noise,
    passage,
    plain,
    power,
    vote,
    weather,
)
from dashboards.boards.channels import Objects


class Said(Protocol):
    """What the file of a build says of its objects."""

    def now(self, objects: Objects) -> Panel:
        """Show the one thing that matters now. It also stands on the boards of the town."""

    def rows(self, objects: Objects) -> tuple[Row, ...]:
        """Show the rest, for the workshop that goes with the build."""


_SAID: Mapping[str, Said] = {
    "air": air,
    "climate": climate,
    "garden": garden,
    "lamp": lamp,
    "noise": noise,
    "passage": passage,
    "passage-pir": passage,
    "power": power,
    "vote": vote,
    "weather": weather,
}


def said_of(build_id: str) -> Said:
    """Return what is said of a build; of one without a file, what its ``build.toml`` says."""
    return _SAID.get(build_id, plain)
