"""INMP441, two VL53L0X, HC-SR501, vote buttons: drivers and models, on the real MicroPython.

``drivers_noise_passage_vote.py SCENARIO``, as ``drivers_on_models.py``.
"""

import asyncio
import sys

from bench import clock, failure, near, plug, refusal, room

_MINUTE_MS = 60_000


# The microphone.


async def a_microphone_measures_the_level_of_the_room():
    microphone, _ = plug("inmp441")
    await microphone.start()
    for level in (45.0, 63.0, 80.0, 100.0):
        room.noise = level
        await microphone.read()
        await asyncio.sleep_ms(_MINUTE_MS)
        reading = await microphone.read()
        assert list(reading) == ["level"]
        assert near(reading["level"], level, 3.5), (level, reading)


async def a_reading_is_the_mean_energy_since_the_last_one():
    microphone, _ = plug("inmp441")
    await microphone.start()
    room.noise = 80.0
    await asyncio.sleep_ms(_MINUTE_MS)
    loud = (await microphone.read())["level"]
    await asyncio.sleep_ms(_MINUTE_MS // 2)
    room.noise = 40.0
    await asyncio.sleep_ms(_MINUTE_MS // 2)
    half = (await microphone.read())["level"]
    assert near(loud - half, 3, 0.6), "half of the time, half of the energy"


async def a_microphone_is_silent_at_first_and_that_is_no_level():
    microphone, model = plug("inmp441")
    model.power_up()
    reading = await microphone.read()
    assert near(reading["level"], room.noise, 3.5)


async def a_microphone_unplugged_is_missing_until_it_is_back():
    microphone, model = plug("inmp441")
    model.plugged = False
    assert await failure(microphone.start()) == "missing"
    model.plugged = True
    await microphone.read()
    model.plugged = False
    await asyncio.sleep_ms(500)
    assert await failure(microphone.read()) == "missing"
    assert await failure(microphone.read()) == "missing"
    model.plugged = True
    assert near((await microphone.read())["level"], room.noise, 3.5)


async def a_chip_that_cannot_receive_for_a_moment_is_no_end_of_listening():
    microphone, _ = plug("inmp441")
    await microphone.read()
    controller, microphone._i2s = microphone._i2s, DeafController()
    await asyncio.sleep_ms(500)
    assert await failure(microphone.read()) == "missing"
    assert await failure(microphone.start()) == "missing"
    microphone._i2s = controller
    await microphone.read()
    await asyncio.sleep_ms(_MINUTE_MS)
    assert near((await microphone.read())["level"], room.noise, 3.5)


class DeafController:
    def readinto(self, samples):
        raise OSError(116)  # ETIMEDOUT


async def a_microphone_that_sends_always_the_same_is_missing():
    microphone, model = plug("inmp441")
    await microphone.read()
    model.stuck = True
    await asyncio.sleep_ms(500)
    assert await failure(microphone.read()) == "missing"
    model.stuck = False
    assert near((await microphone.read())["level"], room.noise, 3.5)


async def a_wire_full_of_rubbish_is_no_level():
    microphone, model = plug("inmp441")
    await microphone.read()
    model.out_of_range = True
    await asyncio.sleep_ms(2000)
    assert await failure(microphone.read()) == "out-of-range"
    model.out_of_range = False
    assert near((await microphone.read())["level"], room.noise, 3.5)


async def a_sound_level_meter_sets_a_microphone_right():
    from drivers import inmp441

    kept = {}
    plain, model = plug("inmp441")
    model._error_db = 2.7
    learnt = await plain.calibrate("reference", 63.0)
    assert list(learnt) == ["offset"]
    assert near(learnt["offset"], -2.7, 0.4), learnt
    kept.update(learnt)
    taught = inmp441.Inmp441("inmp441", plain._listen, plain._shift, kept)
    await taught.start()
    await asyncio.sleep_ms(_MINUTE_MS)
    assert near((await taught.read())["level"], 63.0, 0.3)
    kept["offset"] = 0.0  # as after another calibration
    await asyncio.sleep_ms(_MINUTE_MS)
    assert near((await taught.read())["level"], 65.7, 0.3)


async def a_sound_level_meter_that_is_far_off_is_not_believed():
    microphone, _ = plug("inmp441")
    assert "dB" in await refusal(microphone.calibrate("reference", 95.0))
    assert "reference" in await refusal(microphone.calibrate("other", 63.0))
    assert near((await microphone.read())["level"], 63.0, 3.5)


# The doorway.


async def walk(entries=0, exits=0):
    """Let some people walk through, and give them the time for it."""
    room.entered += entries
    room.left += exits
    await asyncio.sleep_ms(1200 * (entries + exits) + 500)


async def started_gate(learning_ms=1500):
    """Return a gate that has learnt how wide its door is, and its model."""
    gate, model = plug("gate")
    await gate.start()
    await asyncio.sleep_ms(learning_ms)
    return gate, model


async def two_sensors_at_one_address_get_one_each():
    gate, model = plug("gate")
    assert model.addresses == [] or gate, "both are held asleep"
    await gate.start()
    assert model.addresses == [0x30, 0x31]
    assert await gate.read() == {"entries": 0, "exits": 0}


async def who_goes_in_and_who_goes_out_is_counted():
    gate, _ = await started_gate()
    await walk(entries=3)
    assert await gate.read() == {"entries": 3, "exits": 0}
    await walk(exits=2)
    assert await gate.read() == {"entries": 0, "exits": 2}
    assert await gate.read() == {"entries": 0, "exits": 0}


async def a_gate_counts_between_two_readings():
    gate, _ = await started_gate()
    for _ in range(20):
        await walk(entries=1)
        await walk(exits=1)
    assert await gate.read() == {"entries": 20, "exits": 20}


async def a_power_dip_of_the_sensors_is_not_even_a_failure():
    gate, model = await started_gate()
    await walk(entries=1)
    model.plugged = False
    model.plugged = True
    assert model.addresses == [0x29, 0x29]
    await asyncio.sleep_ms(1000)
    assert model.addresses == [0x30, 0x31]
    await walk(entries=1)
    assert await gate.read() == {"entries": 2, "exits": 0}


async def a_gate_unplugged_is_missing_until_it_is_back():
    gate, model = plug("gate")
    model.plugged = False
    assert await failure(gate.start()) == "missing"
    assert await failure(gate.read()) == "missing"
    model.plugged = True
    await asyncio.sleep_ms(4000)
    await walk(entries=1)
    assert await gate.read() == {"entries": 1, "exits": 0}


async def what_was_counted_before_a_failure_is_told_first():
    gate, model = await started_gate()
    await walk(exits=1)
    model.plugged = False
    await asyncio.sleep_ms(3000)
    assert await gate.read() == {"entries": 0, "exits": 1}
    assert await failure(gate.read()) == "missing"
    model.plugged = True
    await asyncio.sleep_ms(4000)
    await walk(exits=1)
    assert await gate.read() == {"entries": 0, "exits": 1}


async def one_sensor_that_is_away_is_a_failure():
    gate, model = await started_gate()
    inside = model.chips[1]
    wake = inside.sleep
    inside.sleep = lambda asleep: None
    inside.asleep = True
    await asyncio.sleep_ms(3000)
    assert await failure(gate.read()) == "missing"
    inside.sleep = wake
    await asyncio.sleep_ms(4000)
    assert await gate.read() == {"entries": 0, "exits": 0}


async def sensors_that_range_no_more_are_woken_anew():
    gate, model = await started_gate()
    model.stuck = True
    await asyncio.sleep_ms(4000)
    assert await failure(gate.read()) == "not-ready"
    model.stuck = False
    await asyncio.sleep_ms(4000)
    await walk(entries=1)
    assert await gate.read() == {"entries": 1, "exits": 0}


async def impossible_distances_are_refused():
    gate, model = await started_gate()
    model.out_of_range = True
    await asyncio.sleep_ms(1000)
    assert await failure(gate.read()) == "out-of-range"
    model.out_of_range = False
    await asyncio.sleep_ms(4000)
    assert await gate.read() == {"entries": 0, "exits": 0}


async def another_part_at_the_address_is_no_vl53l0x():
    gate, model = plug("gate")
    for chip in model.chips:
        chip.power_up = lambda chip=chip: chip._registers.update({0xC0: 0xEA})
        chip._registers[0xC0] = 0xEA
    assert await failure(gate.start()) == "missing"


async def a_count_by_hand_tells_the_error():
    gate, _ = await started_gate()
    assert "start" in await refusal(gate.calibrate("stop", 10))
    assert await gate.calibrate("start", None) == {}
    await walk(entries=5)
    await gate.read()
    await walk(exits=4)
    learnt = await gate.calibrate("stop", 10)
    assert learnt == {"hand": 10, "counted": 9, "error_percent": -10.0}, learnt
    assert "start" in await refusal(gate.calibrate("stop", 10))


# The motion sensor.


async def a_motion_sensor_is_not_believed_for_a_minute():
    clock.now = 3000  # where the ticks are 0: the power comes on
    pir, model = plug("pir")
    await pir.start()
    await walk(entries=1)
    await asyncio.sleep_ms(_MINUTE_MS - 5000)
    assert await pir.read() == {"motions": 0}, "though it has babbled"
    assert model.level() == 0
    await asyncio.sleep_ms(5000)
    await walk(entries=1)
    assert await pir.read() == {"motions": 1}
    assert await pir.read() == {"motions": 0}


async def motions_are_counted_people_are_not():
    pir, _ = plug("pir")
    await pir.start()
    room.entered += 2
    room.left += 1
    await asyncio.sleep_ms(8000)
    assert await pir.read() == {"motions": 1}, "three at once are one motion"
    for _ in range(4):
        room.entered += 1
        await asyncio.sleep_ms(8000)
    assert await pir.read() == {"motions": 4}


async def a_motion_sensor_that_is_not_there_sees_none():
    pir, model = plug("pir")
    model.plugged = False
    await pir.start()
    await walk(entries=3)
    assert await pir.read() == {"motions": 0}


async def motions_and_people_counted_by_hand_differ_and_that_is_told():
    pir, _ = plug("pir")
    await pir.start()
    await pir.calibrate("start", None)
    for _ in range(3):
        room.entered += 2
        await asyncio.sleep_ms(8000)
    learnt = await pir.calibrate("stop", 6)
    assert learnt == {"hand": 6, "counted": 3, "error_percent": -50.0}, learnt


# The vote box.


async def press(model, times=1, every_ms=500):
    """Press a button some times."""
    for _ in range(times):
        model.press(120)
        await asyncio.sleep_ms(every_ms)


async def each_button_of_a_vote_box_has_its_own_count():
    boxes = [plug("button", channel=f"option{n}", pin=10 + n) for n in (1, 2, 3)]
    for button, _ in boxes:
        await button.start()
    await press(boxes[1][1])
    votes = {}
    for button, _ in boxes:
        votes.update(await button.read())
    assert votes == {"option1": 0, "option2": 1, "option3": 0}


async def one_hand_that_hammers_is_one_vote():
    button, model = plug("button", channel="option1", lock_out_ms=2000)
    await button.start()
    await press(model, times=4, every_ms=450)
    assert await button.read() == {"option1": 1}
    await asyncio.sleep_ms(1000)
    await press(model, times=1)
    assert await button.read() == {"option1": 1}


async def visitors_press_the_buttons_by_themselves():
    button, _ = plug("button", channel="option2")
    await button.start()
    room.votes = (0, 1, 0, 0, 0)
    await asyncio.sleep_ms(1000)
    assert await button.read() == {"option2": 1}
    room.votes = (1, 1, 0, 0, 0)
    await asyncio.sleep_ms(1000)
    assert await button.read() == {"option2": 0}


scenario = sys.argv[1]
asyncio.run(globals()[scenario]())
print("ok", scenario)
