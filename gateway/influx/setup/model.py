"""What a site needs of an InfluxDB server, and what was done about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from kit.settings import DataFolder
from kit.signals import SITE

ADMIN = "influx-admin"
WRITER = "influx-token"
READERS = "influx-read-"
"""The secret ``influx-read-<town>`` opens the database of that town only."""

T = TypeVar("T")


class Wish(NamedTuple):
    """What there shall be: a database for each town and one for the site, and who may do what.

    ``keep_days``: how long readings stay in a new database, 0 for good; ``insist``: in one that is
    there already, too.
    """

    towns: tuple[str, ...]
    prefix: str
    organisation: str
    keep_days: int
    insist: bool

    @property
    def all(self) -> tuple[str, ...]:
        """The towns, and the site's own signals."""
        return (*self.towns, SITE)

    def database(self, town: str) -> str:
        """Return the name of a town's database."""
        return self.prefix + town

    @property
    def databases(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self.database(town) for town in self.all)

    @property
    def writer(self) -> str:
        """The name of the gateway's account: two underscores, so that no database is called so."""
        return f"{self.prefix}_gateway"

    def reader(self, town: str) -> str:
        """Return the name of the account that reads one town."""
        return f"{self.database(town)}-reader"


@dataclass
class Changes:
    """What was missing and is there now; with ``dry_run`` what would be made, and nothing is."""

    dry_run: bool = False
    made: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What people should know, and what remains for them to do."""
    new_writer: bool = False
    """The gateway's secret is another one: it has to start again to read it."""

    def make(self, what: str, do: Callable[[], T]) -> T | None:
        """Do one thing, unless it is only to be shown; ``what`` says it in some words."""
        result = None if self.dry_run else do()
        self.made.append(what)
        return result


def kept(folder: DataFolder, name: str) -> str:
    """Return a secret, or ``""`` where there is none."""
    path = folder.secrets / name
    return folder.secret(name) if path.is_file() else ""
