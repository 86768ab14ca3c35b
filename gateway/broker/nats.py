"""What nats-server reads: its configuration, rendered from the settings and the registry.

Pure: no file is read or written here. The options are those of nats-server 2.15
(https://docs.nats.io/running-a-nats-service/configuration, and ``server/opts.go`` where the pages
are silent).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gateway.broker.rights import User
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import Broker

SERVER_NAME = "fabnum"
"""Never to change: sessions and retained messages in the store belong to this name."""

CLIENT_LISTENER = "127.0.0.1:-1"
"""nats-server cannot do without a listener of its own protocol. Loopback, any free port, and no
user may use it: each is bound to MQTT by ``allowed_connection_types``."""

STORE_LIMIT = 2 * 1024**3
"""Bytes. A day of 500 objects at a frame a minute is about 300 MB. When the store is full a publish
is not acknowledged and the boards keep their readings."""

STORE_RESERVE = 64 * 1024**2
"""Bytes that are free in the store at every start, whatever the limit: a full store takes no
session either, so that the gateway could not connect to empty it."""

SYNC_INTERVAL = "100ms"
"""Messages are written to the file before they are acknowledged, so nothing is lost when
nats-server is killed; this is how often the file is brought from the system's cache to the disk. A
power cut can cost what was acknowledged in that time and was not yet in the gateway's journal,
which syncs for itself. With ``always`` that gap is closed, at 1/13 of the rate on an SSD, and when
more comes in than that, connections are closed (``no JetStream ack``) and all is sent again."""

STORE_WITHIN = "20s"
"""An SD card may stall for seconds: a board waits for its acknowledgement rather than reconnect."""

ACKNOWLEDGE_WITHIN = "10s"
"""After this, a message that the gateway has not acknowledged is sent again. It is what a reading
waits, at most, when the gateway was killed with the message in hand."""

MAX_UNACKNOWLEDGED = 10_000
"""Messages under way to the gateway, for each subscription: the size of a group commit. A session's
subscriptions together may have 65,535 (``mqttMaxAckTotalLimit``): six of them, of which five are
used."""

MAX_PAYLOAD = "64K"
"""The gateway takes 16 KiB; the room above lets it see, count and quarantine what is too large."""

MAX_CONNECTIONS = 12_000
MAX_SUBSCRIPTIONS = 64
"""For each connection; the gateway needs about twenty."""

HANDSHAKE_SECONDS = 20
"""The default of 2 s is what one ESP32 needs for its handshake when nobody else connects."""


class Files(NamedTuple):
    """The files that the configuration names."""

    store: Path
    """nats-server makes a folder ``jetstream`` in it."""
    certificate: Path
    key: Path


def store_limit(used: int) -> int:
    """Return the limit of a store of which ``used`` bytes are taken at the start."""
    return max(STORE_LIMIT, used + STORE_RESERVE)


def render(broker: Broker, files: Files, users: Iterable[User], limit: int = STORE_LIMIT) -> str:
    """Return the text of nats-server.conf; ``limit`` is that of the store, in bytes.

    Raises FabnumError if a text cannot be quoted.
    """
    return "\n".join([*_server(broker, files, limit), *_authorization(users), ""])


def _server(broker: Broker, files: Files, limit: int) -> Iterator[str]:
    yield f"""\
# Written by the gateway: changes made here are lost.
server_name: {quoted(SERVER_NAME)}
listen: {quoted(CLIENT_LISTENER)}
logtime: false
max_payload: {MAX_PAYLOAD}
max_connections: {MAX_CONNECTIONS}
max_subscriptions: {MAX_SUBSCRIPTIONS}

jetstream {{
  store_dir: {quoted(str(files.store))}
  max_memory_store: 0
  max_file_store: {limit}
  sync_interval: {quoted(SYNC_INTERVAL)}
}}

mqtt {{
  host: {quoted(broker.listen)}
  port: {broker.port}
  ack_wait: {quoted(ACKNOWLEDGE_WITHIN)}
  max_ack_pending: {MAX_UNACKNOWLEDGED}
  js_api_timeout: {quoted(STORE_WITHIN)}
  tls {{
    cert_file: {quoted(str(files.certificate))}
    key_file: {quoted(str(files.key))}
    timeout: {HANDSHAKE_SECONDS}
  }}
}}
"""


def _authorization(users: Iterable[User]) -> Iterator[str]:
    yield "authorization {"
    yield f"  timeout: {HANDSHAKE_SECONDS}"
    yield "  users: ["
    yield from (_user(user) for user in users)
    yield "  ]"
    yield "}"


def _user(user: User) -> str:
    # `$MQTT.sub.>` is where JetStream hands a client its QoS 1 messages; MQTT clients cannot
    # subscribe to it themselves (`processSubs` in server/mqtt.go refuses filters with `$MQTT.`).
    subscribe = [*map(subject, user.subscribe), "$MQTT.sub.>"]
    return f"""\
    {{
      user: {quoted(user.name)}, password: {quoted(user.bcrypt_hash)}
      allowed_connection_types: ["MQTT"]
      permissions {{
        publish: {{ allow: {_list(map(subject, user.publish))} }}
        subscribe: {{ allow: {_list(subscribe)} }}
      }}
    }}"""


def subject(topic_filter: str) -> str:
    """Turn an MQTT topic filter without ``#`` into a NATS subject: ``a/+/b`` is ``a.*.b``."""
    return topic_filter.replace("/", ".").replace("+", "*")


def quoted(text: str) -> str:
    """Return ``text`` as a double-quoted string of the configuration language.

    Control characters have no place in a name or a path. Raises FabnumError if there is one.
    """
    if not text.isprintable():
        raise FabnumError(
            _("{text} cannot be written into the broker's configuration.", text=ascii(text)),
            _("Take a name without control characters."),
        )
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"
