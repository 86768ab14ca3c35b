"""The proof that a town's secret opens its own database only: each is tried on every other."""

from gateway.influx.reader import Reader
from gateway.influx.setup.model import READERS, Wish, kept
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder


def require_isolation(url: str, folder: DataFolder, wish: Wish) -> None:
    """Raise FabnumError if a town's secret opens another's database, or not its own.

    A server that asks nobody who they are proves nothing: that is told in the notes of the setup.
    """
    nobody = Reader(url, "")
    is_open = nobody.may_read(wish.database(wish.towns[0]))
    nobody.close()
    if is_open:
        return
    for town in wish.towns:
        secret = kept(folder, READERS + town)
        if secret:
            _try(url, wish, town, secret)


def _try(url: str, wish: Wish, town: str, secret: str) -> None:
    reader = Reader(url, secret)
    try:
        opened = [name for name in wish.databases if reader.may_read(name)]
    finally:
        reader.close()
    own = wish.database(town)
    if own not in opened:
        raise FabnumError(
            _("The secret {name} does not open “{database}”.", name=READERS + town, database=own),
            _("Delete that file and run “fabnum influx setup” again: it makes an account."),
        )
    others = [name for name in opened if name != own]
    if others:
        raise opens_more(READERS + town, others)


def opens_more(secret: str, databases: list[str]) -> FabnumError:
    """Return the error for a reader's secret that opens what it should not."""
    return FabnumError(
        _(
            "The secret {name} opens more than its own database: {others}.",
            name=secret,
            others=", ".join(databases),
        ),
        _("Delete that file and run “fabnum influx setup” again: it makes an account."),
    )
