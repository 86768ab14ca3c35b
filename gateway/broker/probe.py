"""One connection to the broker, to say in a sentence why it does not work."""

import socket
import ssl
import struct
from pathlib import Path

from gateway.broker.credentials import Login
from kit.errors import FabnumError
from kit.i18n import _

PATIENCE_SECONDS = 10.0

_CONNECT, _CONNACK, _DISCONNECT = b"\x10", 0x20, b"\xe0\x00"
_USER_PASSWORD_CLEAN = 0b1100_0010
_KEEP_ALIVE_SECONDS = 30


def try_login(host: str, port: int, authority: Path, login: Login) -> None:
    """Connect over TLS, log in and leave. Raises FabnumError saying which step failed.

    ``authority`` is the PEM file of the kit's certificate authority. The login's client id must be
    nobody else's: a broker ends the session of whoever has the same.
    """
    try:
        context = ssl.create_default_context(cafile=str(authority))
    except (OSError, ssl.SSLError):
        raise FabnumError(
            _("The certificate {file} is missing.", file=authority),
            _("Run “fabnum init” again: it makes what is missing and keeps the rest."),
        ) from None
    try:
        with (
            socket.create_connection((host, port), PATIENCE_SECONDS) as raw,
            context.wrap_socket(raw, server_hostname=host) as secure,
        ):
            secure.sendall(_connect_packet(login))
            _require_welcome(_read(secure, 4))
            secure.sendall(_DISCONNECT)
    except ssl.SSLCertVerificationError as error:
        raise FabnumError(
            _("The broker's certificate is not accepted: {reason}.", reason=error.verify_message),
            _("Restart the broker so that it reads its present certificate."),
        ) from None
    except ssl.SSLError as error:
        raise FabnumError(
            _("What answers on port {port} does not speak TLS.", port=port),
            _("See which program has this port ({reason}).", reason=error.reason),
        ) from None
    except OSError as error:
        raise FabnumError(
            _(
                "The broker does not answer at {host}, port {port}: {reason}.",
                host=host,
                port=port,
                reason=error.strerror or str(error),
            ),
            _("Start the gateway with “fabnum up”; with Mosquitto, start Mosquitto."),
        ) from None


def _connect_packet(login: Login) -> bytes:
    """Return CONNECT (MQTT 3.1.1, section 3.1) with a clean session."""
    body = _text("MQTT") + bytes((4, _USER_PASSWORD_CLEAN))
    body += struct.pack(">H", _KEEP_ALIVE_SECONDS)
    body += _text(login.client_id) + _text(login.user) + _text(login.password)
    length = len(body)
    assert length < 128 * 128
    encoded = bytes((length,)) if length < 128 else bytes((length % 128 | 128, length // 128))
    return _CONNECT + encoded + body


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">H", len(encoded)) + encoded


def _read(secure: ssl.SSLSocket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        chunk = secure.recv(count - len(received))
        if not chunk:
            break
        received += chunk
    return received


def _require_welcome(answer: bytes) -> None:
    """Read CONNACK (section 3.2); brokers may also close without a word."""
    if len(answer) == 4 and answer[0] == _CONNACK and answer[3] == 0:
        return
    if not answer or (answer[0] == _CONNACK and answer[-1] in (4, 5)):
        raise FabnumError(
            _("The broker refuses the password."),
            _("Have the broker read its users again: restart the gateway, or reload Mosquitto."),
        )
    raise FabnumError(
        _("What answers on the broker's port is not an MQTT broker."),
        _("See which program has this port."),
    )
