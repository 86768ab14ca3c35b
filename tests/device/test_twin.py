"""The twin: what fails on the chip fails here, and what survives there survives here."""

import json
import os
import random
import signal
import socket
import threading
import time

import pytest

from device.twin.host import AccessPoint, Fleet, Twin, World
from kit import catalogue, firmware
from kit.errors import FabnumError
from kit.firmware import Firmware
from tests.device.conftest import micropython_program

LAB = AccessPoint("lab", "sesame")


@pytest.fixture(scope="module")
def fleet():
    try:
        with Fleet() as running:
            yield running
    except FabnumError as error:
        pytest.skip(error.cause)


@pytest.fixture
def make(fleet, tmp_path):
    """Make and start a twin with that ``main.py``."""
    made: list[Twin] = []

    def make(main: str, build="air", folder="board", start=True, **world) -> Twin:
        world.setdefault("access_points", [LAB])
        description = catalogue.load_build(build).for_device()
        program = {"main.py": main.encode(), "build.json": json.dumps(description).encode()}
        code = firmware.compile_folder(firmware.DEVICE, ("drivers",))
        twin = fleet.add(tmp_path / folder, Firmware(build, code, program), {}, World(**world))
        made.append(twin)
        if start:
            twin.start()
        return twin

    yield make
    for twin in made:
        twin.cut_power()


def says(words):
    return lambda twin: words in twin.console()


JOIN = """
import network, time
wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.config(reconnects=0)
def join(ssid="lab", key="sesame"):
    wlan.connect(ssid, key)
    for _ in range(50):
        if wlan.isconnected() or wlan.status() != network.STAT_CONNECTING:
            break
        time.sleep_ms(20)
    return wlan.status()
"""


def test_it_is_a_chip_that_does_not_know_the_time(make):
    twin = make(
        "import time, machine, sys\n"
        "print(time.gmtime(0)[0], time.gmtime()[0], machine.reset_cause(), len(time.gmtime()))\n"
        "machine.RTC().datetime((2026, 3, 29, 0, 12, 34, 56, 0))\n"
        "print(time.gmtime()[:6], time.time(), time.mktime(time.gmtime()) - time.time())\n"
        "print([time.gmtime(time.mktime((y, m, 28, 1, 2, 3, 0, 0)))[:3] for y, m in\n"
        "    ((2000, 2), (2024, 2), (2100, 3), (2027, 12))])\n"
        "print('done')\n"
    )
    twin.wait_for(says("done"))
    first, second, third = twin.console().splitlines()[1:4]
    assert first == "2000 2000 1 8"
    assert second == "(2026, 3, 29, 12, 34, 56) 828102896 0"
    assert third == "[(2000, 2, 28), (2024, 2, 28), (2100, 3, 28), (2027, 12, 28)]"


def test_a_reset_keeps_clock_and_rtc_memory_and_a_power_cut_does_not(make):
    twin = make(
        "import time, machine\n"
        "rtc = machine.RTC()\n"
        "print('start', machine.reset_cause(), time.gmtime()[0], rtc.memory())\n"
        "if machine.reset_cause() == machine.PWRON_RESET:\n"
        "    rtc.datetime((2026, 1, 1, 0, 0, 0, 0, 0))\n"
        "    rtc.memory(b'kept')\n"
        "    machine.reset()\n"
        "print('settled')\n"
    )
    twin.wait_for(says("settled"))
    assert "start 1 2000 b''" in twin.console()
    assert "start 2 2026 b'kept'" in twin.console()
    assert twin.causes == ["power", "reset"]
    twin.cut_power()
    twin.start()
    twin.wait_for(lambda twin: twin.console().count("start 1 2000 b''") == 2)


@pytest.mark.parametrize(
    ("call", "cause"),
    [("machine.deepsleep(10)", "sleep"), ("machine.soft_reset()", "soft")],
)
def test_it_starts_again_with_the_cause(make, call, cause):
    twin = make(f"import machine\nif machine.reset_cause() == 1:\n    {call}\nprint('again')\n")
    twin.wait_for(says("again"))
    assert twin.causes == ["power", cause]


