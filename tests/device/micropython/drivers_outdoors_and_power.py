"""BME280, BH1750, soil probe, INA219: drivers and models together, on the real MicroPython.

``drivers_outdoors_and_power.py SCENARIO``, as ``drivers_on_models.py``.
"""

import asyncio
import sys

from bench import clock, failure, models, near, plug, refusal, room
from fabnum.parts import Part
from twin.board.parts import bme280 as bme280_model


def is_true_weather(reading):
    """Tell whether a BME280's reading is the room's, within its accuracy."""
    return (
        sorted(reading) == ["humidity", "pressure", "temperature"]
        and near(reading["temperature"], room.temperature, 0.6)
        and near(reading["humidity"], room.humidity, 3.3)
        and near(reading["pressure"], room.pressure, 1.2)
    )


def is_true_light(reading):
    """Tell whether a BH1750's reading is the light around, within its accuracy."""
    return list(reading) == ["light"] and near(reading["light"], room.light, 0.22 * room.light + 2)


def is_true_power(reading):
    """Tell whether an INA219's reading is what the supply gives, within its accuracy."""
    return (
        sorted(reading) == ["current", "power", "voltage"]
        and near(reading["voltage"], room.voltage, 0.015)
        and near(reading["current"], room.current, 0.001 + 0.006 * abs(room.current))
        and near(reading["power"], reading["voltage"] * abs(reading["current"]), 0.005)
    )


async def bme280_measures_the_air():
    sensor, _ = plug("bme280")
    assert is_true_weather(await sensor.read())
    assert clock.now <= 100 + 3 + 10 + 20, "it measures when asked, in ten milliseconds"
    room.temperature, room.humidity, room.pressure = -12.0, 88.0, 961.4
    await asyncio.sleep_ms(120_000)
    assert is_true_weather(await sensor.read())


async def bme280_keeps_a_single_pascal():
    sensor, model = plug("bme280")
    await sensor.read()
    model._pressure._noise = 0
    room.pressure = 1000.00
    await asyncio.sleep_ms(60_000)
    first = (await sensor.read())["pressure"]
    room.pressure = 1000.05
    await asyncio.sleep_ms(60_000)
    assert near((await sensor.read())["pressure"] - first, 0.05, 0.011)


async def bme280_is_found_at_its_second_address():
    sensor, model = plug("bme280")
    model.addresses = (0x77,)
    assert is_true_weather(await sensor.read())


async def bme280_unplugged_is_missing_until_it_is_back():
    sensor, model = plug("bme280")
    model.plugged = False
    assert await failure(sensor.start()) == "missing"
    model.plugged = True
    await asyncio.sleep_ms(5)
    assert is_true_weather(await sensor.read())
    model.plugged = False
    assert await failure(sensor.read()) == "missing"
    assert await failure(sensor.read()) == "missing"
    model.plugged = True
    await asyncio.sleep_ms(5)
    assert is_true_weather(await sensor.read())


async def bme280_that_lost_its_power_unseen_is_started_anew():
    sensor, model = plug("bme280")
    await sensor.read()
    model.plugged = False
    model.plugged = True
    await asyncio.sleep_ms(5)
    assert is_true_weather(await sensor.read())


async def bme280_damaged_answers_are_refused():
    sensor, model = plug("bme280")
    await sensor.read()
    model.corrupt = True
    for _ in range(20):
        assert await failure(sensor.read()) in ("checksum", "not-ready", "clone")
    model.corrupt = False
    assert is_true_weather(await sensor.read())


async def bme280_and_ina219_notice_a_single_damaged_bit_of_a_value():
    for driver, register in (("bme280", 0xF7), ("ina219", 0x03), ("ina219", 0x04)):
        sensor, model = plug(driver)
        await sensor.read()
        damaged_once(model, register)
        assert await failure(sensor.read()) == "checksum"
        await asyncio.sleep_ms(5)
        assert await failure(sensor.read()) is None


def damaged_once(model, register):
    """Turn the lowest bit of what is next read from that register on."""
    read = model.read

    def read_damaged(address, count):
        due = model._pointer == register
        answer = bytearray(read(address, count))
        if due:
            answer[1] ^= 1
            model.read = read
        return bytes(answer)

    model.read = read_damaged


