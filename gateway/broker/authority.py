"""The kit's own certificate authority, and the broker's certificate that boards check against it.

A board trusts one certificate, the authority's, for as long as it lives; the broker's own is
renewed under it without touching a board. Fields follow RFC 5280 closely (sections 4.2.1.1 to
4.2.1.12), because three strict readers must agree: mbedTLS on the boards, Go in nats-server and
OpenSSL in Mosquitto and the gateway.
"""

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.broker.files import closed_folder, write_whole
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import Broker, DataFolder

AUTHORITY_LIFETIME = dt.timedelta(days=20 * 365)
SERVER_LIFETIME = dt.timedelta(days=820)
RENEW_BEFORE = dt.timedelta(days=60)
VALID_FROM = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""An ESP32 without NTP starts in the year 2000 and compares the dates of certificates: it must be
able to reach the broker, which then tells it the time."""
FIRST_CREDIBLE_YEAR = 2024
"""Before it, this machine does not know the time (a Raspberry Pi has no clock of its own)."""

READABLE = 0o644
"""Certificates are public; keys are not."""


class Authority:
    """The certificates of one site, in the folder ``ca/``."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder.authority
        self.authority_key = self._folder / "ca.key"
        self.authority_certificate = self._folder / "ca.pem"
        self.authority_der = self._folder / "ca.der"
        """The authority's certificate as boards read it: MicroPython refuses PEM."""
        self.server_key = self._folder / "server.key"
        self.server_certificate = self._folder / "server.pem"

    def ensure(self, broker: Broker) -> bool:
        """Make what is missing, renew what ends soon or names other hosts, keep the rest.

        Returns whether the broker's certificate is new, so that a running broker must read it.
        Raises FabnumError if a name is none, the clock is off or a file cannot be read.
        """
        names = server_names(broker)
        _require_clock()
        closed_folder(self._folder)
        if not self.authority_key.exists() and not self.authority_certificate.exists():
            self._make_authority()
        issuer = self._read_certificate(self.authority_certificate)
        write_whole(self.authority_der, issuer.public_bytes(serialization.Encoding.DER), READABLE)
        if self._server_is_good(issuer, names):
            return False
        self._make_server(issuer, names)
        return True

    def expiry(self) -> dt.datetime:
        """Return when the broker's certificate ends (UTC). Raises FabnumError if there is none."""
        return self._read_certificate(self.server_certificate).not_valid_after_utc

    def der(self) -> bytes:
        """Return the authority's certificate for a board. Raises FabnumError if there is none."""
        return self._read_certificate(self.authority_certificate).public_bytes(
            serialization.Encoding.DER
        )

    def _make_authority(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        # The serial in the name tells the authorities of two sites apart in every tool's list.
        serial = x509.random_serial_number()
        name = _name(f"FabNum CA {serial & 0xFFFFFFFF:08x}")
        certificate = (
            _builder(name, name, key.public_key(), AUTHORITY_LIFETIME)
            .serial_number(serial)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        _write_key(self.authority_key, key)
        _write_certificate(self.authority_certificate, certificate)

    def _make_server(self, issuer: x509.Certificate, names: list[x509.GeneralName]) -> None:
        issuer_key = self._read_key(self.authority_key)
        issuer_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_name("FabNum broker"), issuer.subject, key.public_key(), SERVER_LIFETIME)
            .serial_number(x509.random_serial_number())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id),
                critical=False,
            )
            .sign(issuer_key, hashes.SHA256())
        )
        # The old pair stays usable until both files are new: a key without its certificate is
        # noticed by the next `ensure`, which makes the pair again.
        _write_key(self.server_key, key)
        _write_certificate(self.server_certificate, certificate)

    def _server_is_good(self, issuer: x509.Certificate, names: list[x509.GeneralName]) -> bool:
        if not (self.server_key.exists() and self.server_certificate.exists()):
            return False
        certificate = self._read_certificate(self.server_certificate)
        try:
            certificate.verify_directly_issued_by(issuer)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, another must be made
            return False
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        now = dt.datetime.now(dt.UTC)
        return (
            certificate.public_key() == self._read_key(self.server_key).public_key()
            and set(held) == set(names)
            and certificate.not_valid_before_utc == VALID_FROM
            and certificate.not_valid_after_utc - now > RENEW_BEFORE
        )

    def _read_certificate(self, path: Path) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate(path.read_bytes())
        except FileNotFoundError:
            raise FabnumError(
                _("The certificate {file} is missing.", file=path),
                _("Run “fabnum init” again: it makes what is missing and keeps the rest."),
            ) from None
        except ValueError:
            raise _damaged(path) from None

    def _read_key(self, path: Path) -> ec.EllipticCurvePrivateKey:
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError:
            raise FabnumError(
                _("The key {file} is missing.", file=path),
                _("Put it back from a backup: the boards trust only certificates signed by it."),
            ) from None
        except ValueError:
            raise _damaged(path) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise _damaged(path)
        return key


def server_names(broker: Broker) -> list[x509.GeneralName]:
    """Return the names the broker's certificate must hold: those of the settings, and its host's.

    Raises FabnumError for a name that is neither a host name (RFC 1123) nor an IP address.
    """
    return [_general_name(name) for name in dict.fromkeys([*broker.names, broker.host])]


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    labels = name.split(".")
    if len(name) > 253 or not all(_is_label(label) for label in labels) or labels[-1].isdigit():
        raise FabnumError(
            _("“{name}” is neither a host name nor an IP address.", name=name),
            _("Correct “names” and “host” under [broker] in fabnum.toml."),
        )
    return x509.DNSName(name)


def _is_label(label: str) -> bool:
    plain = label.isascii() and label.replace("-", "").replace("_", "").isalnum()
    return plain and len(label) <= 63 and label[0] != "-" and label[-1] != "-"


def _require_clock() -> None:
    year = dt.datetime.now(dt.UTC).year
    if year < FIRST_CREDIBLE_YEAR:
        raise FabnumError(
            _("The clock of this machine says {year}.", year=year),
            _("Set the date and time, then try again."),
        )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    lifetime: dt.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .not_valid_before(VALID_FROM)
        .not_valid_after(dt.datetime.now(dt.UTC).replace(microsecond=0) + lifetime)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """Return what a key may be used for (RFC 5280, section 4.2.1.3; with EC, no encipherment)."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    write_whole(
        path,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    write_whole(path, certificate.public_bytes(serialization.Encoding.PEM), READABLE)


def _damaged(path: Path) -> FabnumError:
    return FabnumError(
        _("The file {file} is damaged.", file=path),
        _("Put it back from a backup."),
    )
