"""What a portfolio is made of."""

from pathlib import Path

import msgspec

from curriculum.document.nodes import Blocks


class Test(msgspec.Struct, frozen=True):
    """One test of the bench; ``passed`` is ``None`` where it was left out."""

    name: str
    passed: bool | None = None


class MadeObject(msgspec.Struct, frozen=True):
    """An object that the learner's group made, as the site knows it: what it is and its tests."""

    name: str
    build: str
    summary: str = ""
    place: str = ""
    day: str = ""
    passed: bool = False
    tests: tuple[Test, ...] = ()


class Program(msgspec.Struct, frozen=True):
    """A program that the learner wrote or changed."""

    name: str
    text: str


class Photo(msgspec.Struct, frozen=True):
    """A picture, and what it shows."""

    file: Path
    caption: str


class Badge(msgspec.Struct, frozen=True):
    """A badge: its file, what it says, and whether its signature is right."""

    file: Path
    name: str
    description: str
    criteria: tuple[str, ...]
    issuer: str
    day: str


class Portfolio(msgspec.Struct, frozen=True):
    """All that a portfolio shows. ``left_out``: files that could not be used, each with why."""

    title: str
    words: Blocks
    objects: tuple[MadeObject, ...]
    programs: tuple[Program, ...]
    photos: tuple[Photo, ...]
    badges: tuple[Badge, ...]
    left_out: tuple[str, ...] = ()
