"""nats-server as a child of the gateway: what it keeps, and how it comes and goes."""

import asyncio
import logging
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gateway import enrol
from gateway.broker import nats, ports
from gateway.broker.authority import Authority
from gateway.broker.credentials import Login, gateway_login
from gateway.broker.probe import try_login
from gateway.broker.state import State
from gateway.broker.supervisor import Supervisor, nats_server
from gateway.broker.throttle import Throttle
from gateway.registry import Device, Registry
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.settings import DataFolder
from tests.gateway.broker_site import NatsSite, settings_for, wait_until
from tests.ports import free_port

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
TELEMETRY = "fabnum/1/+/+/telemetry"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[NatsSite]:
    running = NatsSite(tmp_path)
    try:
        yield running
    finally:
        running.close()


def kill(site: NatsSite) -> None:
    """Kill nats-server as a power cut would, and wait for the next one."""
    pid = site.supervisor.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: site.restarted_after(pid))


def serial(site: NatsSite) -> str:
    """The serial number of the certificate that the broker shows."""
    context = ssl.create_default_context(cafile=str(site.certificate))
    with (
        socket.create_connection(("127.0.0.1", site.port)) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as secure,
    ):
        certificate = secure.getpeercert()
    assert certificate is not None
    return str(certificate["serialNumber"])


