"""What modules need to know of the rest of the kit, which ``curriculum`` does not import.

``kit.cli.curriculum_known`` puts it together; the tests make smaller ones by hand.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from kit.catalogue import Text

System = Literal["Linux", "macOS", "Windows"]


class Card(msgspec.Struct, frozen=True):
    """An error card of the bench: what is wrong, why, and the one thing to do.

    ``actions``: what to do by operating system, where that differs; else it is empty.
    """

    code: str
    title: Text
    cause: Text
    action: Text
    actions: Mapping[System, Text] = {}


class Drill(msgspec.Struct, frozen=True):
    """A fault on purpose: how it is brought about, how it is undone, and what it teaches."""

    kind: str
    name: Text
    cause: Text
    undo: Text
    lesson: Text


class Known(msgspec.Struct, frozen=True):
    """Error cards by code and drills by kind, in their order; titles of boards by id.

    ``complaint`` says what is wrong with the words of a command line, such as ``["fabnum", "up"]``,
    in the language in use; ``None`` where nothing is. It runs nothing.
    """

    cards: Mapping[str, Card]
    drills: Mapping[str, Drill]
    boards: Mapping[str, Text]
    complaint: Callable[[list[str]], str | None]