def test_a_stuck_program_is_reset_by_its_watchdog(make):
    twin = make(
        "import machine\n"
        "if machine.reset_cause() == machine.WDT_RESET:\n"
        "    print('bitten')\n"
        "else:\n"
        "    machine.WDT(timeout=500)\n"
        "    while True: pass\n"
    )
    twin.wait_for(says("bitten"))
    assert twin.causes == ["power", "watchdog"]


def test_a_watchdog_that_is_fed_does_not_bite(make):
    twin = make(
        "import machine, time\n"
        "dog = machine.WDT(timeout=1500)\n"
        "for _ in range(40):\n"
        "    time.sleep_ms(50)\n"
        "    dog.feed()\n"
        "print('well fed')\n"
        "while True:\n"
        "    time.sleep_ms(50)\n"
        "    dog.feed()\n"
    )
    twin.wait_for(says("well fed"))
    assert twin.ends == []


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("machine.Pin(6)", "ValueError: invalid pin"),
        ("machine.Pin(34, machine.Pin.OUT)", "ValueError: pin can only be input"),
        ("machine.ADC(machine.Pin(21))", "ValueError: invalid pin"),
        (
            "wlan.active(True); machine.ADC(machine.Pin(25)).read()",
            "OSError: [Errno 110] ETIMEDOUT",
        ),
        ("wlan.active(False); machine.ADC(machine.Pin(25)).read(); 1 / 0", "ZeroDivisionError"),
        ("machine.freq(1)", "ValueError: frequency must be"),
        ("machine.I2C(0, scl=machine.Pin(22), sda=machine.Pin(21)).readfrom(9, 1)", "OSError"),
        ("open('/twin/machine.mpy', 'w')", "OSError"),
    ],
)
def test_what_the_chip_refuses_is_refused(make, line, error):
    twin = make(f"import machine, network\nwlan = network.WLAN()\n{line}\n")
    twin.wait_for(says("has ended"))
    assert error in twin.console()


def test_a_part_on_other_pins_does_not_answer(make):
    twin = make(
        "import machine, time\n"
        "time.sleep(1.1)\n"
        "Pin = machine.Pin\n"
        "print(machine.I2C(0, scl=Pin(22), sda=Pin(21)).scan())\n"
        "print(machine.I2C(1, scl=Pin(21), sda=Pin(22)).scan())\n"
    )
    twin.wait_for(says("has ended"))
    assert "[98]\n[]" in twin.console()


def test_a_part_can_be_unplugged_and_plugged_in_again(make):
    twin = make(
        "import machine, time\n"
        "bus = machine.I2C(0, scl=machine.Pin(22), sda=machine.Pin(21))\n"
        "seen = None\n"
        "while True:\n"
        "    now = bus.scan()\n"
        "    if now != seen: print('seen', now)\n"
        "    seen = now\n"
        "    time.sleep_ms(10)\n"
    )
    twin.wait_for(says("seen [98]"))
    twin.control(parts={"scd41": {"plugged": False}})
    twin.wait_for(lambda twin: twin.console().count("seen []") == 2)  # also while it powered up
    twin.control(parts={"scd41": {"plugged": True}})
    twin.wait_for(lambda twin: twin.console().count("seen [98]") == 2)


def test_what_is_unplugged_stays_unplugged_through_a_power_cut(make):
    twin = make("import machine, time\ntime.sleep(1.2)\nprint('up')\n", start=False)
    twin.control(parts={"scd41": {"plugged": False}})
    twin.install(
        {
            "main.py": b"import machine, time\ntime.sleep(1.2)\n"
            b"print(machine.I2C(0, scl=machine.Pin(22), sda=machine.Pin(21)).scan())\n"
        }
    )
    twin.start()
    twin.wait_for(says("has ended"))
    assert "[]" in twin.console()


