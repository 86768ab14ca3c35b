"""Whose readings a board shows: the objects of a build, and those of builds that combine it."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from dashboards.boards.source import Source
from kit.catalogue import Build, Channel, load_build

FRESH_S = 900
"""What is shown as "now" may be so old, or five periods of its build where that is longer."""


class Objects(NamedTuple):
    """The objects whose tag ``build`` is one of ``tags``, and what they measure as this build."""

    build: Build
    tags: tuple[str, ...]

    def source(self, channel_id: str) -> Source:
        """Return one of their channels, with a line for each object. Raises KeyError."""
        found = next((c for c in self.build.channels if c.id == channel_id), None)
        if found is None:
            raise KeyError(channel_id)
        return self.of(found)

    def of(self, channel: Channel) -> Source:
        """Return a channel, or a signal told of them, with a line for each object."""
        return Source(channel, ("place", "device"), {"build": self.tags})

    @property
    def fresh_s(self) -> int:
        """How old a reading may be that is shown as "now" (s)."""
        return max(FRESH_S, 5 * self.build.period_s)


def objects_of(build: Build, builds: Sequence[Build]) -> Objects:
    """Return the objects of a build, with those of ``builds`` that combine it."""
    combining = (other.id for other in builds if build.id in _within(other))
    return Objects(build, (build.id, *combining))


def kinds_of(objects: Objects) -> list[Objects]:
    """Return the objects as each of the builds that they combine, then as what is their own."""
    combined = [load_build(name) for name in objects.build.combines]
    known = {channel.id for kind in combined for channel in kind.channels}
    own = tuple(channel for channel in objects.build.channels if channel.id not in known)
    kinds = [Objects(kind, objects.tags) for kind in combined]
    if own:
        kinds.append(Objects(msgspec.structs.replace(objects.build, channels=own), objects.tags))
    return kinds


def _within(build: Build) -> set[str]:
    """Return the ids of the builds that a build combines, and of those that they combine."""
    return {name for one in build.combines for name in (one, *_within(load_build(one)))}
