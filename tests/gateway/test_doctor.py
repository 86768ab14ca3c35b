"""What `fabnum doctor` finds, with the faults made for real."""

import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateway import doctor
from gateway.broker.authority import Authority
from gateway.broker.credentials import ensure_gateway
from gateway.doctor import Finding, Verdict, examine
from kit import i18n, settings
from kit.settings import DataFolder
from tests.gateway.broker_site import NatsSite
from tests.ports import free_port


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


def write_settings(folder: DataFolder, more: str = "", port: int | None = None) -> None:
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.settings.write_text(
        f"""
        [site]
        name = "Test"
        [[towns]]
        id = "gonesse"
        name = "Gonesse"
        [broker]
        listen = "127.0.0.1"
        port = {port or free_port()}
        [web]
        host = "127.0.0.1"
        port = {free_port()}
        {more}
        """
    )


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A site as `fabnum init` leaves it."""
    made = DataFolder(tmp_path)
    write_settings(made)
    Authority(made).ensure(settings.load(made).broker)
    ensure_gateway(made)
    return made


def found(folder: DataFolder, name: str) -> Finding:
    return next(finding for finding in examine(folder) if finding.name == name)


def test_a_fresh_site_fails_nowhere(folder: DataFolder) -> None:
    findings = list(examine(folder))
    assert [finding for finding in findings if finding.verdict is Verdict.FAIL] == []
    assert all(finding.sentence for finding in findings)
    assert all(finding.action for finding in findings if finding.verdict is not Verdict.OK)
    assert len({finding.name for finding in findings}) == len(findings)


def test_without_a_site_it_says_what_to_do_first(tmp_path: Path) -> None:
    last = list(examine(DataFolder(tmp_path)))[-1]
    assert last.verdict is Verdict.FAIL
    assert "fabnum init" in last.action


def test_a_running_gateway_is_recognised(tmp_path: Path) -> None:
    site = NatsSite(tmp_path)
    try:
        site.settle()
        gateway = site.gateway(clean=False)
        write_settings(site.folder, port=site.port)
        assert found(site.folder, "Broker's port").verdict is Verdict.OK
        assert found(site.folder, "Broker").sentence == (
            "The broker takes the gateway's password, over TLS."
        )
        assert gateway.drops == 0
    finally:
        site.close()


def test_a_password_that_the_broker_does_not_know_is_found(tmp_path: Path) -> None:
    site = NatsSite(tmp_path)
    try:
        site.settle()
        write_settings(site.folder, port=site.port)
        site.folder.keep_secret("gateway-password", "another")
        finding = found(site.folder, "Broker")
        assert finding.verdict is Verdict.FAIL
        assert "password" in finding.sentence
    finally:
        site.close()


def test_a_broker_of_another_authority_is_found(tmp_path: Path, folder: DataFolder) -> None:
    site = NatsSite(tmp_path / "other")
    try:
        site.settle()
        write_settings(folder, port=site.port)
        finding = found(folder, "Broker")
        assert finding.verdict is Verdict.FAIL
        assert "certificate" in finding.sentence
    finally:
        site.close()


@pytest.mark.parametrize("greeting", [b"", b"220 mail ready\r\n", b"HTTP/1.1 400 Bad\r\n\r\n"])
def test_another_program_on_the_brokers_port_is_named(folder: DataFolder, greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as intruder:

        def answer() -> None:
            connection, _address = intruder.accept()
            with connection:
                connection.sendall(greeting)

        threading.Thread(target=answer, daemon=True).start()
        write_settings(folder, port=intruder.getsockname()[1])
        findings = {finding.name: finding for finding in examine(folder)}
    assert findings["Broker's port"].verdict is Verdict.FAIL
    assert str(os.getpid()) in findings["Broker's port"].sentence
    assert findings["Broker"].verdict is Verdict.FAIL
    assert findings["Broker"].action


def test_open_secrets_are_found(folder: DataFolder) -> None:
    (folder.secrets / "gateway-password").chmod(0o644)
    finding = found(folder, "Secrets")
    assert finding.verdict is Verdict.FAIL
    assert "gateway-password" in finding.sentence


def test_a_missing_secret_is_found(folder: DataFolder) -> None:
    (folder.secrets / "gateway-password").unlink()
    assert "fabnum init" in found(folder, "Secrets").action


@pytest.mark.parametrize(("days", "verdict"), [(29, "warn"), (1, "warn"), (-1, "fail")])
def test_a_certificate_that_ends_is_found(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, days: int, verdict: str
) -> None:
    import datetime as dt

    from gateway.broker import authority

    with monkeypatch.context() as earlier:
        earlier.setattr(authority, "SERVER_LIFETIME", dt.timedelta(days=days, hours=1))
        (folder.authority / "server.pem").unlink()
        Authority(folder).ensure(settings.load(folder).broker)
    assert found(folder, "Certificate").verdict is Verdict(verdict)


def test_a_clock_behind_the_files_is_found(folder: DataFolder) -> None:
    tomorrow = folder.settings.stat().st_mtime + 3 * 86400
    os.utime(folder.settings, (tomorrow, tomorrow))
    finding = found(folder, "Clock")
    assert finding.verdict is Verdict.FAIL
    assert "clock is wrong" in finding.sentence


def test_a_damaged_journal_is_found(folder: DataFolder) -> None:
    database = sqlite3.connect(folder.journal)
    database.execute("CREATE TABLE frames (id INTEGER PRIMARY KEY, text TEXT)")
    database.executemany("INSERT INTO frames (text) VALUES (?)", [("x" * 500,)] * 2000)
    database.commit()
    database.close()
    assert found(folder, "Journal").verdict is Verdict.OK
    with folder.journal.open("r+b") as file:
        file.seek(40_000)
        file.write(os.urandom(60_000))
    finding = found(folder, "Journal")
    assert finding.verdict is Verdict.FAIL
    assert "damaged" in finding.sentence


def test_what_is_no_journal_at_all_is_found(folder: DataFolder) -> None:
    folder.journal.write_bytes(b"nothing that SQLite knows" * 100)
    assert found(folder, "Journal").verdict is Verdict.FAIL


def test_a_journal_too_large_to_read_whole_is_not_called_damaged(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = sqlite3.connect(folder.journal)
    database.execute("CREATE TABLE frames (id INTEGER PRIMARY KEY, text TEXT)")
    database.executemany("INSERT INTO frames (text) VALUES (?)", [("x",)] * 50_000)
    database.commit()
    database.close()
    monkeypatch.setattr(doctor, "JOURNAL_SECONDS", 0.0)
    finding = found(folder, "Journal")
    assert finding.verdict is Verdict.OK
    assert "as far as read" in finding.sentence


class _Influx(BaseHTTPRequestHandler):
    status = 204

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("X-Influxdb-Version", "1.6.7")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def influx_port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Influx)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_influxdb_is_asked_for_its_version(folder: DataFolder, influx_port: int) -> None:
    write_settings(folder, f'[influx]\nurl = "http://127.0.0.1:{influx_port}/"')
    finding = found(folder, "InfluxDB")
    assert finding.verdict is Verdict.OK
    assert "1.6.7" in finding.sentence


def test_an_absent_influxdb_is_found(folder: DataFolder) -> None:
    write_settings(folder, f'[influx]\nurl = "http://127.0.0.1:{free_port()}"')
    finding = found(folder, "InfluxDB")
    assert finding.verdict is Verdict.FAIL
    assert "journal" in finding.sentence


def test_little_space_is_found(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 1 << 60)
    assert found(folder, "Disk").verdict is Verdict.WARN
    monkeypatch.setattr(doctor, "TOO_LITTLE_SPACE", 1 << 60)
    assert found(folder, "Disk").verdict is Verdict.FAIL


def test_a_check_that_breaks_does_not_hide_the_others(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> doctor.Found:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "_check_disk", broken)
    findings = {finding.name: finding for finding in examine(folder)}
    assert findings["Disk"].verdict is Verdict.FAIL
    assert findings["InfluxDB"].verdict is Verdict.OK
