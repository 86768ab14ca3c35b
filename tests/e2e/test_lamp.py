"""Lamps do what they are told: by the fablab's command line, and by the air of a room."""

import pytest

from tests.e2e.lamp_light import is_mostly, shown
from tests.e2e.living_site import LivingSite

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_a_command_from_the_command_line_changes_the_light(site: LivingSite) -> None:
    lamp = site.add("lamp-1")
    site.begin()
    answer = site.cli("send", "lamp-1", "colour", "colour=#00ff80")
    assert answer.returncode == 0, answer.stderr

    def is_told_green() -> bool:
        lit, (red, green, blue) = shown(lamp)
        return lit == 12 and red == 0 and green > blue > 0

    site.wait_until(is_told_green, "all pixels show it")


REFUSED = [
    (["lamp-1", "fly"], "This object does not know the command “fly”."),
    (["lamp-1", "colour", "colour=red"], "The argument “colour” cannot be used."),
    (["lamp-1", "colour"], "The argument “colour” cannot be used."),
    (["lamp-1", "colour", "red"], "“red” is not of the form name=value."),
    (["lamp-9", "colour", "colour=#00ff80"], "lamp-9"),
]


def test_a_command_that_cannot_be_done_is_refused_in_a_sentence(site: LivingSite) -> None:
    site.add("lamp-1")
    site.begin()
    for words, sentence in REFUSED:
        answer = site.cli("send", *words)
        assert answer.returncode == 2
        cause, action = answer.stderr.splitlines()
        assert sentence in cause
        assert action.startswith("→ ")


def test_a_lamp_that_follows_the_air_turns_red_when_the_room_fills(site: LivingSite) -> None:
    lamp = site.add("lamp-1")
    air = site.add("air-1", room={"people": 0, "window": True}, pace=60)
    site.begin()
    answer = site.cli("devices", "follow", "lamp-1", "air-1/co2")
    assert answer.returncode == 0, answer.stderr
    site.wait_until(lambda: is_mostly(lamp, 1), "the lamp is green while nobody is there")
    assert shown(lamp)[0] == 4  # a third of the pixels: the level is seen without its colour too

    air.control(room={"people": 30, "window": False}, pace=600)
    site.wait_until(lambda: is_mostly(lamp, 0) and shown(lamp)[0] == 12, "the lamp is red")
    assert site.cli("devices", "follow", "lamp-1", "none").returncode == 0