async def bme280_reads_the_trimming_of_its_specimen():
    usual, odd = (75, 362, 0, 313, 50, 30), (0, -300, 255, -2048, 2047, -128)
    for h in (usual, odd, (255, 1, 9, -1, -33, 0)):
        bme280_model._H = h
        sensor, _ = plug("bme280")
        await sensor.start()
        assert sensor._t == bme280_model._T
        assert sensor._p == bme280_model._P
        assert sensor._h == h, sensor._h


async def bme280_impossible_values_are_refused():
    sensor, model = plug("bme280")
    model.out_of_range = True
    assert await failure(sensor.read()) == "out-of-range"
    model.out_of_range = False
    assert is_true_weather(await sensor.read())


async def bme280_stuck_gives_the_same_for_ever():
    sensor, model = plug("bme280")
    first = await sensor.read()
    model.stuck = True
    room.pressure = 960
    for _ in range(5):
        assert await sensor.read() == first


async def bme280_asked_too_early_is_not_ready():
    sensor, _ = plug("bme280")
    await sensor.start()
    sleep = asyncio.sleep_ms
    asyncio.sleep_ms = lambda _: sleep(0)  # an impatient driver: measuring takes 9.3 ms
    assert await failure(sensor.read()) == "not-ready"
    asyncio.sleep_ms = sleep
    await asyncio.sleep_ms(10)
    assert is_true_weather(await sensor.read())


async def bmp280_in_its_place_gives_what_it_can_and_is_named():
    sensor, model = plug("bme280")
    model.clone = True
    await asyncio.sleep_ms(5)
    reading = await sensor.read()
    assert sorted(reading) == ["pressure", "temperature"]
    assert near(reading["temperature"], room.temperature, 0.6)
    assert near(reading["pressure"], room.pressure, 1.2)
    assert sensor.complaint.code == "clone"
    assert str(sensor.complaint) == (
        "Le capteur bme280 est un BMP280, sans humidité : remplacez-le par un BME280."
    )
    model.clone = False
    await asyncio.sleep_ms(5)
    assert is_true_weather(await sensor.read())
    assert sensor.complaint is None


async def bmp280_is_a_fault_of_its_part_which_goes_on_measuring():
    _, model = plug("bme280")
    description = {
        "id": "bme280",
        "driver": "bme280",
        "bus": "i2c",
        "pins": {"sda": 21, "scl": 22},
        "addresses": [0x76, 0x77],
        "settings": {},
    }
    part = Part({"parts": [description]}, "bme280")
    told = []
    part.on_change = lambda changed: told.append(changed.error and changed.error.code)
    for plugged, clone, expected in (
        (True, False, None),
        (True, True, "clone"),
        (True, True, "clone"),
        (False, True, "missing"),
        (True, True, "clone"),
        (True, False, None),
    ):
        model.plugged, model.clone = plugged, clone
        await asyncio.sleep_ms(5)
        if plugged:
            assert ("humidity" in await part.read()) != clone
        else:
            assert await failure(part.read()) == "missing"
        assert (part.error and part.error.code) == expected
    assert told == ["clone", "missing", "clone", None]


async def another_chip_at_its_address_is_no_bme280():
    sensor, model = plug("bme280")
    read = model.read
    model.read = lambda address, count: b"\x61" * len(read(address, count))  # a BME680
    assert await failure(sensor.read()) == "clone"
    model.read = read
    assert is_true_weather(await sensor.read())


async def bh1750_measures_the_light():
    sensor, _ = plug("bh1750")
    for room.light in (0.0, 3.0, 412.0, 30_000.0):
        await asyncio.sleep_ms(1000)
        assert is_true_light(await sensor.read())


async def bh1750_measures_the_sun_too():
    sensor, model = plug("bh1750")
    model._gain = 1
    for room.light in (60_000.0, 100_000.0, 40.0):
        await asyncio.sleep_ms(1000)
        reading = await sensor.read()
        assert near(reading["light"], room.light, 0.01 * room.light + 1), reading


async def bh1750_is_found_at_its_second_address():
    sensor, model = plug("bh1750")
    model.addresses = (0x5C,)
    assert is_true_light(await sensor.read())


