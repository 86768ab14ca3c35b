"""The board finds the best network it knows, comes back to it, and says in one word why it cannot.

``fabnum.wifi`` runs on the real MicroPython with a ``network`` that has the habits of the ESP32's
(``micropython/chip/network.py``).
"""

from collections.abc import Callable

import pytest

from tests.device.conftest import DEVICE, SCRIPTS

PATH = {"MICROPYPATH": f"{SCRIPTS / 'chip'}:{DEVICE}:.frozen"}

BEGINNING = """
import asyncio
import network
from network import air
from fabnum.wifi import Wifi

Wifi.stale_ms = 400
Wifi.join_timeout_ms = 800
states = []

def on_state(up, reason):
    states.append(reason or "up")
    changed.set()

async def until(state):
    while state not in states:
        changed.clear()
        await changed.wait()

changed = asyncio.Event()
HOME = {"ssid": "home", "password": "secret of home"}
HALL = {"ssid": "hall", "password": "secret of hall"}
home = {"password": "secret of home", "rssi": -70}
hall = {"password": "secret of hall", "rssi": -50}
"""


@pytest.fixture
def wifi(run_micropython: Callable[..., str]) -> Callable[[str], list[str]]:
    def run(body: str) -> list[str]:
        lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
        source = f"{BEGINNING}\nasync def main():\n{lines}\nasyncio.run(main())"
        return run_micropython(source, env=PATH).splitlines()

    return run


def test_the_only_network_is_joined_without_a_scan(wifi: Callable[[str], list[str]]) -> None:
    body = """
air["home"] = home
wifi = Wifi([HOME], on_state, "gonesse-lamp")
asyncio.create_task(wifi.run())
await wifi.connected.wait()
print(states, wifi.ssid, wifi.rssi(), network.scans, network.names)
"""
    assert wifi(body) == ["['up'] home -70 [] ['gonesse-lamp']"]


def test_an_open_network_is_joined_without_a_password(wifi: Callable[[str], list[str]]) -> None:
    body = """
air["open"] = {"rssi": -60}
wifi = Wifi([{"ssid": "open"}], on_state)
asyncio.create_task(wifi.run())
await wifi.connected.wait()
print(states)
"""
    assert wifi(body) == ["['up']"]


def test_the_strongest_known_network_is_taken(wifi: Callable[[str], list[str]]) -> None:
    body = """
air["home"] = home
air["hall"] = hall
air["neighbour"] = {"password": "?", "rssi": -20}
wifi = Wifi([HOME, HALL], on_state)
asyncio.create_task(wifi.run())
await wifi.connected.wait()
print(network.joins)
"""
    assert wifi(body) == ["['hall']"]


def test_a_hidden_network_is_tried_after_those_in_sight(wifi: Callable[[str], list[str]]) -> None:
    body = """
air["hall"] = {"password": "changed", "rssi": -80}
air["home"] = {"password": "secret of home", "rssi": -40, "hidden": True}
wifi = Wifi([HOME, HALL], on_state)
asyncio.create_task(wifi.run())
await wifi.connected.wait()
print(network.joins, states)
"""
    assert wifi(body) == ["['hall', 'home'] ['up']"]


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ("None", "no-network"),
        ('{"password": "changed", "rssi": -60}', "wrong-password"),
        ('{"password": "secret of home", "rssi": -60, "dhcp": False}', "no-address"),
        ('{"password": "secret of home", "rssi": -90, "refuses": True}', "refused"),
    ],
)
def test_reasons_are_told_apart(wifi: Callable[[str], list[str]], point: str, reason: str) -> None:
    body = f"""
point = {point}
if point:
    air["home"] = point
wifi = Wifi([HOME], on_state)
asyncio.create_task(wifi.run())
await changed.wait()
print(states, wifi.reason, wifi.connected.is_set(), wifi.rssi())
"""
    assert wifi(body) == [f"['{reason}'] {reason} False None"]


def test_of_several_reasons_the_most_telling_is_given(wifi: Callable[[str], list[str]]) -> None:
    body = """
air["hall"] = {"password": "changed", "rssi": -40}
air["home"] = {"password": "secret of home", "rssi": -60, "refuses": True}
wifi = Wifi([HOME, HALL], on_state)
asyncio.create_task(wifi.run())
await changed.wait()
print(states, network.joins)
"""
    assert wifi(body) == ["['wrong-password'] ['hall', 'home']"]


def test_a_reason_of_before_does_not_hide_what_is_wrong_now(
    wifi: Callable[[str], list[str]],
) -> None:
    # The chip goes on to say "no network" while it waits for an address.
    body = """
wifi = Wifi([HOME], on_state)
asyncio.create_task(wifi.run())
await until("no-network")
air["home"] = dict(home, dhcp=False)
await until("no-address")
air["home"] = home
await until("up")
print(states)
"""
    assert wifi(body) == ["['no-network', 'no-address', 'up']"]


def test_the_network_of_before_is_joined_again_without_a_scan(
    wifi: Callable[[str], list[str]],
) -> None:
    body = """
air["home"] = home
air["hall"] = hall
wifi = Wifi([HOME, HALL], on_state)
asyncio.create_task(wifi.run())
await until("up")
del air["hall"]
await until("lost")
air["hall"] = hall
states.clear()
await until("up")
print(network.joins[0], network.joins[-1], len(network.scans))
"""
    first, last, scans = wifi(body)[0].split()
    assert (first, last) == ("hall", "hall")
    assert int(scans) >= 1


def test_when_its_network_is_gone_the_board_moves_to_another(
    wifi: Callable[[str], list[str]],
) -> None:
    body = """
air["home"] = home
air["hall"] = hall
wifi = Wifi([HOME, HALL], on_state)
asyncio.create_task(wifi.run())
await until("up")
del air["hall"]
await until("lost")
states.clear()
await until("up")
print(wifi.ssid, wifi.connected.is_set())
"""
    assert wifi(body) == ["home True"]


def test_the_board_comes_back_after_the_network_was_away(
    wifi: Callable[[str], list[str]],
) -> None:
    body = """
air["home"] = home
wifi = Wifi([HOME], on_state)
asyncio.create_task(wifi.run())
await until("up")
del air["home"]
await until("no-network")
states.clear()
air["home"] = home
await until("up")
print(wifi.connected.is_set())
"""
    assert wifi(body) == ["True"]