def test_messages_for_an_absent_gateway_survive_a_killed_broker(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    gateway = site.gateway(clean=False)
    assert gateway.subscribe(TELEMETRY)
    gateway.disconnect()
    device = site.device(key, password)
    for number in range(200):
        device.publish(key.topic("telemetry"), str(number))
    kill(site)
    back = site.gateway(clean=False)
    back.wait_for(lambda: len(set(back.payloads())) >= 200)
    # At least once: what was acknowledged late may come again.
    assert list(dict.fromkeys(back.payloads())) == [str(number).encode() for number in range(200)]


def test_what_a_killed_broker_had_acknowledged_under_load_comes(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    gateway = site.gateway(clean=False)
    assert gateway.subscribe(TELEMETRY)
    gateway.disconnect()
    device = site.device(key, password)
    numbers = [device.send(key.topic("telemetry"), str(n)) for n in range(2000)]
    device.wait_for(lambda: device.acknowledged(numbers[200]))
    kill(site)
    acknowledged = {str(n).encode() for n, mid in enumerate(numbers) if device.acknowledged(mid)}
    back = site.gateway(clean=False)
    back.wait_for(lambda: acknowledged <= set(back.payloads()))


def test_the_retained_status_survives_a_killed_broker(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    site.device(key, password).publish(key.topic("status"), b"ready", retain=True)
    kill(site)
    gateway = site.gateway()
    assert gateway.subscribe("fabnum/1/+/+/status")
    gateway.wait_to_hear(b"ready")


def test_a_revoked_devices_retained_status_is_forgotten(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    site.device(key, password).publish(key.topic("status"), b"ready", retain=True)
    enrol.revoke(site.registry, key)
    other, other_password = site.enrol("air-2")
    site.device(other, other_password).publish(other.topic("status"), b"ready 2", retain=True)
    gateway = site.gateway()
    assert gateway.subscribe("fabnum/1/+/+/status")
    gateway.wait_to_hear(b"ready 2")
    assert b"ready" not in gateway.payloads()


@pytest.mark.slow
def test_what_the_gateway_did_not_acknowledge_comes_again(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    gateway = site.gateway(clean=False, acknowledge=False)
    assert gateway.subscribe(TELEMETRY)
    site.device(key, password).publish(key.topic("telemetry"), b"1")
    gateway.wait_to_hear(b"1")
    gateway.vanish()
    site.gateway(clean=False).wait_to_hear(b"1")


def test_a_killed_broker_is_started_again_and_again(site: NatsSite) -> None:
    site.settle()
    for _ in range(3):
        kill(site)
    key, password = site.enrol("air-1")
    site.device(key, password)


def test_a_reload_disconnects_nobody(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    device, gateway = site.device(key, password), site.gateway()
    for number in range(3):
        site.device(*site.enrol(f"new-{number}"))
    assert (device.drops, gateway.drops) == (0, 0)


def test_a_renewed_certificate_is_shown_without_disconnecting(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    device = site.device(key, password)
    before = serial(site)
    (site.folder.authority / "server.pem").unlink()
    site.supervisor._certificate_checked = 0.0  # an hour has passed
    wait_until(lambda: serial(site) != before)
    assert device.drops == 0


def test_a_configuration_that_nats_refuses_is_never_applied(
    site: NatsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, password = site.enrol("air-1")
    device = site.device(key, password)
    good = (site.folder.broker / "nats-server.conf").read_bytes()
    with monkeypatch.context() as fault:
        fault.setattr(nats, "render", lambda *_: "jetstream { nonsense")
        site.enrol("air-2")
        wait_until(lambda: bool(site.supervisor.problem))
    assert (site.folder.broker / "nats-server.conf").read_bytes() == good
    device.publish(key.topic("telemetry"), b"still here")
    site.device(*site.enrol("air-3"))
    assert site.supervisor.problem == ""
    assert device.drops == 0


def test_a_taken_port_is_told_with_who_has_it(tmp_path: Path) -> None:
    site = NatsSite(tmp_path)
    try:
        with (
            socket.create_server(("127.0.0.1", site.port)),
            pytest.raises(FabnumError) as caught,
        ):
            site.start()
        assert str(site.port) in caught.value.cause
        assert str(os.getpid()) in caught.value.cause
        assert site.supervisor.state is State.STOPPED
        site.settle()
    finally:
        site.close()


def test_a_second_gateway_on_the_same_folder_is_refused(site: NatsSite) -> None:
    site.settle()
    second = Supervisor(settings_for(free_port()), site.folder, site.registry)
    with pytest.raises(FabnumError, match=str(os.getpid())):
        asyncio.run(second.start())
    assert site.supervisor.state is State.READY
    site.gateway()


def test_stopping_ends_nats_server(site: NatsSite) -> None:
    site.settle()
    pid = site.supervisor.pid
    assert pid is not None
    site.stop()
    assert not psutil.pid_exists(pid)
    assert site.supervisor.state is State.STOPPED
    assert not (site.folder.broker / "nats-server.pid").exists()


GATEWAY_PROCESS = """
    import asyncio, sys
    from pathlib import Path
    from gateway.broker.supervisor import Supervisor
    from gateway.registry import Registry
    from kit.settings import DataFolder
    from tests.gateway.broker_site import settings_for

    async def main():
        folder = DataFolder(Path(sys.argv[1]))
        settings = settings_for(int(sys.argv[2]))
        supervisor = Supervisor(settings, folder, Registry(folder.registry))
        await supervisor.start()
        print(supervisor.pid, flush=True)
        await supervisor.run()

    {run}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
@pytest.mark.parametrize(
    "run", ["asyncio.run(main())", "import uvloop; uvloop.run(main())"], ids=["asyncio", "uvloop"]
)
def test_nats_server_does_not_outlive_a_killed_gateway(tmp_path: Path, run: str) -> None:
    program = textwrap.dedent(GATEWAY_PROCESS).format(run=run)
    gateway = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), str(free_port())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert gateway.stdout is not None
        pid = int(gateway.stdout.readline())
        assert psutil.pid_exists(pid)
    finally:
        gateway.kill()
        gateway.wait()
    try:
        wait_until(lambda: not psutil.pid_exists(pid) or _is_zombie(pid))
    except AssertionError:
        os.kill(pid, signal.SIGKILL)
        raise


ORPHAN = """
    import os, sys
    from pathlib import Path
    from subprocess import DEVNULL, Popen
    folder = Path(sys.argv[2]).parent
    child = Popen([sys.argv[1], "-c", sys.argv[2]], stdout=DEVNULL, stderr=DEVNULL)
    (folder / "nats-server.pid").write_text(f"{os.getpid()} {child.pid}")
    print(child.pid, flush=True)
"""


def test_a_nats_server_left_behind_is_ended_and_replaced(site: NatsSite) -> None:
    site.settle()
    site.stop()
    configuration = (site.folder.broker / "nats-server.conf").resolve()
    orphan = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ORPHAN), nats_server(), str(configuration)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = int(orphan.stdout)
    wait_until(lambda: not ports.is_free("127.0.0.1", site.port))
    site.settle()
    assert site.supervisor.pid != pid
    assert not psutil.pid_exists(pid) or _is_zombie(pid)
    site.gateway()


def test_a_process_that_happens_to_have_the_number_is_left_alone(site: NatsSite) -> None:
    (site.folder.broker / "nats-server.pid").write_text(f"1 {os.getpid()}")
    site.gateway()


def test_files_are_for_this_user_alone(site: NatsSite) -> None:
    site.settle()
    for path in [*site.folder.broker.glob("*"), *site.folder.secrets.glob("*")]:
        allowed = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == allowed, path
    assert stat.S_IMODE(site.folder.broker.stat().st_mode) == 0o700


def test_no_secret_is_logged(site: NatsSite, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key, password = site.enrol("air-1")
    device = site.device(key, password)
    device.send("fabnum/1/time", b"forged")
    device.publish(key.topic("telemetry"), b"1")
    site.client(key.user, "not-the-password").try_to_connect()
    site.enrol("air-2")
    site.settle()
    login = gateway_login(site.folder)
    site.gateway()
    text = caplog.text
    assert "Publish Violation" in text
    stored = site.registry.find(DeviceKey(*key))
    assert stored is not None
    for secret in (password, login.password, stored.bcrypt_hash, "not-the-password"):
        assert secret not in text


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_flood_of_log_lines_is_cut_short_and_counted() -> None:
    now = 0.0
    throttle = Throttle(records=2, seconds=10, clock=lambda: now)

    def passes() -> str:
        record = logging.LogRecord("broker", logging.WARNING, "", 0, "line %s", ("x",), None)
        return record.getMessage() if throttle.filter(record) else ""

    assert [passes() for _ in range(5)] == ["line x", "line x", "", "", ""]
    now = 10.0
    assert passes() == "line x (3 lines before it left out)"
    assert passes() == "line x"
    assert passes() == ""


def test_a_full_store_loses_nothing_and_lets_the_gateway_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nats, "STORE_LIMIT", 200_000)
    monkeypatch.setattr(nats, "STORE_RESERVE", 200_000)
    site = NatsSite(tmp_path)
    try:
        key, password = site.enrol("air-1")
        gateway = site.gateway(clean=False)
        assert gateway.subscribe(TELEMETRY)
        gateway.disconnect()
        device = site.device(key, password)
        pid = site.supervisor.pid
        numbers = [device.send(key.topic("telemetry"), f"{n:08000}") for n in range(60)]
        device.wait_for(lambda: not device.is_connected)
        kept = {f"{n:08000}".encode() for n, m in enumerate(numbers) if device.acknowledged(m)}
        assert 0 < len(kept) < 60
        wait_until(lambda: site.restarted_after(pid))
        back = site.gateway(clean=False)
        back.wait_for(lambda: kept <= set(back.payloads()))
        site.device(key, password).publish(key.topic("telemetry"), b"again")
        back.wait_to_hear(b"again")
    finally:
        site.close()


async def test_no_device_gets_in_before_the_gateway_has_its_session(tmp_path: Path) -> None:
    """What a device said until then would be acknowledged, and kept by nobody."""
    settings, folder = settings_for(free_port()), DataFolder(tmp_path / "data")
    registry = Registry(folder.registry)
    device = Device(
        town="gonesse", device="air-1", build="air", place="p", place_name="P", name="Air"
    )
    password = enrol.enrol(settings, registry, device).password
    login = Login(device.key.user, password, device.key.user)
    supervisor = Supervisor(settings, folder, registry)
    await supervisor.start()
    watching = asyncio.create_task(supervisor.run())
    try:

        async def may_enter() -> bool:
            try:
                await asyncio.to_thread(
                    try_login,
                    settings.broker.host,
                    settings.broker.port,
                    Authority(folder).authority_certificate,
                    login,
                )
            except FabnumError:
                return False
            return True

        assert not await may_enter()
        supervisor.admit_devices()
        async with asyncio.timeout(30):
            while not await may_enter():  # noqa: ASYNC110 - a broker has no event
                await asyncio.sleep(0.1)
    finally:
        watching.cancel()
        await supervisor.stop()