async def bh1750_waits_for_the_slowest_specimen():
    sensor, model = plug("bh1750")
    model._slowness = 1.5
    room.light = 412.0
    assert is_true_light(await sensor.read())
    room.light = 90.0
    await asyncio.sleep_ms(1000)
    assert is_true_light(await sensor.read())


async def bh1750_unplugged_is_missing_until_it_is_back():
    sensor, model = plug("bh1750")
    model.plugged = False
    assert await failure(sensor.start()) == "missing"
    model.plugged = True
    assert is_true_light(await sensor.read())
    model.plugged = False
    assert await failure(sensor.read()) == "missing"
    model.plugged = True
    assert is_true_light(await sensor.read())


async def bh1750_damaged_answers_are_refused():
    sensor, model = plug("bh1750")
    model.corrupt = True
    assert await failure(sensor.read()) == "checksum"
    model.corrupt = False
    assert is_true_light(await sensor.read())


async def bh1750_impossible_values_are_refused():
    sensor, model = plug("bh1750")
    model.out_of_range = True
    assert await failure(sensor.read()) == "out-of-range"


async def bh1750_stuck_gives_the_same_for_ever():
    sensor, model = plug("bh1750")
    first = await sensor.read()
    model.stuck = True
    room.light = 9000
    for _ in range(5):
        assert await sensor.read() == first


async def ina219_measures_what_the_supply_gives():
    sensor, _ = plug("ina219")
    assert is_true_power(await sensor.read())
    for room.voltage, room.current in ((5.1, 1.2), (24.0, 3.0), (12.0, 0.0), (3.3, -0.8)):
        await asyncio.sleep_ms(1000)
        reading = await sensor.read()
        assert is_true_power(reading), reading


async def ina219_is_found_at_another_address():
    sensor, model = plug("ina219")
    model.addresses = (0x45,)
    assert is_true_power(await sensor.read())


async def ina219_that_lost_its_calibration_does_not_tell_0_amperes():
    sensor, model = plug("ina219")
    await sensor.read()
    model.plugged = False
    model.plugged = True
    assert is_true_power(await sensor.read())


async def ina219_unplugged_is_missing_until_it_is_back():
    sensor, model = plug("ina219")
    model.plugged = False
    assert await failure(sensor.start()) == "missing"
    model.plugged = True
    assert is_true_power(await sensor.read())
    model.plugged = False
    assert await failure(sensor.read()) == "missing"
    model.plugged = True
    assert is_true_power(await sensor.read())


async def ina219_too_much_is_an_overload():
    sensor, model = plug("ina219")
    assert is_true_power(await sensor.read())
    for volts, amperes in ((12.0, 3.5), (12.0, -3.5), (27.0, 0.1)):
        room.voltage, room.current = volts, amperes
        await asyncio.sleep_ms(1000)
        assert await failure(sensor.read()) == "overload"
    room.voltage, room.current = 12.0, 0.4
    await asyncio.sleep_ms(1000)
    assert is_true_power(await sensor.read())
    model.out_of_range = True
    assert await failure(sensor.read()) == "overload"


async def ina219_damaged_answers_are_refused():
    sensor, model = plug("ina219")
    await sensor.read()
    model.corrupt = True
    for _ in range(20):
        assert await failure(sensor.read()) in ("checksum", "failed")
    model.corrupt = False
    assert is_true_power(await sensor.read())


async def ina219_stuck_gives_the_same_for_ever():
    sensor, model = plug("ina219")
    first = await sensor.read()
    model.stuck = True
    room.current = 2.0
    for _ in range(5):
        assert await sensor.read() == first


async def ina219_asked_too_early_is_not_ready():
    sensor, _ = plug("ina219")
    await sensor.start()
    sleep = asyncio.sleep_ms
    asyncio.sleep_ms = lambda _: sleep(1)
    assert await failure(sensor.read()) == "not-ready"
    asyncio.sleep_ms = sleep
    assert is_true_power(await sensor.read())