def test_the_button_bounces_and_calls_the_interrupt(make):
    twin = make(
        "import asyncio, machine\n"
        "pin = machine.Pin(27, machine.Pin.IN, machine.Pin.PULL_UP)\n"
        "pin.irq(lambda pin: print('falling'), machine.Pin.IRQ_FALLING)\n"
        "async def main():\n"
        "    print('ready', pin.value())\n"
        "    while pin.value(): await asyncio.sleep_ms(2)\n"
        "    while not pin.value(): await asyncio.sleep_ms(2)\n"
        "    print('released')\n"
        "asyncio.run(main())\n",
        build="lamp",
    )
    twin.wait_for(says("ready 1"))
    twin.control(press="button")
    twin.wait_for(says("released"))
    assert "falling" in twin.console()


def test_it_says_what_its_pixels_show(make):
    twin = make(
        "import machine, neopixel\n"
        "strip = neopixel.NeoPixel(machine.Pin(4), 12)\n"
        "strip.fill((0, 255, 0)); strip[0] = (0, 0, 0)\n"
        "print(len(strip), strip[1])\n"
        "strip.write()\n",
        build="lamp",
    )
    twin.wait_for(says("has ended"))
    twin.control(say="pixels")
    twin.wait_for(says("[twin] pixels: 11/12 #00ff00"))


@pytest.mark.parametrize(
    ("point", "status"),
    [
        (AccessPoint("lab", "sesame"), 1010),
        (AccessPoint("other"), 201),
        (AccessPoint("lab", "another"), 202),
        (AccessPoint("lab", "another", refusal=15), 15),
        (AccessPoint("lab", "sesame", dhcp=False), 1001),
    ],
)
def test_joining_a_network_fails_as_on_the_chip(make, point, status):
    twin = make(JOIN + "print('status', join())\n", access_points=[point])
    twin.wait_for(says("status"))
    assert f"status {status}\n" in twin.console()


def test_in_a_network_without_addresses_the_signal_is_there_and_the_connection_not(make):
    twin = make(
        JOIN + "join()\nprint(wlan.isconnected(), wlan.status('rssi'), wlan.ifconfig()[0])\n",
        access_points=[AccessPoint("lab", "sesame", rssi=-71, dhcp=False)],
    )
    twin.wait_for(says("has ended"))
    assert "False -71 0.0.0.0" in twin.console()


def test_it_finds_the_networks_in_the_air_the_strongest_first(make):
    twin = make(
        JOIN + "print([(name, rssi) for name, _, _, rssi, _, _ in wlan.scan()])\n",
        access_points=[AccessPoint("far", rssi=-80), AccessPoint("near", rssi=-40)],
    )
    twin.wait_for(says("has ended"))
    assert "[(b'near', -40), (b'far', -80)]" in twin.console()


class Echo:
    """A server that sends back what it gets, and keeps it."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.received = b""
        self.open = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    def _echo(self, connection):
        self.open += 1
        with connection:
            try:
                while data := connection.recv(1000):
                    self.received += data
                    connection.sendall(data)
            except OSError:
                pass
        self.open -= 1

    def close(self):
        self._listener.close()


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.close()


TALK = (
    JOIN
    + """
import asyncio
async def listen(reader):
    while True:
        line = await reader.readline()
        print('got', line)
        if not line: return
async def talk():
    join()
    wlan.config(reconnects=-1)
    reader, writer = await asyncio.open_connection('127.0.0.1', PORT)
    task = asyncio.create_task(listen(reader))
    number = 0
    while True:
        writer.write(b'%d\\n' % number)
        await writer.drain()
        print('sent', number, wlan.isconnected())
        number += 1
        await asyncio.sleep_ms(100)
