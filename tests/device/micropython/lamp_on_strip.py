"""The lamp on a strip, on the real MicroPython: ``lamp_on_strip.py FOLDER SCENARIO``."""

import asyncio
import os
import sys

from bench import plug
from fabnum import config

config.FOLDER, scenario = sys.argv[1:3]

from fabnum.lamp import Lamp  # noqa: E402

tasks = []


class Part:
    """The part as ``station.part("pixels")`` gives it."""

    def __init__(self, driver):
        self.driver = driver


def build(bounds=None, **settings):
    """Return (lamp, strip), the lamp's animation running."""
    driver, strip = plug("pixels", **settings)
    lamp = Lamp(Part(driver), bounds)
    tasks.append(asyncio.create_task(lamp.animate()))
    return lamp, strip


def lit(strip):
    """Return how many pixels are lit."""
    return sum(1 for pixel in strip.pixels if any(pixel))


def has_written(name):
    """Tell whether that file is there."""
    return name in os.listdir(config.FOLDER)


async def shows_what_it_is_told():
    lamp, strip = build()
    await asyncio.sleep_ms(100)
    assert strip.pixels[0] != (0, 0, 0)
    lamp.show_colour("#ff0000")
    lamp.show_brightness(100)
    await asyncio.sleep_ms(2000)
    assert strip.pixels == [(255, 0, 0)] * 12
    assert lamp.read() == {"brightness": 100, "on": 1}
    lamp.show_effect("rainbow")
    await asyncio.sleep_ms(2000)
    assert len(set(strip.pixels)) == 12
    lamp.show_colour("#00ff00")
    await asyncio.sleep_ms(2000)
    assert strip.pixels == [(0, 255, 0)] * 12
    lamp.show_effect("breathe")
    await asyncio.sleep_ms(2000)
    seen = set()
    for _ in range(50):
        await asyncio.sleep_ms(80)
        seen.add(strip.pixels[0])
    assert len(seen) > 15


async def toggles_and_remembers_its_brightness():
    lamp, strip = build()
    lamp.show_brightness(30)
    lamp.toggle()
    await asyncio.sleep_ms(2000)
    assert lit(strip) == 0
    assert lamp.read() == {"brightness": 0, "on": 0}
    lamp.toggle()
    await asyncio.sleep_ms(2000)
    assert lit(strip) == 12
    assert lamp.read() == {"brightness": 30, "on": 1}
    lamp.show_brightness(0)
    assert lamp.read() == {"brightness": 0, "on": 0}
    lamp.toggle()
    assert lamp.read() == {"brightness": 30, "on": 1}


async def refuses_what_it_cannot_show():
    lamp, _ = build({"humidity": "high", "noise": [90, 40]})
    before = lamp.read()
    for ask in (
        lambda: lamp.show_colour("red"),
        lambda: lamp.show_effect("strobe"),
        lambda: lamp.follow("temperature", 20),
        lambda: lamp.follow("humidity", 20),
        lambda: lamp.follow("noise", 20),
    ):
        try:
            ask()
        except ValueError:
            continue
        raise AssertionError("it took what it cannot show")
    assert lamp.read() == before
    Lamp(Part(None), ["not", "bounds"]).follow("co2", 500)


async def follows_another_object():
    lamp, strip = build({"noise": [60, 80]})
    lamp.show_brightness(100)
    for channel, value, pixels in (
        ("co2", 500, 4),
        ("co2", 900, 8),
        ("co2", 1600, 12),
        ("noise", 40, 4),
        ("noise", 80.5, 12),
    ):
        lamp.follow(channel, value)
        await asyncio.sleep_ms(2000)
        assert lit(strip) == pixels, (channel, value)
    lamp.toggle()
    lamp.follow("co2", 500)
    await asyncio.sleep_ms(2000)
    assert lit(strip) == 0, "off stays off"
    lamp.toggle()
    await asyncio.sleep_ms(2000)
    assert lit(strip) == 4
    for say in (lambda: lamp.show_colour("#ffffff"), lambda: lamp.show_effect("steady")):
        lamp.follow("co2", 500)
        await asyncio.sleep_ms(2000)
        say()
        await asyncio.sleep_ms(2000)
        assert lit(strip) == 12, "what a person says comes before"


async def leaves_a_level_that_nobody_confirms():
    lamp, strip = build()
    lamp.follow("co2", 500)
    for _ in range(3):
        await asyncio.sleep_ms(800_000)
        assert lit(strip) == 4
        lamp.follow("co2", 500)
    await asyncio.sleep_ms(910_000)
    assert lit(strip) == 12


async def stays_below_its_current_limit():
    lamp, strip = build(count=60, current_limit_ma=850)
    lamp.show_brightness(100)
    for colour in ("#ffffff", "#ff00ff", "#0000ff"):
        lamp.show_colour(colour)
        await asyncio.sleep_ms(2000)
        assert strip.current_ma > 800
    assert strip.peak_ma <= 850


async def shines_again_after_the_strip_was_unplugged():
    _, strip = build()
    await asyncio.sleep_ms(2000)
    strip.plugged = False
    await asyncio.sleep_ms(2000)
    strip.plugged = True
    assert lit(strip) == 0
    await asyncio.sleep_ms(2000)
    assert lit(strip) == 12


async def remembers_after_a_restart():
    lamp, _ = build()
    lamp.show_colour("#2040ff")
    lamp.show_effect("wave")
    lamp.show_brightness(20)
    await asyncio.sleep_ms(15_000)
    again, strip = build()
    assert again.read() == {"brightness": 20, "on": 1}
    await asyncio.sleep_ms(5_000)
    red, _, blue = strip.pixels[0]
    assert blue > red
    assert len(set(strip.pixels)) > 1, "it waves"


async def writes_rarely():
    lamp, _ = build()
    await asyncio.sleep_ms(60_000)
    assert not has_written("lamp.json"), "nothing has changed"
    for i in range(20):
        lamp.show_brightness(10 + i)
        await asyncio.sleep_ms(3000)
        assert not has_written("lamp.json"), "somebody is still choosing"
    lamp.follow("co2", 900)
    await asyncio.sleep_ms(15_000)
    assert has_written("lamp.json")
    os.remove(config.FOLDER + "/lamp.json")
    lamp.follow("co2", 500)
    await asyncio.sleep_ms(60_000)
    assert not has_written("lamp.json"), "following changes nothing that is kept"


async def goes_on_when_the_flash_is_full():
    config.FOLDER += "/missing"
    lamp, strip = build()
    lamp.show_colour("#ff0000")
    await asyncio.sleep_ms(60_000)
    assert strip.pixels[0][1] == 0
    lamp.toggle()
    await asyncio.sleep_ms(2_000)
    assert lit(strip) == 0


async def begins_with_its_first_light():
    lamp, strip = build()
    assert lamp.read() == {"brightness": 50, "on": 1}
    await asyncio.sleep_ms(2000)
    assert lit(strip) == 12


async def starts_and_loses_its_power():
    lamp, _ = build()
    assert lamp.read() == {"brightness": 20, "on": 1}
    lamp.toggle()  # and the power goes before the ten seconds are over


asyncio.run(globals()[scenario]())
print("ok", scenario)
