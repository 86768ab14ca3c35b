"""The self-test on virtual boards: real tools, real firmware, a real broker, real faults."""

import asyncio
import contextlib
import io
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from device.twin.host import AccessPoint
from gateway.logbook import outcome
from kit import firmware
from kit.cli.bench_screen import Lines
from kit.cli.person import Nobody
from kit.errors import FabnumError
from kit.names import DeviceKey
from provisioning import selftest
from provisioning.bench import steps
from provisioning.bench.equipment import Equipment
from provisioning.bench.model import Job
from provisioning.images import ImageFolder
from provisioning.ports import VirtualPorts
from tests.device.brokers import Mosquitto, make_authority
from tests.ports import free_port
from tests.provisioning.reached import assert_card, meets
from tests.provisioning.tested_board import (
    WIFI,
    TestedBoard,
    client,
    installed,
    tell_the_time,
)

pytestmark = [pytest.mark.e2e, pytest.mark.servers, pytest.mark.slow]

ROOM = {"people": None, "volume": 150.0, "day_setpoint": 20.0, "night_setpoint": 16.0}
GREEN, RED, DARK = (0, 80, 0), (80, 0, 0), (0, 0, 0)
PLUGGED = {"plugged": True, "corrupt": False, "stuck": False, "out_of_range": False}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path_factory.mktemp("broker"), tls=True)
    broker.start()
    try:
        asyncio.run(tell_the_time(broker))
        yield broker
    finally:
        broker.kill()


@contextlib.contextmanager
def made(
    tmp_path_factory: pytest.TempPathFactory, build: str, broker: Mosquitto
) -> Iterator[TestedBoard]:
    try:
        board = installed(tmp_path_factory.mktemp(build) / "board", build, broker)
        tested = board.__enter__()
    except FabnumError as error:
        pytest.skip(error.cause)
    try:
        yield tested
    finally:
        board.__exit__(None, None, None)


