"""Calibrations on the real MicroPython, with the SCD41's model: ``calibrating.py SCENARIO``."""

import asyncio
import json
import os
import sys

import bench  # drivers get its time and its pins
from fabnum import calibration, config
from fabnum.parts import Part

NOW = 1_763_700_000
BUILD = {
    "parts": [
        {
            "id": "scd41",
            "driver": "scd41",
            "bus": "i2c",
            "pins": {"sda": 21, "scl": 22},
            "addresses": [0x62],
            "settings": {},
            "channels": ["co2", "temperature", "humidity"],
        },
        {
            "id": "button",
            "driver": "button",
            "bus": "gpio",
            "pins": {"input": 27},
            "addresses": [],
            "settings": {},
            "channels": ["presses"],
        },
    ]
}


def written():
    """Return what stands in config.json."""
    with open(config.path("config.json")) as file:
        return json.load(file)


def warm_part():
    """Return the SCD41 in its room, as a program opens it."""
    bench.plug("scd41")
    return Part(BUILD, "scd41")


async def refusal(awaitable):
    """Return the sentence of what it raises, an empty one if nothing is."""
    try:
        await awaitable
    except Exception as error:
        return str(error)
    return ""


async def a_calibration_waits_for_one_reading_and_not_for_all_that_follow():
    part = warm_part()
    readings = []

    async def read_without_a_pause():
        while len(readings) < 20:
            readings.append(await part.read())

    reading = asyncio.create_task(read_without_a_pause())
    await asyncio.sleep(0)
    assert "attendez encore" in await refusal(part.calibrate("outdoor", 420))
    assert len(readings) <= 1, len(readings)
    reading.cancel()


async def what_is_learnt_is_kept_beside_all_other_settings():
    before = written()
    learnt = await calibration.learn(warm_part(), "temperature", 20.5, NOW)
    after = written()
    assert after["settings"].pop("calibration") == {
        "scd41": {"offset": learnt["offset"], "at": NOW}
    }
    assert after["settings"] == before["settings"]
    assert after["wifi"] == before["wifi"]
    assert after["broker"]["password"] == before["broker"]["password"]


async def it_is_found_again_after_a_restart():
    learnt = await calibration.learn(warm_part(), "temperature", 20.5, NOW)
    config.forget()
    _sensor, model = bench.plug("scd41")
    part = Part(BUILD, "scd41")
    await part.read()
    assert part.description["calibration"] == {"offset": learnt["offset"], "at": NOW}
    (word,) = model.get_temperature_offset()
    assert bench.near(word * 175 / 65535, learnt["offset"], 0.01)


async def the_running_driver_uses_it_at_once():
    part = warm_part()
    before = (await part.read())["temperature"]
    await calibration.learn(part, "temperature", before - 2, NOW)
    assert bench.near((await part.read())["temperature"], before - 2, 0.3)


async def a_second_step_leaves_what_the_first_one_taught():
    part = warm_part()
    first = await calibration.learn(part, "temperature", 20.5, NOW)
    for _ in range(40):
        await part.read()
    second = await calibration.learn(part, "outdoor", 420, None)
    expected = dict(first)
    expected.update(second)
    assert written()["settings"]["calibration"]["scd41"] == expected  # without a time


async def a_flash_that_refuses_changes_nothing():
    part = warm_part()
    await calibration.learn(part, "temperature", 20.5, NOW)
    before = written()
    os.mkdir(config.path("config.json.new"))
    assert await refusal(calibration.learn(part, "temperature", 18, NOW))
    assert written() == before
    assert part.description["calibration"] == before["settings"]["calibration"]["scd41"]
    os.rmdir(config.path("config.json.new"))


async def what_the_driver_refuses_changes_nothing():
    part = warm_part()
    before = written()
    assert "secondes" in await refusal(calibration.learn(part, "outdoor", 420, NOW))
    bench.models["scd41"].plugged = False
    assert "fils" in await refusal(calibration.learn(part, "temperature", 20, NOW))
    assert written() == before


async def a_driver_that_gives_nonsense_changes_nothing():
    before = written()
    many = {str(n): n for n in range(17)}
    for nonsense in (None, [], {"a": "text"}, {"a": float("nan")}, {"a": True}, many):
        part = warm_part()

        async def calibrate(step, value, nonsense=nonsense):
            return nonsense

        part.driver.calibrate = calibrate
        assert await refusal(calibration.learn(part, "x", None, NOW))
        assert written() == before, nonsense


async def a_driver_that_never_ends_is_given_up_and_read_again():
    part = warm_part()

    async def calibrate(step, value):
        await asyncio.Event().wait()

    part.driver.calibrate = calibrate
    # Time here is not waited for, but asyncio's own is the PC's: two minutes are made shorter.
    wait_for = asyncio.wait_for
    asyncio.wait_for = lambda awaitable, _seconds: wait_for(awaitable, 0.1)
    assert "scd41" in await refusal(calibration.learn(part, "x", None, NOW))
    asyncio.wait_for = wait_for
    assert (await part.read())["co2"] > 300


async def a_step_that_gives_nothing_leaves_all_as_old_as_it_is():
    part = warm_part()
    await calibration.learn(part, "temperature", 20.5, NOW)
    before = written()

    async def calibrate(step, value):
        return {}

    part.driver.calibrate = calibrate
    assert await calibration.learn(part, "start", None, NOW + 60) == {}
    assert written() == before


async def parts_that_cannot_are_named():
    assert "programme" in await refusal(calibration.learn(None, "x", None, NOW))
    bench.plug("button")
    assert "button" in await refusal(calibration.learn(Part(BUILD, "button"), "x", None, NOW))


async def a_calibration_that_somebody_mangled_by_hand_is_none():
    for mangled in (5, [], {"scd41": 3}, {"scd41": None}, {"scd41": "abc"}):
        settings = dict(written()["settings"], calibration=mangled)
        config.update({"settings": settings})
        part = warm_part()
        assert part.description["calibration"] == {}, mangled
        assert "offset" in await calibration.learn(part, "temperature", 20.5, NOW)


async def a_board_without_a_usable_configuration_measures_all_the_same():
    os.remove(config.path("config.json"))
    config.forget()
    assert (await warm_part().read())["co2"] > 300


config.FOLDER = sys.argv[2]
asyncio.run(globals()[sys.argv[1]]())
print("ok", sys.argv[1])
