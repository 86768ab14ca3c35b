"""Passwords of objects and of the gateway, and their hashes as the two brokers read them.

Every password is 192 random bits, never chosen by a person. Slow hashing protects passwords that
can be guessed; these cannot, so the hashes are as cheap as their formats allow: after a power cut
hundreds of boards connect within seconds, and nats-server checks every connected client again at
each reload.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import NamedTuple

import bcrypt

from kit.errors import FabnumError
from kit.settings import DataFolder

PASSWORD_BYTES = 24
BCRYPT_COST = 4
"""The lowest that bcrypt has: about 1 ms a check."""
PBKDF2_ITERATIONS = 101
"""What mosquitto_passwd itself takes. Mosquitto has one thread: 1 ms a check would stall it."""
PBKDF2_SALT_BYTES = 12
"""Mosquitto 2.0 refuses any other length (``SALT_LEN`` in its source)."""

GATEWAY_USER = "gateway"
"""Objects are ``town_device``: none can take this name, which has no underscore."""


class Credentials(NamedTuple):
    """A password and its two hashes. Only the hashes are kept by the registry."""

    password: str
    bcrypt_hash: str
    pbkdf2_hash: str


class Login(NamedTuple):
    """What the gateway connects with. ``client_id`` names its persistent session at the broker.

    The id is as secret as the password: a broker lets any user take any client id, and an object
    that knew the gateway's could end its session, and with it the messages waiting there.
    """

    user: str
    password: str
    client_id: str


def new_credentials() -> Credentials:
    """Make a new random password and its hashes."""
    return hash_password(secrets.token_urlsafe(PASSWORD_BYTES))


def hash_password(password: str) -> Credentials:
    """Hash a password for both kinds of broker."""
    return Credentials(password, _bcrypt_hash(password), _pbkdf2_hash(password))


def ensure_gateway(folder: DataFolder) -> Credentials:
    """Return the gateway's password with its hashes, made at the first call and kept."""
    password = _kept(folder, "gateway-password", lambda: secrets.token_urlsafe(PASSWORD_BYTES))
    _kept(folder, "gateway-client-id", lambda: f"{GATEWAY_USER}-{secrets.token_hex(16)}")
    hashes = (
        _kept(folder, "gateway-bcrypt", lambda: _bcrypt_hash(password)),
        _kept(folder, "gateway-pbkdf2", lambda: _pbkdf2_hash(password)),
    )
    if bcrypt.checkpw(password.encode(), hashes[0].encode()):
        return Credentials(password, *hashes)
    # Somebody has put another password there by hand: it is the one that holds.
    fresh = hash_password(password)
    folder.keep_secret("gateway-bcrypt", fresh.bcrypt_hash)
    folder.keep_secret("gateway-pbkdf2", fresh.pbkdf2_hash)
    return fresh


def gateway_login(folder: DataFolder) -> Login:
    """Return what the gateway connects with. Raises FabnumError before ``fabnum init``."""
    return Login(
        GATEWAY_USER, folder.secret("gateway-password"), folder.secret("gateway-client-id")
    )


def _kept(folder: DataFolder, name: str, make: Callable[[], str]) -> str:
    try:
        return folder.secret(name)
    except FabnumError:
        folder.keep_secret(name, make())
        return folder.secret(name)


def _bcrypt_hash(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()


def _pbkdf2_hash(password: str) -> str:
    """Return ``$7$iterations$salt$hash``: PBKDF2 with SHA-512, both parts in base64."""
    salt = secrets.token_bytes(PBKDF2_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, PBKDF2_ITERATIONS)
    encoded = [base64.b64encode(part).decode() for part in (salt, digest)]
    return f"$7${PBKDF2_ITERATIONS}${encoded[0]}${encoded[1]}"
