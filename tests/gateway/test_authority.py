"""The kit's certificates: what strict readers say of them, and that they are made once."""

import contextlib
import datetime as dt
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.broker import authority as authority_module
from gateway.broker.authority import Authority
from kit.errors import FabnumError
from kit.settings import Broker, DataFolder

NAMES = ["fabnum.local", "gateway", "192.168.1.10", "127.0.0.1", "fe80::1"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(DataFolder(tmp_path))


def broker(*names: str) -> Broker:
    return Broker(names=list(names or NAMES))


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def contents(authority: Authority) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in authority.server_key.parent.iterdir()}


def test_everything_is_made_once_and_then_kept(authority: Authority) -> None:
    assert authority.ensure(broker())
    first = contents(authority)
    assert sorted(first) == ["ca.der", "ca.key", "ca.pem", "server.key", "server.pem"]
    assert not authority.ensure(broker())
    assert contents(authority) == first


def test_other_names_give_another_certificate_under_the_same_authority(
    authority: Authority,
) -> None:
    authority.ensure(broker())
    first = contents(authority)
    assert authority.ensure(broker("fabnum.local"))
    second = contents(authority)
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"server.key", "server.pem"}
    read(authority.server_certificate).verify_directly_issued_by(
        read(authority.authority_certificate)
    )


@pytest.mark.parametrize("days_left", [59, 0, -10])
def test_a_certificate_that_ends_soon_is_renewed(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, days_left: int
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(authority_module, "SERVER_LIFETIME", dt.timedelta(days=days_left, hours=1))
        authority.ensure(broker())
    before = contents(authority)
    assert authority.ensure(broker())
    after = contents(authority)
    assert before["ca.pem"] == after["ca.pem"]
    assert before["ca.key"] == after["ca.key"]
    assert authority.expiry() - dt.datetime.now(dt.UTC) > dt.timedelta(days=800)


@pytest.mark.parametrize("lost", ["server.key", "server.pem", "ca.der"])
def test_what_is_missing_is_made_again(authority: Authority, lost: str) -> None:
    authority.ensure(broker())
    before = contents(authority)
    (authority.server_key.parent / lost).unlink()
    authority.ensure(broker())
    assert sorted(contents(authority)) == sorted(before)
    assert contents(authority)["ca.pem"] == before["ca.pem"]
    assert not authority.ensure(broker())


def test_a_pair_that_does_not_fit_is_made_again(authority: Authority) -> None:
    authority.ensure(broker())
    old_key = authority.server_key.read_bytes()
    authority.server_key.unlink()
    authority.ensure(broker())
    authority.server_key.write_bytes(old_key)  # power failed between the two files
    assert authority.ensure(broker())


def test_a_lost_authority_key_is_never_replaced_silently(authority: Authority) -> None:
    authority.ensure(broker())
    authority.authority_key.unlink()
    assert not authority.ensure(broker())  # nothing to sign: the broker goes on
    with pytest.raises(FabnumError, match=r"ca\.key"):
        authority.ensure(broker("other.local"))


@pytest.mark.parametrize("name", ["ca.pem", "server.pem", "server.key"])
def test_a_damaged_file_is_named(authority: Authority, name: str) -> None:
    authority.ensure(broker())
    path = authority.server_key.parent / name
    path.write_bytes(b"\x00" * 100)
    with pytest.raises(FabnumError, match=name):
        authority.ensure(broker())


@pytest.mark.parametrize(
    "name", ["", "a b", "é.local", "-a", "a..b", "1.2.3", "x" * 64, "a/b", "*"]
)
def test_what_is_no_host_name_is_refused(authority: Authority, name: str) -> None:
    with pytest.raises(FabnumError, match="names"):
        authority.ensure(broker(name))


def test_keys_are_for_this_user_alone(authority: Authority) -> None:
    authority.ensure(broker())
    for path in (authority.authority_key, authority.server_key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(authority.server_key.parent.stat().st_mode) == 0o700


def test_the_fields_are_those_of_rfc_5280(authority: Authority) -> None:
    authority.ensure(broker())
    issuer, server = read(authority.authority_certificate), read(authority.server_certificate)
    now = dt.datetime.now(dt.UTC)
    # An ESP32 that has just been switched on is in the year 2000, and must be able to connect.
    for certificate in (issuer, server):
        assert certificate.not_valid_before_utc == dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    assert issuer.not_valid_after_utc - now > dt.timedelta(days=19 * 365)
    # From 2050 on, dates are written in another form, which old readers do not expect.
    assert issuer.not_valid_after_utc.year < 2050
    constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    usage = issuer.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    extended = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(extended) == [ExtendedKeyUsageOID.SERVER_AUTH]
    issuer_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    named = server.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert named.key_identifier == issuer_id


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")
@pytest.mark.parametrize(
    ("option", "name", "good"),
    [
        ("-verify_hostname", "fabnum.local", True),
        ("-verify_ip", "192.168.1.10", True),
        ("-verify_ip", "fe80::1", True),
        ("-verify_hostname", "elsewhere.local", False),
        ("-verify_ip", "192.168.1.11", False),
    ],
)
def test_openssl_accepts_the_chain_strictly_and_only_our_names(
    authority: Authority, option: str, name: str, good: bool
) -> None:
    authority.ensure(broker())
    checked = subprocess.run(
        [
            *("openssl", "verify", "-x509_strict", "-purpose", "sslserver"),
            *("-CAfile", authority.authority_certificate, option, name),
            authority.server_certificate,
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode == 0) == good, checked.stderr


MICROPYTHON = shutil.which("micropython", path=Path(sys.executable).parent)

BOARD = """
import socket, ssl, sys
port, der, name = int(sys.argv[1]), sys.argv[2], sys.argv[3]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
with open(der, "rb") as file:
    context.load_verify_locations(cadata=file.read())
raw = socket.socket()
raw.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
try:
    secure = context.wrap_socket(raw, server_hostname=name)
    secure.write(b"hello")
    print("accepted", secure.read(5))
except (OSError, ValueError) as error:
    print("refused", error)
"""


@pytest.fixture
def echo_port(authority: Authority) -> Iterator[int]:
    """A TLS server with the broker's certificate that sends back five bytes."""
    authority.ensure(broker())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server_certificate, authority.server_key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            raw, _address = listener.accept()
            with context.wrap_socket(raw, server_side=True) as secure:
                secure.sendall(secure.recv(5))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.close()
    thread.join(10)


@pytest.mark.skipif(MICROPYTHON is None, reason="MicroPython is not installed")
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("fabnum.local", "accepted b'hello'"),
        ("127.0.0.1", "accepted b'hello'"),
        ("elsewhere.local", "refused"),
    ],
)
def test_micropython_accepts_the_broker_by_name_and_address(
    authority: Authority, echo_port: int, tmp_path: Path, name: str, answer: str
) -> None:
    assert MICROPYTHON is not None
    script = tmp_path / "board.py"
    script.write_text(BOARD)
    said = subprocess.run(
        [MICROPYTHON, str(script), str(echo_port), str(authority.authority_der), name],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.stdout.startswith(answer), said.stdout + said.stderr


def test_without_a_clock_no_certificate_is_made(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authority_module, "FIRST_CREDIBLE_YEAR", 9999)  # as if it were 1970
    with pytest.raises(FabnumError, match=str(dt.datetime.now(dt.UTC).year)):
        authority.ensure(broker())
    assert not authority.authority_key.exists()
