"""What is handed to the journal's writer, and what comes back."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from gateway.journal.model import Leaf
from gateway.model import Frame, Refusal, StoredFrame


class Written(NamedTuple):
    """What became of a batch once it is safe on disk.

    ``stored`` holds the frames that are new, with their ids; ``duplicates`` counts the others.
    """

    stored: list[StoredFrame]
    duplicates: int


class Batch(NamedTuple):
    """What shall be committed together. ``done`` is resolved on the writer's thread."""

    done: Future[Written]
    frames: Sequence[Frame] = ()
    refusals: Sequence[Refusal] = ()
    leaves: Sequence[Leaf] = ()
    cursors: Sequence[tuple[str, int]] = ()
