"""What the lamp shows: colours, levels, and never a flash that could harm."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from drivers import pixels
from fabnum import light
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.catalogue import load_build

COUNT = 12
Colour = tuple[int, int, int]

channels = st.integers(0, 255)
colours = st.tuples(channels, channels, channels)
percents = st.integers(0, 100)
looks = st.one_of(
    st.tuples(st.sampled_from(light.EFFECTS), colours, percents),
    st.tuples(st.just("level"), st.integers(0, 2), percents),
)
# The harshest there is: full white and darkness, a saturated red, a moving rainbow.
harsh = st.sampled_from(
    [
        ("steady", (255, 255, 255), 100),
        ("steady", (255, 255, 255), 0),
        ("steady", (255, 0, 0), 100),
        ("rainbow", (0, 0, 0), 100),
        ("breathe", (255, 255, 255), 100),
        ("wave", (255, 255, 255), 100),
        ("level", 2, 100),
    ]
)


@given(colours)
def test_colours_are_read_as_they_are_written(colour: Colour) -> None:
    text = "#{:02x}{:02x}{:02x}".format(*colour)
    assert light.parse_colour(text) == colour
    assert light.parse_colour(text.upper()) == colour


@pytest.mark.parametrize(
    "text", ["", "#", "red", "#fff", "#1234567", "ff8800", "#-12345", "#1_2345", "# 12345", None, 7]
)
def test_what_is_no_colour_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="n’est pas une couleur"):
        light.parse_colour(text)


@given(looks, st.integers(1, 300), st.integers(0, 2**30 - 1))
def test_every_look_is_one_colour_a_pixel(look: tuple, count: int, now_ms: int) -> None:
    frame = light.paint(look, count, now_ms)
    assert len(frame) == count
    assert all(0 <= value <= 255 for colour in light.for_leds(frame) for value in colour)


@given(looks, st.integers(1, 300), st.integers(0, 2**30 - 1), st.integers(0, 2000))
def test_no_look_draws_more_than_allowed(
    look: tuple, count: int, now_ms: int, limit_ma: int
) -> None:
    shown = pixels.limited(light.for_leds(light.paint(look, count, now_ms)), limit_ma)
    drawn = count + sum(20 * value / 255 for colour in shown for value in colour)
    assert drawn <= max(limit_ma, count)


def test_dark_is_dark_and_the_dimmest_light_can_be_seen() -> None:
    assert light.for_leds([(0, 0, 0)]) == [(0, 0, 0)]
    dimmest = light.for_leds(light.paint(("steady", (255, 255, 255), 1), 1, 0))
    assert dimmest == [(1, 1, 1)]
    powers = [light.for_leds([(value, 0, 0)])[0][0] for value in range(256)]
    assert powers == sorted(powers)
    assert powers[-1] == 255
    assert powers[128] == pytest.approx(255 * 0.5**2.2, abs=2)


@pytest.mark.parametrize(
    ("co2", "level"), [(420, 0), (799.9, 0), (800, 1), (1499, 1), (1500, 2), (5000, 2)]
)
def test_levels_of_co2_are_those_of_the_build(co2: float, level: int) -> None:
    channel = load_build("air").channel("co2")
    assert channel is not None
    bounds = [band.below for band in channel.bands[:-1]]
    assert light.level_of(co2, bounds) == level
    assert light.level_of(co2, (800, 1500)) == level


def test_levels_differ_in_how_many_pixels_are_lit_not_only_in_colour() -> None:
    lit = []
    for level in range(3):
        frame = light.paint(("level", level, 100), COUNT, 0)
        lit.append(sum(any(colour) for colour in frame))
        assert set(frame) - {(0, 0, 0)} == {light.LEVEL_COLOURS[level]}
    assert lit == [4, 8, 12]


def luminances(frames: list[list[Colour]]) -> list[list[float]]:
    """Return the relative luminance over time, of the whole strip and of each of its pixels."""
    rows = [
        [(0.2126 * r + 0.7152 * g + 0.0722 * b) / 255 for r, g, b in light.for_leds(frame)]
        for frame in frames
    ]
    return [[sum(row) / len(row) for row in rows], *map(list, zip(*rows, strict=True))]


def turns(luminance: list[float], times: list[int]) -> list[int]:
    """Return when the luminance began to go the other way, by a tenth of full light or more.

    Two turns are one flash: WCAG 2.2, “general flash and red flash thresholds”.
    """
    found: list[int] = []
    low = high = luminance[0]
    low_at = high_at = times[0]
    direction = 0
    for value, time_ms in zip(luminance, times, strict=True):
        if value > high:
            high, high_at = value, time_ms
        if value < low:
            low, low_at = value, time_ms
        if direction >= 0 and value <= high - 0.1:
            found.append(high_at)
            direction, low, low_at = -1, value, time_ms
        elif direction <= 0 and value >= low + 0.1:
            found.append(low_at)
            direction, high, high_at = 1, value, time_ms
    return found


def most_turns_in_a_second(luminance: list[float], times: list[int]) -> int:
    when = turns(luminance, times)
    return max((sum(start <= t < start + 1000 for t in when) for start in when), default=0)


def test_the_counting_of_flashes_counts() -> None:
    times = list(range(0, 4000, 20))
    blinking = [float(time_ms // 100 % 2) for time_ms in times]  # five flashes a second
    assert most_turns_in_a_second(blinking, times) == 10
    assert most_turns_in_a_second([0.5] * len(times), times) == 0


@given(
    st.lists(st.tuples(st.integers(0, 700), harsh), max_size=25),
    st.lists(st.integers(20, 400), min_size=150, max_size=150),
    st.integers(0, 2**30 - 1),
)
@settings(max_examples=40, deadline=None)
def test_nothing_that_people_press_makes_more_than_three_flashes_a_second(
    presses: list[tuple[int, tuple]], delays: list[int], start: int
) -> None:
    fader = light.Fader(("steady", (0, 0, 0), 0))
    waiting, frames, times = list(presses), [], []
    now, press_at = 0, 0
    for delay in delays:
        while waiting and press_at + waiting[0][0] <= now:
            press_at += waiting[0][0]
            fader.want(waiting.pop(0)[1])
        frames.append(fader.frame(COUNT, (start + now) % 2**30))
        times.append(now)
        now += min(delay, 60) if delay < 380 else delay  # now and then the board is busy
    for luminance in luminances(frames):
        assert most_turns_in_a_second(luminance, times) <= 6


@pytest.mark.parametrize("every_ms", [40, 80, 120, 160, 200, 280, 400, 520])
def test_hammering_on_the_button_makes_no_more_than_three_flashes_a_second(every_ms: int) -> None:
    bright, dark = (("steady", (255, 255, 255), percent) for percent in (100, 0))
    fader = light.Fader(dark)
    frames, times = [], list(range(0, 8000, 40))
    for now in times:
        fader.want((bright, dark)[now // every_ms % 2])
        frames.append(fader.frame(COUNT, now))
    assert most_turns_in_a_second(luminances(frames)[0], times) <= 6


@given(looks, looks, st.integers(0, 2**30 - 1))
def test_a_fade_begins_with_the_one_look_and_ends_with_the_other(
    before: tuple, after: tuple, start: int
) -> None:
    fader = light.Fader(before)
    assert fader.frame(COUNT, start) == light.paint(before, COUNT, start)
    fader.want(after)
    assert fader.frame(COUNT, start) == light.paint(before, COUNT, start)
    end = (start + light.FADE_MS) % 2**30
    assert fader.frame(COUNT, end) == light.paint(after, COUNT, end)
    assert fader.resting() == (not light.moves(after))


def test_effects_go_on_smoothly_where_the_ticks_start_again() -> None:
    for effect in light.EFFECTS:
        look = (effect, (255, 255, 255), 100)
        before, after = (light.paint(look, COUNT, now) for now in (2**30 - 1, 0))
        change = max(
            abs(a - b)
            for x, y in zip(before, after, strict=True)
            for a, b in zip(x, y, strict=True)
        )
        assert change <= 3


def test_the_effects_are_those_that_the_build_offers() -> None:
    command = load_build("lamp").command("effect")
    assert command is not None
    assert tuple(command.arguments["effect"]) == light.EFFECTS


LAMP = Path(__file__).parent / "micropython" / "lamp_on_strip.py"


@pytest.mark.parametrize(
    "scenario",
    [
        "shows_what_it_is_told",
        "toggles_and_remembers_its_brightness",
        "refuses_what_it_cannot_show",
        "follows_another_object",
        "leaves_a_level_that_nobody_confirms",
        "stays_below_its_current_limit",
        "shines_again_after_the_strip_was_unplugged",
        "remembers_after_a_restart",
        "writes_rarely",
        "goes_on_when_the_flash_is_full",
    ],
)
def test_lamp(run_micropython: Callable[..., str], tmp_path: Path, scenario: str) -> None:
    assert run_micropython(LAMP, tmp_path, scenario).endswith(f"ok {scenario}\n")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '"on"',
        "\0\0\0\0",
        '{"on": 3, "colour": "blue", "brightness": 900, "effect": "strobe"}',
        '{"on": null, "colour": "#zzzzzz", "brightness": true, "effect": ["wave"]}',
    ],
)
def test_a_damaged_memory_is_the_first_light(
    run_micropython: Callable[..., str], tmp_path: Path, content: str
) -> None:
    (tmp_path / "lamp.json").write_text(content)
    assert run_micropython(LAMP, tmp_path, "begins_with_its_first_light").startswith("ok")


def test_fifty_flicks_of_the_power_change_nothing(
    run_micropython: Callable[..., str], tmp_path: Path
) -> None:
    run_micropython(LAMP, tmp_path, "remembers_after_a_restart")
    before = (tmp_path / "lamp.json").read_bytes()
    (tmp_path / "lamp.json.new").write_text('{"on": tr')  # the power went while it was written
    for _ in range(50):
        run_micropython(LAMP, tmp_path, "starts_and_loses_its_power")
    assert (tmp_path / "lamp.json").read_bytes() == before
    assert json.loads(before)["colour"] == "#2040ff"
