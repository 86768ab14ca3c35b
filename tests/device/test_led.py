"""The status LED can be counted, and never flashes faster than three times a second."""

import asyncio

import pytest
from fabnum import led
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(led.SETUP, led.SAFE_MODE))
def test_no_code_flashes_faster_than_three_times_a_second(code: int) -> None:
    pattern = led.pattern(code)
    assert len(pattern) % 2 == 0
    for lit, dark in zip(pattern[::2], pattern[1::2], strict=True):
        assert lit + dark >= 1000 / 3


@pytest.mark.parametrize("code", range(1, led.SAFE_MODE + 1))
def test_a_code_is_as_many_blinks_and_a_pause(code: int) -> None:
    pattern = led.pattern(code)
    assert len(pattern) == 2 * code
    assert pattern[-1] > 3 * max(pattern[:-1])


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"reason": "wrong-password"}, 2),
        ({"reason": "setup"}, led.SETUP),
        ({"reason": "tls"}, 5),
        ({"reason": "credentials"}, 6),
        ({"up": False}, led.STARTING),
        ({"fault": True}, led.FAULT),
        ({"safe_mode": True, "reason": "no-broker"}, led.SAFE_MODE),
        ({}, led.READY),
    ],
)
def test_the_most_urgent_reason_is_shown(state: dict[str, object], code: int) -> None:
    light = led.Led({})
    light.tell(**{"up": True, "reason": "", "fault": False, "safe_mode": False, **state})
    assert light._code == code


async def test_without_an_led_nothing_is_asked_of_the_board() -> None:
    light = led.Led({})
    light.identify()
    await asyncio.wait_for(light.run(), 5)
