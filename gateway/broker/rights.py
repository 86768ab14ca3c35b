"""Who may say and hear what at the broker: docs/contract.md as topic filters, for either kind."""

from collections.abc import Iterator
from typing import NamedTuple

from gateway.broker.credentials import GATEWAY_USER, Credentials
from gateway.registry import Device
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DEVICE_LEAVES, ROOT, TIME_TOPIC, is_slug


class User(NamedTuple):
    """A user of the broker: password hashes, and the MQTT topic filters of its rights."""

    name: str
    bcrypt_hash: str
    pbkdf2_hash: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def users(devices: list[Device], gateway: Credentials) -> Iterator[User]:
    """Yield the gateway, then every device that has a password and is not revoked."""
    yield _gateway(gateway)
    yield from (_device(device) for device in devices if _has_access(device))


def _has_access(device: Device) -> bool:
    # An empty hash would be an empty password to nats-server.
    return device.revoked is None and bool(device.bcrypt_hash and device.pbkdf2_hash)


def _gateway(credentials: Credentials) -> User:
    return User(
        name=GATEWAY_USER,
        bcrypt_hash=credentials.bcrypt_hash,
        pbkdf2_hash=credentials.pbkdf2_hash,
        publish=(f"{ROOT}/+/+/command", TIME_TOPIC),
        subscribe=tuple(f"{ROOT}/+/+/{leaf}" for leaf in DEVICE_LEAVES),
    )


def _device(device: Device) -> User:
    # A name that is no slug could hold a wildcard or a line end. The registry takes none; a broker
    # must not get one even from a damaged registry.
    if not (is_slug(device.town) and is_slug(device.device)):
        raise FabnumError(
            _("The registry holds a name that is none: {name}.", name=ascii(device.key.user)),
            _("Put registry.sqlite back from a backup."),
        )
    return User(
        name=device.key.user,
        bcrypt_hash=device.bcrypt_hash,
        pbkdf2_hash=device.pbkdf2_hash,
        publish=tuple(device.key.topic(leaf) for leaf in DEVICE_LEAVES),
        subscribe=(device.key.topic("command"), TIME_TOPIC),
    )
