"""Drivers and models together, on the real MicroPython: ``drivers_on_models.py SCENARIO``."""

import asyncio
import sys

from bench import clock, failure, near, plug, refusal, room


def is_true_air(reading):
    """Tell whether an SCD41's reading is the room's, within its accuracy."""
    return (
        sorted(reading) == ["co2", "humidity", "temperature"]
        and near(reading["co2"], room.co2, 50 + 0.025 * room.co2 + 15)
        and near(reading["temperature"], room.temperature, 1)
        and near(reading["humidity"], room.humidity, 7)
    )


def is_true_climate(reading):
    """Tell whether the reading of an SHT31 or DHT22 is the room's, within its accuracy."""
    return (
        sorted(reading) == ["humidity", "temperature"]
        and near(reading["temperature"], room.temperature, 0.9)
        and near(reading["humidity"], room.humidity, 3)
    )


async def scd41_measures_the_room():
    sensor, _ = plug("scd41")
    assert is_true_air(await sensor.read())
    first = clock.now
    assert is_true_air(await sensor.read())
    assert 4000 <= clock.now - first <= 6000, "it measures every five seconds"
    room.co2, room.temperature = 2400, 8.0
    for _ in range(200):
        reading = await sensor.read()
    assert is_true_air(reading)


async def scd41_starts_with_the_board():
    sensor, _ = plug("scd41")
    await sensor.start()
    assert sensor.serial > 0
    assert clock.now >= 1500, "it needs a second to wake up, and half a second to stop"


async def scd41_that_still_measures_is_started_anew():
    sensor, model = plug("scd41")
    await asyncio.sleep_ms(2000)
    model.write(0x62, b"\x21\xb1")
    await asyncio.sleep_ms(20_000)
    assert is_true_air(await sensor.read())


async def scd41_self_calibrates_unless_told_otherwise():
    for setting, expected in (({}, 1), ({"self_calibration": 0}, 0), ({"self_calibration": 1}, 1)):
        sensor, model = plug("scd41", **setting)
        await sensor.start()
        assert model.get_automatic_self_calibration() == (expected,)


async def scd41_unplugged_is_missing_until_it_is_back():
    sensor, model = plug("scd41")
    assert is_true_air(await sensor.read())
    model.plugged = False
    assert await failure(sensor.read()) == "missing"
    assert await failure(sensor.read()) == "missing"
    model.plugged = True
    assert is_true_air(await sensor.read())


async def scd41_that_lost_its_power_unseen_is_started_anew():
    sensor, model = plug("scd41")
    await sensor.read()
    model.plugged = False
    model.plugged = True
    await asyncio.sleep_ms(2000)
    assert await failure(sensor.read()) == "not-ready"
    assert is_true_air(await sensor.read())


async def scd41_damaged_answers_are_refused():
    sensor, model = plug("scd41")
    await sensor.read()
    model.corrupt = True
    assert await failure(sensor.read()) == "checksum"
    assert await failure(sensor.read()) == "checksum"
    model.corrupt = False
    assert is_true_air(await sensor.read())


async def scd41_impossible_values_are_refused():
    sensor, model = plug("scd41")
    model.out_of_range = True
    assert await failure(sensor.read()) == "out-of-range"
    model.out_of_range = False
    assert is_true_air(await sensor.read())


async def scd41_stuck_gives_the_same_for_ever():
    sensor, model = plug("scd41")
    first = await sensor.read()
    model.stuck = True
    room.co2 = 3000
    for _ in range(20):
        assert await sensor.read() == first


async def scd41_is_recalibrated_after_three_minutes_in_that_air():
    sensor, _ = plug("scd41")
    await sensor.read()
    assert "secondes" in await refusal(sensor.calibrate("outdoor", 420))
    room.co2 = 470
    for _ in range(200):
        await sensor.read()
    learnt = await sensor.calibrate("outdoor", 420)
    assert learnt["reference"] == 420
    assert -200 < learnt["correction"] < 100, learnt
    room.co2 = 420
    for _ in range(200):
        reading = await sensor.read()
    assert near(reading["co2"], 420 - 50, 40), "it takes what it had seen for 420"


async def scd41_learns_how_much_warmer_than_the_room_it_is():
    sensor, model = plug("scd41")
    for _ in range(200):
        before = await sensor.read()
    room.temperature -= 3
    for _ in range(200):
        await sensor.read()
    learnt = await sensor.calibrate("temperature", before["temperature"])
    assert near(learnt["offset"], 4 - 3, 0.3), learnt
    sensor._taught.update(learnt)  # as fabnum.calibration does once it is on flash
    for _ in range(50):
        reading = await sensor.read()
    assert near(reading["temperature"], before["temperature"], 0.3)
    (word,) = model.get_temperature_offset()
    assert near(word * 175 / 65535, learnt["offset"], 0.01)


