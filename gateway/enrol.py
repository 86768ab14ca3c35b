"""Taking an object in, giving it a new password, handing it over, and ending its access.

The running gateway sees the change in the registry and brings it to the broker within about a
second (:mod:`gateway.broker.supervisor`).
"""

import secrets
from typing import Any, NamedTuple

import msgspec

from gateway.broker.credentials import Credentials, new_credentials
from gateway.registry import Device, Registry, unknown_device
from kit.catalogue import load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import Settings

NTP_SERVER = "pool.ntp.org"
"""Where a board asks for the time; without internet it hears it on ``fabnum/1/time``."""

SETUP_CODE_DIGITS = 8
"""The shortest password that WPA2 takes, of digits: a resident types it from a label."""


class Enrolment(NamedTuple):
    """A new object's password, which is kept nowhere else, and its ``config.json``."""

    password: str
    configuration: dict[str, Any]


def enrol(settings: Settings, registry: Registry, device: Device) -> Enrolment:
    """Take an object in: ``device`` says who it is, what it is and where it stands.

    Raises FabnumError if its town is not one of this site, its build not in the catalogue, its name
    no slug or taken.
    """
    require_town(settings, device.town)
    credentials = new_credentials()
    registry.add(_with(device, credentials))
    return _enrolment(settings, registry, device, credentials)


def admit(settings: Settings, registry: Registry, key: DeviceKey) -> Enrolment:
    """Give an awaited object its board. Raises FabnumError if it is not awaited (any more)."""
    awaited = registry.find_awaited(key)
    if awaited is None:
        raise unknown_device(key)
    require_town(settings, key.town)
    credentials = new_credentials()
    registry.admit(_with(awaited, credentials))
    return _enrolment(settings, registry, awaited, credentials)


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
    return _enrolment(settings, registry, device, credentials)


def hand_over(settings: Settings, registry: Registry, key: DeviceKey, heir: Device) -> Enrolment:
    """Hand an object over to another town or place: it becomes ``heir``, with a new password.

    Its readings stay where they were measured, under its old name, whose access ends. Raises
    FabnumError if there is no such object, or its new town or name cannot be.
    """
    require_town(settings, heir.town)
    credentials = new_credentials()
    registry.hand_over(key, _with(heir, credentials))
    return _enrolment(settings, registry, heir, credentials)


def revoke(registry: Registry, key: DeviceKey) -> None:
    """End an object's access; its readings stay. Raises FabnumError if there is no such object."""
    registry.revoke(key)


def setup_code(registry: Registry, key: DeviceKey) -> str:
    """Return the code of an object's own Wi-Fi in setup mode, made at the first call.

    A new password leaves it as it is: the label that is stuck on stays true.
    """
    kept = registry.setup_code(key)
    return kept or registry.keep_setup_code(
        key, f"{secrets.randbelow(10**SETUP_CODE_DIGITS):0{SETUP_CODE_DIGITS}d}"
    )


def require_town(settings: Settings, town: str) -> None:
    """Raise FabnumError unless the town is one of this site."""
    if settings.town(town) is None:
        known = ", ".join(town.id for town in settings.towns)
        raise FabnumError(
            _("This site has no town “{town}”.", town=town),
            _("Take one of: {known}.", known=known),
        )


def board_configuration(
    settings: Settings, key: DeviceKey, build: str, password: str, code: str
) -> dict[str, Any]:
    """Return a board's ``config.json``. Wi-Fi networks are added on the bench or by the board.

    ``broker.host`` is the name of this site that boards find best (``Settings.reachable_name``);
    ``setup_code`` is the password of the board's own Wi-Fi in setup mode.
    """
    return {
        "town": key.town,
        "device": key.device,
        "build": build,
        "wifi": [],
        "broker": {
            "host": settings.reachable_name,
            "port": settings.broker.port,
            "tls": True,
            "user": key.user,
            "password": password,
        },
        "period": load_build(build).period_s,
        "ntp": NTP_SERVER,
        "deployed": False,
        "setup_code": code,
        "settings": {},
    }


def _with(device: Device, credentials: Credentials) -> Device:
    return msgspec.structs.replace(
        device, bcrypt_hash=credentials.bcrypt_hash, pbkdf2_hash=credentials.pbkdf2_hash
    )


def _enrolment(
    settings: Settings, registry: Registry, device: Device, credentials: Credentials
) -> Enrolment:
    code = setup_code(registry, device.key)
    return Enrolment(
        credentials.password,
        board_configuration(settings, device.key, device.build, credentials.password, code),
    )
