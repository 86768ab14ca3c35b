"""Real brokers for the tests of boards, and boards that talk to them, each a process of its own."""

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from gateway.broker.authority import Authority
from kit.settings import Broker as BrokerSettings
from kit.settings import DataFolder
from tests.device.conftest import SCRIPTS, micropython_command, micropython_environment
from tests.ports import free_port

PATIENCE_S = 60
"""How long to wait for what must come: long, since a slow machine is no failure."""

USER, PASSWORD = "gonesse_board", "a password with spaces"


def wait_until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {PATIENCE_S} s for {what}")
        time.sleep(0.02)


class Broker:
    """A broker with one user, with or without TLS, that can be killed, frozen and started again."""

    name = ""

    def __init__(self, folder: Path, tls: bool = False) -> None:
        self.folder = folder
        self.tls = tls
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        if tls:
            self.authority = make_authority(folder / "site")
        self._configure()

    def _configure(self) -> None:
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        wait_until(self._listens, f"{self.name} to listen")

    def _listens(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            pytest.fail(f"{self.name} ended: {(self.folder / 'broker.log').read_text()[-2000:]}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Kill -9, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """Let it neither answer nor close: connections stand, and are silent."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        # Its threads stop one by one: until the last has, it may still answer.
        process = psutil.Process(self.process.pid)
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, f"{self.name} to stop")

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return the parameters of mqtt.Client for a board of this broker."""
        settings: dict[str, Any] = {
            "client_id": USER,
            "host": "127.0.0.1",
            "port": self.port,
            "user": USER,
            "password": PASSWORD,
            "keepalive": 30,
        }
        if self.tls:
            settings["ca"] = str(self.authority.authority_der)
        return settings | more


class Mosquitto(Broker):
    name = "Mosquitto"

    def _configure(self) -> None:
        passwords = self.folder / "passwords"
        passwords.touch(mode=0o600)
        hashing = ["mosquitto_passwd", "-b", str(passwords), USER, PASSWORD]
        subprocess.run(hashing, check=True, capture_output=True)
        lines = [
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous false",
            f"password_file {passwords}",
            f"user {os.environ.get('USER', 'root')}",
        ]
        if self.tls:
            lines += [
                f"certfile {self.authority.server_certificate}",
                f"keyfile {self.authority.server_key}",
            ]
        (self.folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")

    def _command(self) -> list[str]:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        return [program, "-v", "-c", str(self.folder / "mosquitto.conf")]


class Nats(Broker):
    name = "nats-server"

    def _configure(self) -> None:
        tls = ""
        if self.tls:
            tls = (
                f'tls {{ cert_file: "{self.authority.server_certificate}", '
                f'key_file: "{self.authority.server_key}", timeout: 20 }}'
            )
        (self.folder / "nats.conf").write_text(
            f"""
            server_name: test
            listen: "127.0.0.1:-1"
            jetstream {{ store_dir: "{self.folder / "store"}" }}
            mqtt {{
                listen: "127.0.0.1:{self.port}"
                {tls}
            }}
            authorization {{ users: [ {{
                user: "{USER}", password: "{PASSWORD}",
                permissions: {{
                    publish: ["test.>"], subscribe: ["test.>", "$MQTT.sub.>"] }}
            }} ] }}
            """
        )

    def _command(self) -> list[str]:
        beside = Path(sys.executable).parent / "nats-server"
        program = str(beside) if beside.exists() else shutil.which("nats-server")
        return [str(program), "-c", str(self.folder / "nats.conf")]


def make_authority(folder: Path) -> Authority:
    """Make the certificates of a site, as ``fabnum init`` does."""
    folder.mkdir()
    authority = Authority(DataFolder(folder))
    authority.ensure(BrokerSettings(names=["localhost", "127.0.0.1"]))
    return authority


class Board:
    """A MicroPython that runs the board's MQTT client (``micropython/mqtt_session.py``)."""

    def __init__(self, settings: dict[str, Any], heap: str = "256k") -> None:
        self.lines: list[str] = []
        self._waiting: list[str] = []
        self._unread: queue.Queue[str | None] = queue.Queue()  # None: it has ended
        self._process = subprocess.Popen(
            micropython_command(SCRIPTS / "mqtt_session.py", heap=heap),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=micropython_environment(),
        )
        threading.Thread(target=self._collect, name="board output", daemon=True).start()
        self.tell(json.dumps(settings))

    def _collect(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._unread.put(line.rstrip("\n"))
        self._unread.put(None)

    def tell(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def wait_for(self, beginning: str) -> str:
        """Return the first line that begins so, of those that no call has returned yet."""
        end = time.monotonic() + PATIENCE_S
        while True:
            for line in self._waiting:
                if line.startswith(beginning):
                    self._waiting.remove(line)
                    return line
            try:
                new = self._unread.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                new = None
            if new is None:
                output = "\n".join(self.lines)
                pytest.fail(f"the board did not print “{beginning}”, but:\n{output}")
            self.lines.append(new)
            self._waiting.append(new)

    def stop(self) -> None:
        """End it in order. Fails if the firmware left a traceback."""
        if self._process.poll() is None:
            self.tell("stop")
            self._process.wait(timeout=PATIENCE_S)
        self.lines += list(iter(self._unread.get, None))
        assert self._process.returncode == 0, "\n".join(self.lines)
        assert "Traceback" not in "\n".join(self.lines)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