asyncio.run(talk())
"""
)


def test_a_connection_survives_a_short_loss_of_the_network_and_nothing_passes_meanwhile(make, echo):
    twin = make(TALK.replace("PORT", str(echo.port)))
    twin.wait_for(says("got b'2\\n'"))
    twin.control(wifi=False)
    twin.wait_for(says("False\n"))
    during = echo.received
    twin.wait_for(lambda twin: twin.console().count("False\n") >= 5)
    assert len(echo.received) - len(during) <= len(b"00\n")  # what was on its way
    assert echo.open == 1
    twin.control(wifi=True)
    twin.wait_for(lambda _: echo.received.count(b"\n") > during.count(b"\n") + 8)
    numbers = [int(line) for line in echo.received.split(b"\n")[:-1]]
    assert numbers == list(range(len(numbers)))
    last = numbers[-1]
    twin.wait_for(says(f"got b'{last}\\n'"))


def test_the_other_end_does_not_hear_of_a_connection_closed_without_network(make, echo):
    twin = make(
        JOIN
        + "import socket, time\njoin()\n"
        + f"s = socket.socket()\ns.connect(socket.getaddrinfo('127.0.0.1', {echo.port})[0][-1])\n"
        + "print('connected')\n"
        + "while wlan.isconnected(): time.sleep_ms(10)\n"
        + "s.close()\nprint('closed')\n"
        + "try: socket.getaddrinfo('localhost', 1)\nexcept OSError as e: print(e.errno)\n"
        + "try: socket.socket().connect(socket.sockaddr)\nexcept OSError as e: print(e.errno)\n"
        + "while not wlan.isconnected(): wlan.connect('lab', 'sesame'); time.sleep_ms(300)\n"
        + "socket.getaddrinfo('127.0.0.1', 1)\nprint('back')\n"
    )
    twin.wait_for(says("connected"))
    twin.wait_for(lambda _: echo.open == 1)
    twin.control(wifi=False)
    twin.wait_for(says("closed\n-202\n113\n"))
    assert echo.open == 1
    twin.control(wifi=True)
    twin.wait_for(says("back"))
    twin.wait_for(lambda _: echo.open == 0)


def test_names_are_found_only_where_the_world_has_them(make):
    twin = make(
        JOIN + "import socket\njoin()\n"
        "print(socket.getaddrinfo('gateway.lan', 80)[0][-1][4:8])\n"
        "socket.getaddrinfo('pool.ntp.org', 123)\n",
        names={"gateway.lan": "127.0.0.1"},
    )
    twin.wait_for(says("has ended"))
    assert r"\x7f\x00\x00\x01" in twin.console()
    assert "OSError: -202" in twin.console()


COUNT = """
import os
try:
    with open('count') as file: number = int(file.read())
except OSError:
    number = 0
print('found', number, open('config.json').read())
while True:
    number += 1
    with open('new', 'w') as file: file.write(str(number))
    os.rename('new', 'count')
    if number % 50 == 0: print('wrote', number)
