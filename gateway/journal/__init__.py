"""The journal: the gateway's write-ahead log and embedded store, one SQLite file."""

from gateway.journal.batch import Written
from gateway.journal.journal import Journal
from gateway.journal.model import (
    Counts,
    Hour,
    Latest,
    Leaf,
    QuarantinedMessage,
    Step,
    Trouble,
    Wanted,
)
from gateway.journal.questions import Window

__all__ = [
    "Counts",
    "Hour",
    "Journal",
    "Latest",
    "Leaf",
    "QuarantinedMessage",
    "Step",
    "Trouble",
    "Wanted",
    "Window",
    "Written",
]
