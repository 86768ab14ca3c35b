"""Votes and passages on a twin: whole boards that lose their power while people are counted."""

import pytest

from device.twin.host import Twin, World
from kit import firmware
from tests.twins import new_fleet

pytestmark = [pytest.mark.e2e]

# As the program of the build, but for the minute between two savings and the hour between two
# readings: it reads as soon as somebody has voted, and sends at the start only.
PROGRAM = """
import asyncio
from fabnum import program, station

parts = [station.part(part) for part in {parts}]

@station.task
async def keep():
    while True:
        await asyncio.sleep_ms(200)
        await program.current.app.tally.gather()
        print("kept", program.current.app.tally._counts)

@station.every(3600, fixed=True)
async def count():
    counts = {{}}
    for part in parts:
        counts.update(await part.read())
    station.send(**counts)
    print("sent", sorted(counts.items()))

station.run()
"""


@pytest.fixture
def make(tmp_path):
    fleet = new_fleet()

    def make(build: str, *parts: str) -> Twin:
        config = {
            "town": "ville",
            "device": "objet",
            "build": build,
            "wifi": [],
            "broker": {"host": "127.0.0.1", "port": 1, "tls": False},
            "ntp": "",
            "settings": {"window": 0},
            "period": 3600,
        }
        main = PROGRAM.format(parts=parts).encode()
        files = firmware.assemble(build, main)
        return fleet.add(tmp_path / "objet", files, firmware.identity(config), World())

    with fleet:
        yield make


def said(twin: Twin, text: str, since: int = 0) -> bool:
    return text in twin.console()[since:]


def test_votes_outlive_a_power_cut(make):
    twin = make("vote", "button1", "button3")
    twin.start()
    twin.wait_for(lambda twin: said(twin, "kept"))
    twin.control(press="button1")
    twin.wait_for(lambda twin: said(twin, "'option1': 1"))
    twin.control(press="button3")
    twin.wait_for(lambda twin: said(twin, "'option3': 1"))
    twin.cut_power()
    before = len(twin.console())
    twin.start()
    twin.wait_for(lambda twin: said(twin, "sent [('option1', 1), ('option3', 1)]", before))
    twin.wait_for(lambda twin: said(twin, "'option1': 0", before))


def test_a_button_that_is_held_down_is_one_vote(make):
    twin = make("vote", "button1", "button3")
    twin.start()
    twin.wait_for(lambda twin: said(twin, "kept"))
    twin.control(hold="button1")
    twin.wait_for(lambda twin: said(twin, "'option1': 1"))
    twin.control(press="button3")
    twin.wait_for(lambda twin: said(twin, "'option3': 1"))
    assert not said(twin, "'option1': 2")


def test_who_walks_in_and_out_of_a_door_is_counted(make):
    twin = make("passage", "gate")
    twin.start()
    twin.wait_for(lambda twin: said(twin, "sent"))
    for _ in range(2):
        twin.control(room={"walks": "in"})
    twin.control(room={"walks": "out"})
    twin.wait_for(lambda twin: said(twin, "'entries': 2"))
    twin.wait_for(lambda twin: said(twin, "'exits': 1"))


def test_a_gate_whose_sensors_come_and_go_counts_on(make):
    twin = make("passage", "gate")
    twin.control(parts={"gate": {"plugged": False}})
    twin.start()
    twin.wait_for(lambda twin: said(twin, "Le capteur gate ne répond pas"))
    twin.control(parts={"gate": {"plugged": True}})
    twin.wait_for(lambda twin: said(twin, "Le capteur gate répond de nouveau"))
    twin.control(room={"walks": "out"})
    twin.wait_for(lambda twin: said(twin, "'exits': 1"))


def test_whoever_moves_is_one_motion(make):
    twin = make("passage-pir", "pir")
    twin.start()
    twin.wait_for(lambda twin: said(twin, "kept"))
    twin.control(room={"walks": "in"})
    twin.wait_for(lambda twin: said(twin, "'motions': 1"))
