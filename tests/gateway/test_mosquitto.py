"""The files that an outside Mosquitto reads, and what the real one does with them."""

import asyncio
import contextlib
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.broker import mosquitto
from gateway.broker.credentials import hash_password
from gateway.broker.outside import OutsideBroker
from gateway.broker.rights import users
from gateway.registry import Registry
from kit.errors import FabnumError
from kit.names import is_slug
from kit.settings import Broker, DataFolder
from tests.gateway.broker_site import (
    MOSQUITTO,
    MosquittoSite,
    an_object,
    settings_for,
    wait_until,
)

GATEWAY = hash_password("gateway's")
FOLDER = Path("/etc/fabnum")
FILES = mosquitto.Files(
    FOLDER / "server.pem", FOLDER / "server.key", FOLDER / "passwords", FOLDER / "rights"
)
any_text = st.text(st.characters(codec="utf-8"), max_size=40)
servers = pytest.mark.servers
real = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[MosquittoSite]:
    running = MosquittoSite(tmp_path)
    try:
        yield running
    finally:
        running.close()


def test_a_device_has_exactly_its_rights() -> None:
    block = mosquitto.rights(users([an_object("lamp-1")], GATEWAY)).split("\n\n")[1]
    assert block.splitlines() == [
        "user gonesse_lamp-1",
        "topic write fabnum/1/gonesse/lamp-1/telemetry",
        "topic write fabnum/1/gonesse/lamp-1/about",
        "topic write fabnum/1/gonesse/lamp-1/status",
        "topic write fabnum/1/gonesse/lamp-1/event",
        "topic write fabnum/1/gonesse/lamp-1/ack",
        "topic read fabnum/1/gonesse/lamp-1/command",
        "topic read fabnum/1/time",
    ]


@given(any_text, any_text)
def test_a_name_that_is_no_slug_never_reaches_a_file(town: str, name: str) -> None:
    if is_slug(town) and is_slug(name):
        return
    with pytest.raises(FabnumError):
        list(users([an_object(name, town)], GATEWAY))


@given(any_text)
def test_a_path_stays_on_its_line_or_is_refused(name: str) -> None:
    files = FILES._replace(passwords=Path("/data") / name / "passwords")
    with contextlib.suppress(FabnumError):
        lines = mosquitto.configuration(Broker(), files).splitlines()
        assert len(lines) == len(mosquitto.configuration(Broker(), FILES).splitlines())
        assert f"password_file {files.passwords}" in lines


@servers
@real
def test_what_waits_for_the_gateway_survives_a_restart_and_a_reload(site: MosquittoSite) -> None:
    key, password = site.enrol("air-1")
    gateway = site.gateway(clean=False)
    assert gateway.subscribe("fabnum/1/+/+/telemetry")
    gateway.disconnect()
    device = site.device(key, password)
    for number in range(3000):  # three times what Mosquitto keeps by default
        device.send(key.topic("telemetry"), str(number))
    device.publish(key.topic("telemetry"), b"last")
    device.publish(key.topic("status"), b"ready", retain=True)
    site.stop_mosquitto()
    site.start_mosquitto()
    site.enrol("air-2")  # the reload finds the gateway's session without its owner
    back = site.gateway(clean=False)
    back.wait_for(lambda: len(back.heard) > 3000)
    assert back.payloads() == [*(str(n).encode() for n in range(3000)), b"last"]
    assert back.subscribe("fabnum/1/+/+/status")
    back.wait_to_hear(b"ready")


@servers
@real
@pytest.mark.slow
def test_what_was_saved_survives_a_killed_mosquitto(site: MosquittoSite) -> None:
    key, password = site.enrol("air-1")
    gateway = site.gateway(clean=False)
    assert gateway.subscribe("fabnum/1/+/+/telemetry")
    gateway.disconnect()
    site.device(key, password).publish(key.topic("telemetry"), b"1")
    stored = site.folder.root.parent / "mosquitto-state" / "mosquitto.db"
    wait_until(
        lambda: stored.exists() and b"fabnum/1/gonesse/air-1/telemetry" in stored.read_bytes()
    )
    site.kill_mosquitto()
    site.start_mosquitto()
    site.gateway(clean=False).wait_to_hear(b"1")


@servers
@real
def test_mosquitto_has_nothing_to_complain_about(site: MosquittoSite) -> None:
    key, password = site.enrol("air-1")
    site.device(key, password)
    site.enrol("air-2")
    site.settle()
    assert "Error" not in site.log
    assert "Warning" not in site.log


@servers
@real
def test_mosquitto_shows_a_renewed_certificate_after_the_reload(site: MosquittoSite) -> None:
    key, password = site.enrol("air-1")
    device = site.device(key, password)
    before = (site.folder.broker / "mosquitto" / "server.pem").read_bytes()
    (site.folder.authority / "server.pem").unlink()
    site.keeper._certificate_checked = 0.0  # an hour has passed
    wait_until(lambda: (site.folder.broker / "mosquitto" / "server.pem").read_bytes() != before)
    site.device(*site.enrol("air-2"))
    assert device.drops == 0


def keeper(tmp_path: Path, command: list[str]) -> OutsideBroker:
    folder = DataFolder(tmp_path)
    settings = settings_for(8883, kind="mosquitto", reload_command=command)
    return OutsideBroker(settings, folder, Registry(folder.registry))


def test_secrets_are_closed_to_others(tmp_path: Path) -> None:
    asyncio.run(keeper(tmp_path, []).start())
    folder = tmp_path / "broker" / "mosquitto"
    assert stat.S_IMODE(folder.stat().st_mode) & 0o007 == 0
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o640, path


def test_the_reload_command_runs_only_when_something_is_new(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = ["sh", "-c", f"echo reload >> {told}"]
    for _start in range(2):
        asyncio.run(keeper(tmp_path, command).start())
    assert told.read_text() == "reload\n"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/nowhere/reload"], "No such file"),
        (["sh", "-c", "echo Access denied >&2; exit 4"], "Access denied"),
        (["false"], "1"),
    ],
)
def test_a_reload_command_that_fails_is_told(
    tmp_path: Path, command: list[str], reason: str
) -> None:
    with pytest.raises(FabnumError) as caught:
        asyncio.run(keeper(tmp_path, command).start())
    assert reason in caught.value.cause
    assert "reload_command" in caught.value.action


@servers
@pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed")
def test_the_password_lines_are_what_mosquitto_passwd_writes(tmp_path: Path) -> None:
    written = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-c", "-b", str(written), "a", "secret"], check=True)
    theirs = written.read_text().strip().split(":", 1)[1].split("$")
    ours = hash_password("secret").pbkdf2_hash.split("$")
    assert [*ours[:3]] == [*theirs[:3]]
    assert [len(part) for part in ours] == [len(part) for part in theirs]
