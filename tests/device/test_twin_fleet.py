"""Many twins on one PC: each its own process, its own memory, and little of it."""

import json
import os

import psutil
import pytest

from device.twin.host import World
from kit import catalogue, firmware
from kit.firmware import Firmware
from tests.twins import new_fleet

COUNT = 120

PROGRAM = b"""
import asyncio, json
from drivers import scd41
build = json.load(open("build.json"))
async def main():
    sensor = scd41.create(build["parts"][0])
    while True:
        print("read", await sensor.read())
        await asyncio.sleep(5)
asyncio.run(main())
"""

A_LARGE_TWIN = 4 * 2**20
"""Bytes. One takes about a third; a process that shares nothing would take more than this."""


@pytest.mark.slow
def test_more_than_a_hundred_twins_measure_each_its_own_room(tmp_path):
    description = json.dumps(catalogue.load_build("air").for_device()).encode()
    code = firmware.compile_folder(firmware.DEVICE, ("drivers",))
    build = Firmware("air", code, {"main.py": PROGRAM, "build.json": description})
    fleet = new_fleet()
    with fleet:
        twins = [
            fleet.add(
                tmp_path / f"air-{number}",
                build,
                {},
                World(mac=f"02000000{number:04x}", room={"seed": number, "people": number % 30}),
            )
            for number in range(COUNT)
        ]
        for twin in twins:
            twin.start()
        for twin in twins:
            twin.wait_for(lambda twin: "read" in twin.console(), timeout=120)
        assert len({twin.pid for twin in twins}) == COUNT
        readings = {twin.console().split("read", 1)[1].splitlines()[0] for twin in twins}
        assert len(readings) > COUNT * 0.9

        if hasattr(psutil.Process().memory_full_info(), "pss"):
            shares = [psutil.Process(twin.pid).memory_full_info().pss for twin in twins]
            print(f"\n{COUNT} twins: {sum(shares) / COUNT / 2**20:.2f} MiB each")
            assert max(shares) < A_LARGE_TWIN

        pid = twins[0].pid
        assert pid is not None
        twins[0].cut_power()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert all(twin.powered for twin in twins[1:])
