"""Passwords and their hashes."""

import base64
import hashlib
import re
import stat
from pathlib import Path

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.broker.credentials import (
    ensure_gateway,
    gateway_login,
    hash_password,
    new_credentials,
)
from kit.errors import FabnumError
from kit.settings import DataFolder


def test_passwords_are_long_random_and_plain_to_type() -> None:
    passwords = {new_credentials().password for _ in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        assert re.fullmatch(r"[A-Za-z0-9_-]{32}", password)  # 32 × 6 = 192 bits


@settings(max_examples=20)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_both_hashes_are_of_the_password(password: str) -> None:
    made = hash_password(password)
    assert bcrypt.checkpw(password.encode(), made.bcrypt_hash.encode())
    _empty, kind, iterations, salt, digest = made.pbkdf2_hash.split("$")
    assert kind == "7"
    assert base64.b64decode(digest) == hashlib.pbkdf2_hmac(
        "sha512", password.encode(), base64.b64decode(salt), int(iterations)
    )
    assert len(base64.b64decode(salt)) == 12


def test_the_gateways_login_is_made_once(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with pytest.raises(FabnumError, match="gateway-password"):
        gateway_login(folder)
    first = ensure_gateway(folder)
    login = gateway_login(folder)
    assert login.password == first.password
    assert ensure_gateway(folder) == first
    assert gateway_login(folder) == login
    for path in folder.secrets.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_password_put_there_by_hand_gets_its_own_hashes(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    ensure_gateway(folder)
    folder.keep_secret("gateway-password", "another password")
    made = ensure_gateway(folder)
    assert made.password == "another password"
    assert bcrypt.checkpw(b"another password", made.bcrypt_hash.encode())
    assert ensure_gateway(folder) == made
