"""Taking an object in, giving it a new password, and ending its access.

The running gateway sees the change in the registry and brings it to the broker within about a
second (:mod:`gateway.broker.supervisor`).
"""

from typing import Any, NamedTuple

from gateway.broker.credentials import new_credentials
from gateway.registry import Device, Registry, unknown_device
from kit.catalogue import load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import Settings

NTP_SERVER = "pool.ntp.org"
"""Where a board asks for the time; without internet it hears it on ``fabnum/1/time``."""


class Enrolment(NamedTuple):
    """A new object's password, which is kept nowhere else, and its ``config.json``."""

    password: str
    configuration: dict[str, Any]


def enrol(settings: Settings, registry: Registry, device: Device) -> Enrolment:
    """Take an object in: ``device`` says who it is, what it is and where it stands.

    Raises FabnumError if its town is not one of this site, its build not in the catalogue, its name
    no slug or taken.
    """
    if settings.town(device.town) is None:
        known = ", ".join(town.id for town in settings.towns)
        raise FabnumError(
            _("This site has no town “{town}”.", town=device.town),
            _("Take one of: {known}.", known=known),
        )
    credentials = new_credentials()
    registry.add(
        Device(
            town=device.town,
            device=device.device,
            build=device.build,
            place=device.place,
            place_name=device.place_name,
            name=device.name,
            follow=device.follow,
            bcrypt_hash=credentials.bcrypt_hash,
            pbkdf2_hash=credentials.pbkdf2_hash,
        )
    )
    return Enrolment(
        credentials.password,
        board_configuration(settings, device.key, device.build, credentials.password),
    )


def rotate(settings: Settings, registry: Registry, key: DeviceKey) -> Enrolment:
    """Give an object a new password; the old one ends, and a connection made with it is closed.

    Raises FabnumError if there is no such object or its access has ended.
    """
    device = registry.find(key)
    if device is None or device.revoked is not None:
        raise unknown_device(key)
    credentials = new_credentials()
    registry.set_credentials(
        key, bcrypt_hash=credentials.bcrypt_hash, pbkdf2_hash=credentials.pbkdf2_hash
    )
    return Enrolment(
        credentials.password,
        board_configuration(settings, key, device.build, credentials.password),
    )


def revoke(registry: Registry, key: DeviceKey) -> None:
    """End an object's access; its readings stay. Raises FabnumError if there is no such object."""
    registry.revoke(key)


def board_configuration(
    settings: Settings, key: DeviceKey, build: str, password: str
) -> dict[str, Any]:
    """Return a board's ``config.json``. Wi-Fi networks are added on the bench or by the board.

    ``broker.host`` is the first name of the settings by which another machine can reach the broker.
    """
    return {
        "town": key.town,
        "device": key.device,
        "build": build,
        "wifi": [],
        "broker": {
            "host": _reachable_name(settings),
            "port": settings.broker.port,
            "tls": True,
            "user": key.user,
            "password": password,
        },
        "period": load_build(build).period_s,
        "ntp": NTP_SERVER,
        "deployed": False,
        "settings": {},
    }


def _reachable_name(settings: Settings) -> str:
    names = [*settings.broker.names, settings.broker.host]
    outside = (name for name in names if name not in ("localhost", "127.0.0.1", "::1"))
    return next(outside, names[0])
