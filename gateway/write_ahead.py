"""SQLite's write-ahead log, switched on also when several processes open a new file at once."""

import sqlite3
import time

_PATIENCE_S = 10.0
_AGAIN_S = 0.01


def use_write_ahead_log(database: sqlite3.Connection) -> None:
    """Switch it on. Raises sqlite3.OperationalError if others hold the file for ten seconds.

    The switch itself is refused at once while another connection makes it, whatever ``timeout``.
    """
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(_AGAIN_S)
        else:
            return