"""


def test_fifty_fast_power_cycles_lose_no_file_and_leave_the_configuration_as_it_was(make):
    twin = make(COUNT, start=False)
    config = '{"device": "air-1"}'
    twin.install({"config.json": config.encode()})
    chance = random.Random(7)
    for cycle in range(50):
        twin.start()
        twin.wait_for(lambda twin, cycle=cycle: twin.console().count("found") > cycle)
        time.sleep(chance.random() * 0.03)  # at a random moment of its writing
        twin.cut_power()
    found = [line for line in twin.console().splitlines() if line.startswith("found")]
    assert len(found) == 50
    assert all(line.endswith(config) for line in found)
    numbers = [int(line.split()[1]) for line in found]
    assert numbers == sorted(numbers)
    assert numbers[-1] > 50
    assert "formatted" not in twin.console().split("found", 1)[1]


@pytest.mark.parametrize("writes", [3, 8, 15, 24, 40])
def test_power_that_fails_in_the_middle_of_a_write_leaves_a_file_system(make, writes):
    twin = make(COUNT, start=False)
    twin.install({"config.json": b"{}"})
    twin.start()
    twin.wait_for(says("wrote 50"))
    twin.cut_power()
    twin.control(cut_after_writes=writes)
    twin.start()
    twin.wait_for(lambda twin: not twin.powered)
    twin.control(cut_after_writes=0)
    twin.start()
    twin.wait_for(lambda twin: twin.console().count("found") >= 2)
    assert twin.ends == ["power-cut", "power-cut"]
    assert "formatted" not in twin.console().split("found", 1)[1]
    assert int(twin.console().rsplit("found", 1)[1].split()[0]) >= 50


def test_a_process_killed_from_outside_is_a_power_cut(make):
    twin = make("import time\nprint('up')\nwhile True: time.sleep(1)\n")
    twin.wait_for(says("up"))
    os.kill(twin.pid, signal.SIGKILL)
    twin.wait_for(lambda twin: not twin.powered)
    assert twin.ends == ["power-cut"]
    twin.start()
    twin.wait_for(lambda twin: twin.console().count("up") == 2)


def test_the_room_can_run_faster_than_the_clock(make):
    twin = make(
        "import time, world\n"
        "print('ready')\n"
        "while True:\n"
        "    before, at = world.model_time(), time.ticks_ms()\n"
        "    time.sleep_ms(50)\n"
        "    pace = (world.model_time() - before) * 1000 / time.ticks_diff(time.ticks_ms(), at)\n"
        "    if pace > 30: print('fast'); break\n"
    )
    twin.wait_for(says("ready"))
    twin.control(pace=60)
    twin.wait_for(says("fast"))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"parts": {"sht31": {"plugged": False}}}, "sht31"),
        ({"press": "nobody"}, "nobody"),
        ({"parts": {"scd41": {"broken": True}}}, "broken"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_a_sentence(make, change, word):
    twin = make("", start=False)
    with pytest.raises(FabnumError, match=word):
        twin.control(**change)


def test_a_change_that_the_board_cannot_follow_does_not_end_the_program(make):
    twin = make("import time\nprint('up')\nwhile True: time.sleep_ms(10)\n")
    twin.wait_for(says("up"))
    twin.control(press="scd41")  # which is no button
    twin.wait_for(says("[twin] cannot do"))
    twin.control(say="scd41")
    twin.wait_for(says("[twin] scd41:"))


def test_an_error_in_the_program_shows_and_the_board_stays_on(make):
    twin = make("import time\n1 / 0\n")
    twin.wait_for(says("has ended"))
    assert 'File "/main.py", line 2' in twin.console()
    assert "ZeroDivisionError" in twin.console()
    assert twin.powered


def test_where_micropython_is_a_program_instead_of_a_library_it_runs_that(tmp_path, monkeypatch):
    program = micropython_program()
    if program is None:
        pytest.skip("MicroPython is not installed")
    monkeypatch.setattr("device.twin.host.fleet.micropython", lambda: program)
    main = b"import machine\nif machine.reset_cause() == 1: machine.reset()\nprint('again')\n"
    with Fleet() as own:
        files = {"main.py": main, "build.json": b'{"parts": []}'}
        twin = own.add(tmp_path / "board", Firmware("none", {}, files), {})
        twin.start()
        twin.wait_for(says("again"))
        assert twin.causes == ["power", "reset"]


def test_a_program_that_needs_more_memory_than_the_board_has_fails(make, tmp_path, fleet):
    files = {"main.py": b"x = bytearray(200_000)\n", "build.json": b'{"parts": []}'}
    twin = fleet.add(tmp_path / "small", Firmware("none", {}, files), {}, heap_kib=96)
    twin.start()
    twin.wait_for(says("MemoryError"))
    twin.cut_power()


def test_without_its_fleet_no_twin_goes_on(tmp_path):
    with Fleet() as own:
        program = {"main.py": b"while True: pass\n", "build.json": b'{"parts": []}'}
        twin = own.add(tmp_path / "board", Firmware("none", {}, program), {})
        twin.start()
        pid = twin.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
