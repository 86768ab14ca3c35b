"""The key with which a site signs its badges, and the name that follows from it: a ``did:key``.

Ed25519 (RFC 8032) as JSON Web Signature (RFC 7515, RFC 8037). The public key is in the name itself
(W3C CCG, “The did:key Method”), so that a badge is verified without internet and without the site.
"""

import base64
import json
import warnings
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OKPKey

from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder

SECRET = "badge-key"  # noqa: S105 - the name of a file
ALGORITHM = "EdDSA"
MAX_TOKEN = 65_536
_DID_KEY = "did:key:"
_ED25519_PUBLIC = b"\xed\x01"
"""Multicodec 0xed as a varint: an Ed25519 public key follows."""
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_KEY_BYTES = 32


class BadSignatureError(Exception):
    """A token was not signed by the key it names, or was changed afterwards."""


class UnknownSignerError(Exception):
    """A token names a key that is not in its name: what was signed so cannot be verified here."""


class IssuerKey:
    """The private key of a site. Its text is PKCS #8 in PEM."""

    def __init__(self, pem: str) -> None:
        try:
            self._key = OKPKey.import_key(pem)
        except (JoseError, ValueError, TypeError):
            raise FabnumError(
                _("The secret “{name}” is no key.", name=SECRET),
                _("Put back its copy; badges that are out can only be revoked with it."),
            ) from None
        self._public = _public_part(self._key)
        self.did = did_of(self._key)

    def sign(self, payload: Mapping[str, Any]) -> str:
        """Return ``payload`` as a signed token in compact form."""
        # Verifiers that resolve no did:key find the public key itself (Open Badges 3.0, 8.2.3).
        header = {
            "alg": ALGORITHM,
            "typ": "JWT",
            "kid": key_id(self.did),
            "jwk": _public_jwk(self._public),
        }
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        with _old_name_of_algorithm():
            return jws.serialize_compact(header, text, self._key, algorithms=[ALGORITHM])


def ensure_key(folder: DataFolder) -> IssuerKey:
    """Return the key of a site, made at the first call and kept."""
    path = folder.secrets / SECRET
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        folder.keep_secret(SECRET, pem.decode())
    return IssuerKey(folder.secret(SECRET))


def did_of(key: OKPKey) -> str:
    """Return the ``did:key`` that a public key is."""
    return _DID_KEY + "z" + _to_base58(_ED25519_PUBLIC + _public_part(key))


def key_id(did: str) -> str:
    """Return how a token names the key of a ``did:key``: the name, and itself as a fragment."""
    return f"{did}#{did.removeprefix(_DID_KEY)}"


def claimed(token: str) -> dict[str, Any]:
    """Return what a token claims, unverified: only to learn whose key is to be asked.

    Raises BadSignatureError if it cannot be read.
    """
    if len(token) > MAX_TOKEN:
        raise BadSignatureError
    try:
        _header, payload, _signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        raise BadSignatureError from None
    if not isinstance(claims, dict):
        raise BadSignatureError
    return claims


def verified(token: str, did: str) -> dict[str, Any]:
    """Return what a token holds once its signature is that of ``did``.

    Raises BadSignatureError if it is not, or if the token cannot be read; UnknownSignerError if
    ``did`` is no Ed25519 key.
    """
    if len(token) > MAX_TOKEN:
        raise BadSignatureError
    try:
        with _old_name_of_algorithm():
            signed = jws.deserialize_compact(token, _public_key(did), algorithms=[ALGORITHM])
        payload = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise BadSignatureError from None
    if not isinstance(payload, dict):
        raise BadSignatureError
    return payload


def _public_key(did: str) -> OKPKey:
    multikey = did.removeprefix(_DID_KEY)
    if multikey == did or not multikey.startswith("z"):
        raise UnknownSignerError
    raw = _from_base58(multikey[1:])
    if not raw.startswith(_ED25519_PUBLIC) or len(raw) != len(_ED25519_PUBLIC) + _KEY_BYTES:
        raise UnknownSignerError
    return OKPKey.import_key({**_public_jwk(raw[len(_ED25519_PUBLIC) :])})


def _public_part(key: OKPKey) -> bytes:
    return key.public_key.public_bytes_raw()


def _public_jwk(public: bytes) -> dict[str, str]:
    """Return a public key as JSON Web Key (RFC 8037, section 2)."""
    written = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": written}


def _to_base58(data: bytes) -> str:
    """Base58 as Bitcoin writes it; the first byte is not 0 here, so nothing leads."""
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return digits


def _from_base58(text: str) -> bytes:
    number = 0
    if len(text) > 64 or not set(text) <= set(_BASE58):
        raise UnknownSignerError
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    return number.to_bytes((number.bit_length() + 7) // 8)


def _old_name_of_algorithm() -> warnings.catch_warnings:
    """RFC 9864 prefers the name ``Ed25519``; Open Badges 3.0 and its verifiers know ``EdDSA``."""
    return warnings.catch_warnings(action="ignore", category=SecurityWarning)