@pytest.fixture(scope="module")
def the_lamp(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[TestedBoard]:
    with made(tmp_path_factory, "lamp", broker) as board:
        yield board


@pytest.fixture(scope="module")
def the_climate(
    tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto
) -> Iterator[TestedBoard]:
    with made(tmp_path_factory, "climate", broker) as board:
        yield board


@pytest.fixture
def lamp(the_lamp: TestedBoard) -> Iterator[TestedBoard]:
    """The lamp, with nothing wrong."""
    yield the_lamp
    restore(the_lamp)


@pytest.fixture
def climate(the_climate: TestedBoard) -> Iterator[TestedBoard]:
    """The climate sensor, with nothing wrong."""
    yield the_climate
    the_climate.virtual.control(parts={"sht31": PLUGGED}, room=ROOM)
    restore(the_climate)


def restore(board: TestedBoard) -> None:
    board.virtual.control(wifi=True, access_points=[as_dict(WIFI)])
    board.hand.asked.clear()
    board.hand.skips = 0


def as_dict(point: AccessPoint, **changes: Any) -> dict[str, Any]:
    names = ("ssid", "password", "rssi", "dhcp", "refusal")
    return {**{name: getattr(point, name) for name in names}, **changes}


def each(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {test["id"]: test for test in result["tests"]}


def code_of(result: dict[str, Any], test: str) -> str:
    """Return the card of a test that failed, after it was tried twice."""
    assert not result["passed"]
    failed = each(result)[test]
    assert failed["passed"] is False
    assert failed["tries"] == 2
    assert selftest.first_failure(result).code == failed["code"]
    return str(failed["code"])


async def test_a_lamp_in_order_passes_and_shows_it(lamp: TestedBoard) -> None:
    await lamp.enrol()
    result = await lamp.test()
    assert result["passed"], result
    assert list(each(result)) == ["colours", "button", "wifi", "broker", "clock"]
    assert all(test["passed"] and test["tries"] == 1 for test in result["tests"])
    assert each(result)["wifi"]["value"] == WIFI.rssi
    assert result["firmware"] == firmware.assemble("lamp").hash
    assert [question.test for question in lamp.hand.asked] == ["colours", "button"]
    assert result["shown"] == "pixels"
    assert set(lamp.virtual.shows()) == {GREEN}


async def test_a_sensor_in_order_passes(climate: TestedBoard) -> None:
    await climate.enrol()
    result = await climate.test()
    assert result["passed"], result
    tests = each(result)
    assert list(tests) == [
        "sensor", "temperature", "humidity", "breath", "wifi", "broker", "clock",
    ]  # fmt: skip
    assert "0x44" in tests["sensor"]["words"]
    assert 5 <= tests["temperature"]["value"] <= 45
    assert tests["breath"]["value"] >= 5
    assert any("Réaction" in words and "%" in words for words in climate.said)  # the live value
    assert result["shown"] == "none"


async def test_a_failure_is_told_without_colours_too(lamp: TestedBoard) -> None:
    await lamp.enrol()
    lamp.hand.skips = 2
    result = await lamp.test(None, "button", seconds=1)
    assert_card(code_of(result, "button"), "button-dead")
    assert lamp.virtual.shows() == [RED, DARK] * 6


async def test_a_test_that_fails_once_is_repeated(lamp: TestedBoard) -> None:
    await lamp.enrol()
    lamp.hand.skips = 1
    result = await lamp.test(None, "button", seconds=5)
    assert result["passed"]
    assert each(result)["button"]["tries"] == 2


async def test_a_button_that_is_closed_all_the_time_is_no_press(lamp: TestedBoard) -> None:
    held = threading.Event()

    def hold() -> None:
        # Each hold lasts four seconds; one begins long before the other ends, on a busy PC too.
        while not held.wait(0.2):
            lamp.virtual.control(hold="button")

    holding = threading.Thread(target=hold)
    lamp.virtual.control(hold="button")
    holding.start()
    try:
        result = await lamp.test(None, "button", seconds=1)
    finally:
        held.set()
        await asyncio.to_thread(holding.join)
    assert_card(code_of(result, "button"), "button-stuck")
    assert lamp.hand.asked == []


async def test_a_person_who_sees_no_colours_fails_the_lights(lamp: TestedBoard) -> None:
    class SeesNothing(Nobody):
        async def answer(self, *_: Any) -> bool:
            return False

    result = await lamp.test(SeesNothing(), "colours")
    assert_card(code_of(result, "colours"), "leds-dead")


async def test_where_nobody_is_what_needs_somebody_is_not_checked(lamp: TestedBoard) -> None:
    await lamp.enrol()
    result = await lamp.test(Nobody())
    assert result["passed"]
    tests = each(result)
    assert tests["colours"]["passed"] is None
    assert tests["button"]["passed"] is None
    assert tests["broker"]["passed"] is True


@pytest.mark.parametrize("fault", ["plugged", "corrupt", "out_of_range"])
async def test_a_sick_sensor_is_named_and_nobody_breathes_in_vain(
    climate: TestedBoard, fault: str
) -> None:
    climate.virtual.control(parts={"sht31": {fault: fault != "plugged"}})
    result = await climate.test()
    test = "sensor" if fault == "plugged" else "temperature"
    if fault == "plugged":
        assert_card(code_of(result, test), "sensor-missing")
    elif fault == "corrupt":
        assert_card(code_of(result, test), "sensor-garbled")
    else:
        assert_card(code_of(result, test), "sensor-broken")
    assert each(result)["breath"]["passed"] is None
    assert climate.hand.asked == []


async def test_a_value_that_no_room_has_is_implausible(climate: TestedBoard) -> None:
    climate.virtual.control(room={"day_setpoint": 75.0, "night_setpoint": 75.0})
    result = await climate.test(None, "temperature")
    assert_card(code_of(result, "temperature"), "sensor-implausible")
    assert "°C" in each(result)["temperature"]["words"]


async def test_a_sensor_that_nobody_breathes_on_feels_nothing(climate: TestedBoard) -> None:
    climate.hand.skips = 2
    result = await climate.test(None, "breath", seconds=2)
    assert_card(code_of(result, "breath"), "sensor-unmoved")
    assert len(climate.hand.asked) == 2


async def test_a_wrong_wifi_password_is_said(lamp: TestedBoard) -> None:
    await lamp.enrol(wifi=[{"ssid": WIFI.ssid, "password": "another-one"}])
    result = await lamp.test(Nobody())
    assert_card(code_of(result, "wifi"), "wifi-password")
    assert each(result)["broker"]["passed"] is None
    assert each(result)["clock"]["passed"] is None
    assert "another-one" not in json.dumps(result) + lamp.virtual.console()


@pytest.mark.parametrize("trouble", ["gone", "refusing", "weak"])
async def test_what_is_wrong_with_the_wifi_is_said(lamp: TestedBoard, trouble: str) -> None:
    await lamp.enrol()
    if trouble == "gone":
        lamp.virtual.control(wifi=False)
        assert_card(code_of(await lamp.test(Nobody()), "wifi"), "wifi-not-found")
    elif trouble == "refusing":  # ESP-IDF: 203, the access point is full
        point = as_dict(WIFI, password="of-somebody-else", refusal=203)
        lamp.virtual.control(access_points=[point])
        assert_card(code_of(await lamp.test(Nobody()), "wifi"), "wifi-refused")
    else:
        lamp.virtual.control(access_points=[as_dict(WIFI, rssi=-88)])
        result = await lamp.test(Nobody())
        assert_card(code_of(result, "wifi"), "wifi-weak")
        assert "-88 dBm" in each(result)["wifi"]["words"]


async def test_a_broker_that_is_down_is_said(lamp: TestedBoard) -> None:
    await lamp.enrol(broker={"port": free_port()})
    assert_card(code_of(await lamp.test(Nobody()), "broker"), "broker-unreachable")


async def test_a_refused_password_is_said(lamp: TestedBoard) -> None:
    await lamp.enrol(broker={"password": "of-last-year"})
    result = await lamp.test(Nobody())
    assert_card(code_of(result, "broker"), "broker-refused")
    assert "of-last-year" not in json.dumps(result) + lamp.virtual.console()


async def test_a_foreign_certificate_is_said(lamp: TestedBoard, tmp_path: Path) -> None:
    await lamp.enrol(make_authority(tmp_path / "other").der())
    assert_card(code_of(await lamp.test(Nobody()), "broker"), "tls-failed")


class Server:
    """Something at the address of the broker that answers each packet in its own way."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer, contextlib.suppress(ConnectionError):  # a board may leave in the middle
            for answer in self._answers:
                peer.recv(4096)
                peer.sendall(answer)
            while peer.recv(4096):
                pass

    def close(self) -> None:
        self._socket.close()


async def test_something_else_than_a_broker_is_said(lamp: TestedBoard) -> None:
    page = b"<html><head><title>400 Bad Request</title></head><body>What is that?</body></html>"
    server = Server(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n" + page)
    try:
        await lamp.enrol(broker={"port": server.port, "tls": False})
        assert_card(code_of(await lamp.test(Nobody()), "broker"), "broker-foreign")
    finally:
        server.close()


async def test_a_broker_that_acknowledges_nothing_is_said(lamp: TestedBoard) -> None:
    server = Server(b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x00")  # CONNACK, SUBACK
    try:
        await lamp.enrol(broker={"port": server.port, "tls": False})
        assert_card(code_of(await lamp.test(Nobody()), "broker"), "broker-interrupted")
    finally:
        server.close()


async def test_a_site_that_tells_no_time_is_said(lamp: TestedBoard) -> None:
    await lamp.enrol()
    await tell_the_time(lamp.broker, known=False)
    try:
        result = await lamp.test(Nobody())
    finally:
        await tell_the_time(lamp.broker)
    assert_card(code_of(result, "clock"), "clock-missing")
    assert each(result)["broker"]["passed"] is True


async def test_a_configuration_that_fills_the_memory_is_said(lamp: TestedBoard) -> None:
    await lamp.enrol(settings={"notes": ["x" * 1000] * 300})
    assert_card(code_of(await lamp.test(Nobody()), "wifi"), "board-memory")


async def test_a_board_that_is_nobody_yet_is_said(lamp: TestedBoard) -> None:
    await lamp.bench.ask("import os; os.remove('/config.json')")
    assert_card(code_of(await lamp.test(Nobody()), "wifi"), "not-configured")


async def test_a_board_with_another_builds_program_is_not_tested(climate: TestedBoard) -> None:
    climate.build = "air"
    try:
        with meets("firmware-missing"):
            await climate.test(Nobody())
    finally:
        climate.build = "climate"


async def test_the_object_publishes_its_result_once(lamp: TestedBoard) -> None:
    await lamp.enrol()
    async with client(lamp.broker) as site:
        await site.subscribe("fabnum/1/ville/objet/#", qos=1)
        result = await lamp.test(Nobody())
        await lamp.bench.restart()
        events = []
        async for message in site.messages:
            leaf = str(message.topic).rsplit("/", 1)[1]
            if leaf == "event":
                events.append(json.loads(message.payload))
                break
    assert events[0]["name"] == "self-test"
    assert outcome(events[0]["data"]) == outcome(result)
    assert events[0]["data"]["firmware"] == result["firmware"]
    undisturbed_s = 1  # each look interrupts the program, which needs longer on a busy PC
    async with asyncio.timeout(120):  # it is forgotten once the broker has it
        while "selftest.json" in await lamp.bench.ask("import os; print(os.listdir('/'))"):
            await lamp.bench.restart()
            await asyncio.sleep(undisturbed_s)
            undisturbed_s *= 2


class Listening:
    """The site as far as this step needs it: it listens for readings at the broker."""

    def __init__(self, broker: Mosquitto) -> None:
        self.broker = broker
        self.records: list[str] = []

    def record(self, _key: DeviceKey, kind: str, _content: object) -> None:
        self.records.append(kind)

    def wait_published(self, key: DeviceKey, since: float, timeout_s: float) -> bool:
        return asyncio.run(self._listen(key.topic("telemetry"), since, timeout_s))

    async def _listen(self, topic: str, since: float, timeout_s: float) -> bool:
        try:
            async with asyncio.timeout(timeout_s), client(self.broker) as site:
                await site.subscribe(topic, qos=1)
                async for message in site.messages:  # also of what waited in its queue
                    said = json.loads(message.payload)
                    frames = said if isinstance(said, list) else [said]
                    if any(frame.get("t", 0) >= int(since) for frame in frames):
                        return True
        except TimeoutError:
            pass
        return False


async def step_test(lamp: TestedBoard, tmp_path: Path, within_s: float) -> tuple[Job, Listening]:
    """Do the bench's step "test" with that lamp, which then runs its program."""
    site = Listening(lamp.broker)
    equipment = Equipment(
        office=site,  # type: ignore[arg-type] # only what the step needs
        ports=VirtualPorts(tmp_path),
        images=ImageFolder(tmp_path),
        person=Nobody(),
        watcher=Lines(Console(file=io.StringIO())),
        sheet=tmp_path / "labels.pdf",
        publish_within_s=within_s,
    )
    job = Job(port=str(lamp.virtual.port), name="objet", build="lamp")
    job.key = DeviceKey("ville", "objet")
    await steps.test(equipment, job, lamp.progress)
    return job, site


async def test_a_board_that_passed_is_seen_to_publish(lamp: TestedBoard, tmp_path: Path) -> None:
    await lamp.enrol(period=2)
    await tell_the_time(lamp.broker)
    job, site = await step_test(lamp, tmp_path, within_s=60)
    assert job.facts["published"]
    assert site.records == ["selftest"]


async def test_a_board_that_passed_and_sends_nothing_is_said(
    lamp: TestedBoard, tmp_path: Path
) -> None:
    await lamp.enrol()
    await lamp.install(b"from fabnum import station\n\nstation.run()\n")  # it forgot to measure
    try:
        with meets("not-publishing"):
            await step_test(lamp, tmp_path, within_s=5)
    finally:
        await lamp.install()
