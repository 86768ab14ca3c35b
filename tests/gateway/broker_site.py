"""A site with a real broker, and an independent MQTT client (paho) to try its doors with."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from gateway import enrol
from gateway.broker.credentials import gateway_login
from gateway.broker.outside import OutsideBroker
from gateway.broker.state import State
from gateway.broker.supervisor import Supervisor
from gateway.registry import Device, Registry
from kit.names import DeviceKey
from kit.settings import Broker, DataFolder, Settings, Site, Town
from tests.ports import free_port

PATIENCE = 30.0
TOWN = "gonesse"

T = TypeVar("T")


def settings_for(port: int, **broker: Any) -> Settings:
    return Settings(
        site=Site(name="Test"),
        towns=[Town(id=TOWN, name="Gonesse"), Town(id="hem", name="Hem")],
        broker=Broker(port=port, listen="127.0.0.1", **broker),
    )


def an_object(name: str, town: str = TOWN, build: str = "air") -> Device:
    return Device(
        town=town,
        device=name,
        build=build,
        place="room",
        place_name="Salle",
        name="Objet",
        bcrypt_hash="$2b$04$" + "x" * 53,
        pbkdf2_hash="$7$101$c2FsdA==$aGFzaA==",
    )


def wait_until(condition: Callable[[], bool]) -> None:
    """Look every few milliseconds whether something has happened in another process."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


class OwnLoop:
    """An event loop in a thread of its own, so that tests may wait while the gateway works."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def call(self, awaitable: Awaitable[T]) -> T:
        async def wait() -> T:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result(4 * PATIENCE)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()


class BrokerSite:
    """Settings, data folder, registry; and what enrols objects and connects clients."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.settings = settings
        self.folder = DataFolder(root)
        self.registry = Registry(self.folder.registry)
        self.clients: list[Client] = []

    @property
    def port(self) -> int:
        return self.settings.broker.port

    @property
    def certificate(self) -> Path:
        return self.folder.authority / "ca.pem"

    def enrol(self, name: str, town: str = TOWN) -> tuple[DeviceKey, str]:
        device = an_object(name, town)
        return device.key, enrol.enrol(self.settings, self.registry, device).password

    def settle(self) -> None:
        """Have the broker run, with the users that the registry has now."""
        raise NotImplementedError

    def client(self, user: str, password: str, client_id: str = "", **options: Any) -> "Client":
        self.settle()
        client = Client(self, user, password, client_id or user, **options)
        self.clients.append(client)
        return client

    def device(self, key: DeviceKey, password: str, **options: Any) -> "Client":
        return self.client(key.user, password, **options).connected()

    def gateway(self, **options: Any) -> "Client":
        self.settle()
        login = gateway_login(self.folder)
        client = self.client(login.user, login.password, login.client_id, **options)
        return client.connected()

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.registry.close()


class NatsSite(BrokerSite):
    """A site whose nats-server is run by the kit's own supervisor."""

    def __init__(self, root: Path, **broker: Any) -> None:
        super().__init__(root, settings_for(free_port(), **broker))
        self.own_loop = OwnLoop()
        self.supervisor = self.own_loop.call(self._make())
        self._watch: asyncio.Future[None] | None = None

    async def _make(self) -> Supervisor:
        supervisor = Supervisor(self.settings, self.folder, self.registry)
        supervisor.admit_devices()  # no gateway is part of this site
        return supervisor

    def start(self) -> None:
        self.own_loop.call(self.supervisor.start())
        self._watch = asyncio.run_coroutine_threadsafe(self.supervisor.run(), self.own_loop.loop)

    def settle(self) -> None:
        if self._watch is None:
            self.start()
        wait_until(lambda: self.supervisor.registry_version == self.registry.version())

    def stop(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self.own_loop.call(self.supervisor.stop())

    def restarted_after(self, pid: int | None) -> bool:
        """Whether another nats-server than ``pid`` is ready."""
        return self.supervisor.state is State.READY and self.supervisor.pid != pid

    def close(self) -> None:
        super().close()
        self.stop()
        self.own_loop.close()


MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")


class Mosquitto:
    """A Mosquitto that the machine runs; its main file includes the folder the gateway writes."""

    def __init__(self, state: Path, included: Path, port: int) -> None:
        self._state = state
        self._port = port
        self._pid_file = state / "pid"
        self._process: subprocess.Popen[bytes] | None = None
        state.mkdir()
        (state / "mosquitto.conf").write_text(
            f"user root\npid_file {self._pid_file}\nlog_dest file {state / 'log'}\n"
            f"persistence_location {state}/\n"
            f"include_dir {included}\n"
        )

    @property
    def reload_command(self) -> list[str]:
        """What `systemctl reload mosquitto` does; the file is there once it runs."""
        pid_file = self._pid_file
        return ["sh", "-c", f"test ! -s {pid_file} || kill -HUP $(cat {pid_file})"]

    @property
    def log(self) -> str:
        return (self._state / "log").read_text()

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._state / "mosquitto.conf")])
        wait_until(self.listens)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait()

    def close(self) -> None:
        if self._process is not None:
            self.kill()

    def listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"Mosquitto has ended: {self.log}"
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True


