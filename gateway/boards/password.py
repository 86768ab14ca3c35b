"""The password of the fabmanagers' boards, and who has shown it (HTTP Basic, RFC 7617)."""

import base64
import binascii
import hmac
import secrets
from enum import Enum

from kit.settings import DataFolder

USER = "fabnum"
SECRET = "boards-password"  # noqa: S105 - the name of a file
REALM = "Fab'Num"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another: a fabmanager types it on a telephone."""
_GROUPS, _GROUP = 5, 4
LONGEST_HEADER = 400


class Shown(Enum):
    """What a request showed of the password."""

    RIGHT = "right"
    WRONG = "wrong"
    NOTHING = "nothing"


def ensure_password(folder: DataFolder) -> str:
    """Return the password of the boards, made at the first call and kept: 99 random bits."""
    path = folder.secrets / SECRET
    if path.exists() and path.read_text(encoding="utf-8").strip():
        return folder.secret(SECRET)
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    password = "-".join(groups)
    folder.keep_secret(SECRET, password)
    return password


def shown(authorization: str, password: str) -> Shown:
    """Say whether the header ``Authorization`` shows user and password; in constant time."""
    scheme, _space, told = authorization.partition(" ")
    if scheme.lower() != "basic" or len(told) > LONGEST_HEADER:
        return Shown.NOTHING
    try:
        given = base64.b64decode(told.strip(), validate=True)
    except (binascii.Error, ValueError):
        return Shown.WRONG
    right = hmac.compare_digest(given, f"{USER}:{password}".encode())
    return Shown.RIGHT if right else Shown.WRONG
