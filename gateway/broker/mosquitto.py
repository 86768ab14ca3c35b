"""What an outside Mosquitto reads: a configuration snippet, passwords and rights.

Pure: no file is read or written here. The options are those of mosquitto.conf(5), Mosquitto 2.0.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from gateway.broker.rights import User
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import Broker

SAVE_SECONDS = 10
"""Mosquitto keeps its queues in memory and writes all of them to a file every so often (30 min by
default). What it acknowledged since is lost when it is killed or power fails. It writes the whole
file each time, hence not more often."""

QUEUED_MESSAGES = 1_000_000
QUEUED_BYTES = 256 * 1024 * 1024
"""What waits for an absent gateway, whichever is reached first: a day of 500 objects. Beyond it
Mosquitto drops new messages without a word to anybody (its default is 1000 messages)."""

INFLIGHT_MESSAGES = 10_000
"""Messages under way to the gateway: the size of a group commit (the default is 20)."""

MAX_PACKET_BYTES = 64 * 1024
MAX_CONNECTIONS = 12_000
FORGET_SESSIONS_AFTER = "2m"
"""Months. Sessions under ids that never come back would fill the memory."""


class Files(NamedTuple):
    """The files that the configuration names."""

    certificate: Path
    key: Path
    passwords: Path
    rights: Path


def configuration(broker: Broker, files: Files) -> str:
    """Return the snippet for ``/etc/mosquitto/conf.d``. Raises FabnumError for an unusable path.

    ``persistence_location`` is left to the main file, where Debian sets it; given twice it would be
    an error.
    """
    return f"""\
# Written by Fab'Num: changes made here are lost.
persistence true
autosave_interval {SAVE_SECONDS}
autosave_on_changes false
max_queued_messages {QUEUED_MESSAGES}
max_queued_bytes {QUEUED_BYTES}
max_inflight_messages {INFLIGHT_MESSAGES}
max_packet_size {MAX_PACKET_BYTES}
persistent_client_expiration {FORGET_SESSIONS_AFTER}
set_tcp_nodelay true
allow_anonymous false
password_file {_one_line(files.passwords)}
acl_file {_one_line(files.rights)}

listener {broker.port} {_one_line(broker.listen)}
max_connections {MAX_CONNECTIONS}
certfile {_one_line(files.certificate)}
keyfile {_one_line(files.key)}
tls_version tlsv1.2
"""


def passwords(users: Iterable[User]) -> str:
    """Return the password file: ``user:$7$iterations$salt$hash`` a line."""
    return "".join(f"{user.name}:{user.pbkdf2_hash}\n" for user in users)


def rights(users: Iterable[User]) -> str:
    """Return the ACL file: for each user the topics it may write and read. The rest is denied."""
    return "\n".join(_user_rights(user) for user in users)


def _user_rights(user: User) -> str:
    write = "".join(f"topic write {topic}\n" for topic in user.publish)
    read = "".join(f"topic read {topic}\n" for topic in user.subscribe)
    return f"user {user.name}\n{write}{read}"


def _one_line(value: Path | str) -> str:
    """Return a value that takes the rest of its line, as Mosquitto reads it, without quotes."""
    text = str(value)
    if not text.isprintable() or text != text.strip():
        raise FabnumError(
            _("{text} cannot be written into the broker's configuration.", text=ascii(text)),
            _("Take a name without control characters."),
        )
    return text
