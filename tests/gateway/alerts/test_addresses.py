"""To whom alerts go: read line by line, closed to others, shown to nobody."""

import logging
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import masking
from gateway.alerts import addresses
from kit.errors import FabnumError
from kit.settings import DataFolder

MAIL = "mailto://passerelle:mot-de-passe@mail.example.org?to=atelier@example.org"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def test_each_line_is_an_address_and_keeps_its_number(folder: DataFolder) -> None:
    folder.keep_secret("alerts", f"# who\n\n  {MAIL}  \n#json://x\njson://127.0.0.1\n")
    found = addresses.read(folder)
    assert [(address.line, address.url) for address in found] == [
        (3, MAIL),
        (5, "json://127.0.0.1"),
    ]


def test_no_file_means_nobody(folder: DataFolder) -> None:
    assert addresses.read(folder) == []


def test_a_file_that_others_can_read_is_closed(folder: DataFolder) -> None:
    folder.keep_secret("alerts", MAIL)
    path = folder.secrets / "alerts"
    path.chmod(0o644)
    addresses.read(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_no_text_is_named(folder: DataFolder) -> None:
    folder.keep_secret("alerts", "")
    (folder.secrets / "alerts").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FabnumError, match="alerts"):
        addresses.read(folder)


def test_a_digest_tells_addresses_apart_and_tells_nothing() -> None:
    first, second = addresses.Address(1, MAIL), addresses.Address(2, "json://127.0.0.1")
    assert first.digest != second.digest
    assert len(first.digest) == 8


@pytest.mark.parametrize(
    ("url", "hidden", "shown"),
    [
        (MAIL, ["mot-de-passe", "passerelle", "atelier@example.org"], ["mail.example.org"]),
        ("ntfys://ntfy.example.org/fabrique-7f3c91aa", ["fabrique-7f3c91aa"], ["ntfy.example.org"]),
        ("ntfy://fabrique-7f3c91aa", ["fabrique-7f3c91aa"], []),
        ("tgram://123456789:AbCdEfGh/987654321/", ["123456789", "AbCdEfGh", "987654321"], []),
        ("matrixs://u:p%40ss-word@matrix.example.org/!room", ["p@ss-word"], ["matrix.example.org"]),
        ("json://127.0.0.1:8080/alerts?token=s3cr", ["s3cr"], ["127.0.0.1", "alerts"]),
        ("not an address: hunter22", ["hunter22"], []),
    ],
)
def test_a_library_that_complains_of_an_address_tells_no_secret(
    url: str, hidden: list[str], shown: list[str]
) -> None:
    secrets = masking.Secrets()
    for secret in addresses.secrets_of(url):
        secrets.add(secret)
    complaint = secrets.masked(f"failed: {' '.join(hidden + shown)} - {url}")
    assert not [word for word in hidden if word in complaint]
    assert all(word in complaint.partition(" - ")[0] for word in shown)


@given(st.text())
def test_no_line_can_break_it(text: str) -> None:
    assert text in addresses.secrets_of(text) or not text


def test_what_was_read_is_in_no_log(
    folder: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway import logs

    monkeypatch.setattr(logs, "secrets", masking.Secrets())
    folder.keep_secret("alerts", f"{MAIL}\n{MAIL}x\n")
    logs.configure(style="text")
    addresses.read(folder)
    logging.getLogger("gateway.test").warning("sent to %s and %s", MAIL, "mot-de-passe")
    said = capsys.readouterr().err
    assert "sent to" in said
    assert "mot-de-passe" not in said
