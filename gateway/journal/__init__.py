"""The journal: the gateway's write-ahead log and embedded store, one SQLite file."""

from gateway.journal.batch import Written
from gateway.journal.journal import Journal
from gateway.journal.model import Counts, Hour, Leaf, QuarantinedMessage, Trouble

__all__ = ["Counts", "Hour", "Journal", "Leaf", "QuarantinedMessage", "Trouble", "Written"]
