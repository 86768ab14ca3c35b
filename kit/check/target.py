"""What a program is for: the build and the chip, and what may be named because of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from kit.catalogue import Build, Channel, Command, Part, builds, load_build
from kit.chips import DEFAULT_CHIP, PINS, Pins


@dataclass(frozen=True)
class Target:
    """``build`` is ``None`` where nobody knows: what any build has is then allowed."""

    build: Build | None = None
    chip: str = DEFAULT_CHIP

    @property
    def parts(self) -> dict[str, list[Part]]:
        """The parts that may be named, by id: of one build, or of all that have one so called.

        A part that only stands in for another one is reached by the other's name.
        """
        found: dict[str, list[Part]] = {}
        for build in self._builds():
            for part in build.parts:
                found.setdefault(part.id, []).append(part)
        return found

    @property
    def channels(self) -> dict[str, list[Channel]]:
        """The channels that may be named, by id."""
        found: dict[str, list[Channel]] = {}
        for build in self._builds():
            for channel in build.channels:
                found.setdefault(channel.id, []).append(channel)
        return found

    @property
    def commands(self) -> dict[str, list[Command]]:
        """The commands that may be named, by id."""
        found: dict[str, list[Command]] = {}
        for build in self._builds():
            for command in build.commands:
                found.setdefault(command.id, []).append(command)
        return found

    @property
    def pins(self) -> Pins:
        """What the pins of the chip can do."""
        return PINS[self.chip]

    @property
    def wired(self) -> dict[int, Part]:
        """The pins that belong to a part of the build, with the part."""
        if self.build is None:
            return {}
        return {pin: part for part in self.build.parts for pin in part.wired(self.chip).values()}

    def channels_of(self, part_id: str) -> set[str]:
        """Return the channels that ``part_id`` may give, or what stands in for it."""
        return {
            channel
            for build in self._builds()
            for part in build.parts
            if part_id in (part.id, part.instead_of)
            for channel in part.channels
        }

    def _builds(self) -> Iterator[Build]:
        if self.build is not None:
            yield self.build
        else:
            yield from map(load_build, builds())