async def scd41_refuses_what_it_cannot_learn():
    sensor, _ = plug("scd41")
    for step, value in (("outdoor", 100), ("outdoor", None), ("temperature", 60), ("moon", 1)):
        assert await refusal(sensor.calibrate(step, value)), step
        assert is_true_air(await sensor.read())


async def sht31_measures_the_room():
    sensor, _ = plug("sht31")
    assert is_true_climate(await sensor.read())
    room.temperature, room.humidity = -12.0, 88.0
    await asyncio.sleep_ms(120_000)
    assert is_true_climate(await sensor.read())


async def sht31_is_found_at_its_second_address():
    sensor, model = plug("sht31")
    model.addresses = (0x45,)
    assert is_true_climate(await sensor.read())


async def sht31_unplugged_is_missing_until_it_is_back():
    sensor, model = plug("sht31")
    model.plugged = False
    assert await failure(sensor.start()) == "missing"
    model.plugged = True
    await asyncio.sleep_ms(5)
    assert is_true_climate(await sensor.read())
    model.plugged = False
    assert await failure(sensor.read()) == "missing"
    model.plugged = True
    await asyncio.sleep_ms(5)
    assert is_true_climate(await sensor.read())


async def sht31_damaged_answers_are_refused():
    sensor, model = plug("sht31")
    model.corrupt = True
    assert await failure(sensor.read()) == "checksum"
    model.corrupt = False
    assert is_true_climate(await sensor.read())


async def sht31_impossible_values_are_refused():
    sensor, model = plug("sht31")
    model.out_of_range = True
    assert await failure(sensor.read()) == "out-of-range"


async def sht31_asked_too_early_is_not_ready():
    sensor, _ = plug("sht31")
    await sensor.start()
    sleep = asyncio.sleep_ms
    asyncio.sleep_ms = lambda _: sleep(10)  # an impatient driver: the conversion takes 15 ms
    assert await failure(sensor.read()) == "not-ready"
    asyncio.sleep_ms = sleep
    await asyncio.sleep_ms(10)
    assert is_true_climate(await sensor.read())


async def dht22_measures_the_room():
    sensor, _ = plug("dht22")
    assert is_true_climate(await sensor.read())
    room.temperature, room.humidity = -10.1, 71.0
    await asyncio.sleep_ms(300_000)
    assert is_true_climate(await sensor.read())


async def dht22_is_never_asked_within_two_seconds():
    sensor, _ = plug("dht22")
    for _ in range(5):
        assert is_true_climate(await sensor.read())
    assert clock.now >= 10_000


async def dht22_is_read_again_after_many_days():
    sensor, _ = plug("dht22")
    await sensor.read()
    clock.now += 9 * 86_400_000  # more than half a turn of the ticks
    before = clock.now
    assert is_true_climate(await sensor.read())
    assert clock.now - before <= 2000


async def dht22_unplugged_is_missing_until_it_is_back():
    sensor, model = plug("dht22")
    model.plugged = False
    assert await failure(sensor.start()) == "missing"
    assert await failure(sensor.read()) == "missing"
    model.plugged = True
    assert is_true_climate(await sensor.read())


async def dht22_damaged_answers_are_refused():
    sensor, model = plug("dht22")
    model.corrupt = True
    assert await failure(sensor.read()) == "checksum"
    model.corrupt = False
    assert is_true_climate(await sensor.read())


async def dht22_impossible_values_are_refused():
    sensor, model = plug("dht22")
    model.out_of_range = True
    assert await failure(sensor.read()) == "out-of-range"


async def two_sensors_share_one_bus():
    from drivers import bus

    air, _ = plug("scd41")
    climate, _ = plug("sht31")
    assert bus.i2c({"sda": 21, "scl": 22}) is bus.i2c({"sda": 21, "scl": 22})
    assert bus.i2c({"sda": 21, "scl": 22}).identity == (0,)
    assert bus.i2c({"sda": 25, "scl": 26}) is not bus.i2c({"sda": 21, "scl": 22})
    assert is_true_air(await air.read())
    assert is_true_climate(await climate.read())


async def a_bouncing_button_counts_each_press_once():
    button, model = plug("button")
    assert button._pin.pull == 2, "the pin needs its pull-up"
    await button.start()
    await button.start()
    for number in range(1, 21):
        model.press(120)
        await asyncio.wait_for(button.pressed(), 5)
        while model.level() == 0:
            await asyncio.sleep_ms(5)
        await asyncio.sleep_ms(100)
        if number == 3:
            assert await button.read() == {"presses": 3}
            assert await button.read() == {"presses": 0}
    assert await button.read() == {"presses": 17}


async def presses_that_nobody_waited_for_are_not_lost():
    button, model = plug("button")
    await button.start()
    for _ in range(3):
        model.press(120)
        await asyncio.sleep_ms(300)
    for _ in range(3):
        await asyncio.wait_for(button.pressed(), 5)
    assert await button.read() == {"presses": 3}


scenario = sys.argv[1]
asyncio.run(globals()[scenario]())
print("ok", scenario)