class MosquittoSite(BrokerSite):
    """A site with a Mosquitto that somebody else runs, and the gateway's part in it."""

    def __init__(self, root: Path) -> None:
        port, data = free_port(), DataFolder(root / "data")
        self._mosquitto = Mosquitto(root / "mosquitto-state", data.broker / "mosquitto", port)
        super().__init__(
            data.root,
            settings_for(port, kind="mosquitto", reload_command=self._mosquitto.reload_command),
        )
        self.own_loop = OwnLoop()
        self.keeper = OutsideBroker(self.settings, self.folder, self.registry)
        self._watch: asyncio.Future[None] | None = None

    @property
    def log(self) -> str:
        return self._mosquitto.log

    def start(self) -> None:
        self.own_loop.call(self.keeper.start())
        self._watch = asyncio.run_coroutine_threadsafe(self.keeper.run(), self.own_loop.loop)
        self.start_mosquitto()

    def start_mosquitto(self) -> None:
        self._mosquitto.start()

    def kill_mosquitto(self) -> None:
        self._mosquitto.kill()

    def stop_mosquitto(self) -> None:
        self._mosquitto.stop()

    def settle(self) -> None:
        if self._watch is None:
            self.start()
        wait_until(lambda: self.keeper.registry_version == self.registry.version())
        # Mosquitto answers a signal between two turns of its loop: a connection comes after it.
        wait_until(self._mosquitto.listens)

    def close(self) -> None:
        super().close()
        if self._watch is not None:
            self._watch.cancel()
        self.own_loop.call(self.keeper.stop())
        self.own_loop.close()
        self._mosquitto.close()


class Client:
    """A paho client whose every step is awaited; what it hears is kept in order."""

    def __init__(
        self,
        site: BrokerSite,
        user: str,
        password: str,
        client_id: str,
        *,
        clean: bool = True,
        tls: bool = True,
        will: tuple[str, bytes] | None = None,
        reconnect: bool = False,
        acknowledge: bool = True,
    ) -> None:
        self._port = site.port
        self._change = threading.Condition()
        self.answer: Any = None
        self.is_connected = False
        self.drops = 0
        self.heard: list[tuple[str, bytes, bool]] = []
        self._granted: dict[int, list[Any]] = {}
        self._published: set[int] = set()
        self._acknowledge = acknowledge
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=clean,
            protocol=paho.MQTTv311,
            reconnect_on_failure=reconnect,
            manual_ack=not acknowledge,
        )
        self._client.reconnect_delay_set(1, 1)
        self._client.username_pw_set(user, password)
        if tls:
            context = ssl.create_default_context(cafile=str(site.certificate))
            context.verify_flags |= ssl.VERIFY_X509_STRICT
            self._client.tls_set_context(context)
        if will is not None:
            self._client.will_set(will[0], will[1], qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def connected(self) -> "Client":
        assert self.try_to_connect(), f"refused: {self.answer}"
        return self

    def try_to_connect(self) -> bool:
        """Connect; return whether the broker took us."""
        try:
            self._client.connect("127.0.0.1", self._port, keepalive=30)
        except OSError as error:
            self.answer = error
            return False
        self._client.loop_start()
        self.wait_for(lambda: self.answer is not None)
        return self.is_connected

    def subscribe(self, topic: str, qos: int = 1) -> bool:
        """Subscribe; return whether the broker granted it."""
        _result, number = self._client.subscribe(topic, qos)
        assert number is not None
        self.wait_for(lambda: number in self._granted or not self.is_connected)
        return number in self._granted and not self._granted[number][0].is_failure

    def send(self, topic: str, payload: bytes | str, retain: bool = False) -> int:
        """Publish with QoS 1 without waiting; return the message's number."""
        return self._client.publish(topic, payload, qos=1, retain=retain).mid

    def publish(self, topic: str, payload: bytes | str, retain: bool = False) -> None:
        """Publish with QoS 1 and wait for the acknowledgement."""
        number = self.send(topic, payload, retain)
        self.wait_for(lambda: number in self._published)

    def acknowledged(self, number: int) -> bool:
        return number in self._published

    def payloads(self) -> list[bytes]:
        return [payload for _topic, payload, _retained in self.heard]

    def wait_to_hear(self, payload: bytes) -> None:
        self.wait_for(lambda: payload in self.payloads())

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._change:
            assert self._change.wait_for(condition, PATIENCE), "it did not happen"

    def disconnect(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def vanish(self) -> None:
        """Cut the connection without saying goodbye, as a board that loses power."""
        sock = self._client.socket()
        assert sock is not None
        with socket.socket(fileno=os.dup(sock.fileno())) as beneath_tls:
            beneath_tls.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _notify(self) -> None:
        self._change.notify_all()

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        with self._change:
            self.answer, self.is_connected = reason, not reason.is_failure
            self._notify()

    def _on_disconnect(self, _client: Any, _data: Any, _f: Any, reason: Any, _more: Any) -> None:
        with self._change:
            self.answer = self.answer or reason
            self.is_connected = False
            self.drops += 1
            self._notify()

    def _on_subscribe(self, _client: Any, _data: Any, mid: int, codes: Any, _more: Any) -> None:
        with self._change:
            self._granted[mid] = codes
            self._notify()

    def _on_publish(self, _client: Any, _data: Any, mid: int, _code: Any, _more: Any) -> None:
        with self._change:
            self._published.add(mid)
            self._notify()

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        with self._change:
            self.heard.append((message.topic, message.payload, message.retain))
            self._notify()