async def ina219_may_become_ready_between_two_looks():
    sensor, model = plug("ina219")
    await sensor.read()
    write, read = model.write, model.read

    def write_slowly(address, data):
        write(address, data)
        model._takes_ms = 140.5

    def read_slowly(address, count):
        answer = read(address, count)
        clock.now += 1
        return answer

    model.write, model.read = write_slowly, read_slowly
    for _ in range(5):
        assert is_true_power(await sensor.read())


async def its_sister_is_no_ina219():
    sensor, model = plug("ina219")
    read = model.read
    model.read = lambda address, count: b"\x41\x27"  # what an INA226 says after a reset
    assert await failure(sensor.read()) == "failed"
    model.read = read
    assert is_true_power(await sensor.read())


async def soil_probe_is_read_by_the_typical_ends_at_first():
    sensor, _ = plug("soil")
    reading = await sensor.read()
    assert list(reading) == ["moisture"]
    assert near(reading["moisture"], 37, 10)


async def soil_probe_that_was_shown_dry_and_wet_tells_the_moisture():
    sensor, _ = plug("soil")
    taught = sensor._taught
    for step, room.moisture in (("dry", 0), ("wet", 100)):
        await asyncio.sleep_ms(60_000)
        taught.update(await sensor.calibrate(step, None))
    assert sorted(taught) == ["dry", "wet"]
    for room.moisture in (0, 20, 37, 75, 100):
        await asyncio.sleep_ms(60_000)
        assert near((await sensor.read())["moisture"], room.moisture, 1)


async def soil_probe_ends_that_are_too_close_are_refused():
    sensor, _ = plug("soil")
    room.moisture = 95
    assert (
        await refusal(sensor.calibrate("dry", None))
        == "La sonde se croit mouillée : essuyez-la, puis recommencez."
    )
    room.moisture = 3
    await asyncio.sleep_ms(60_000)
    assert (
        await refusal(sensor.calibrate("wet", None))
        == "La sonde se croit au sec : plongez-la plus loin, puis recommencez."
    )
    assert await refusal(sensor.calibrate("salt", None)) == "soil n’a pas d’étape « salt »."


async def soil_probe_with_a_senseless_calibration_goes_by_the_typical_ends():
    sensor, _ = plug("soil")
    expected = (await sensor.read())["moisture"]
    sensor._taught.update({"dry": 1500, "wet": 1499, "at": 1_763_700_000})
    assert near((await sensor.read())["moisture"], expected, 1)


async def soil_probe_drier_or_wetter_than_its_ends_stays_on_the_scale():
    sensor, _ = plug("soil")
    sensor._taught.update({"dry": 2600, "wet": 1700})
    for room.moisture, expected in ((0, 0), (100, 100)):
        await asyncio.sleep_ms(60_000)
        assert (await sensor.read())["moisture"] == expected


async def soil_probe_unplugged_is_missing_until_it_is_back():
    sensor, model = plug("soil")
    model.plugged = False
    assert await failure(sensor.start()) == "missing"
    assert await failure(sensor.calibrate("dry", None)) == "missing"
    model.plugged = True
    assert near((await sensor.read())["moisture"], 37, 10)
    model.plugged = False
    assert await failure(sensor.read()) == "missing"


async def soil_probe_without_its_ground_is_missing():
    sensor, model = plug("soil")
    model.out_of_range = True
    assert await failure(sensor.read()) == "missing"


async def soil_probe_with_a_loose_contact_is_refused():
    sensor, model = plug("soil")
    model.corrupt = True
    assert await failure(sensor.read()) == "checksum"
    model.corrupt = False
    assert near((await sensor.read())["moisture"], 37, 10)


async def soil_probe_stuck_gives_nearly_the_same_for_ever():
    sensor, model = plug("soil")
    first = (await sensor.read())["moisture"]
    model.stuck = True
    room.moisture = 90
    await asyncio.sleep_ms(60_000)
    assert near((await sensor.read())["moisture"], first, 1)


async def light_and_weather_share_one_bus():
    light, _ = plug("bh1750")
    weather, _ = plug("bme280")
    assert len(models) == 2
    assert is_true_light(await light.read())
    assert is_true_weather(await weather.read())


scenario = sys.argv[1]
asyncio.run(globals()[scenario]())
print("ok", scenario)
