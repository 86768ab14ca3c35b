"""The arithmetic of microphone and doorway, against the data sheet and against random walks."""

import math
from array import array
from itertools import pairwise

import pytest
from drivers import crossing, handcount, inmp441
from hypothesis import given
from hypothesis import strategies as st

FULL_SCALE = 2**23 - 1
RATE_HZ = 16_000


def shifted(samples: "array[int]", bits: int) -> None:
    """Shift in place, as ``machine.I2S.shift`` does."""
    for i, sample in enumerate(samples):
        samples[i] = sample << bits if bits >= 0 else sample >> -bits


def level_of(signal: list[int]) -> float:
    """Return the level of a signal of 24-bit samples, taken in the driver's blocks."""
    heard = inmp441.Loudness()
    for begin in range(0, len(signal) - 255, 256):
        samples = array("i", [sample << 8 for sample in signal[begin : begin + 256]])
        sums = inmp441.moments(samples, shifted)
        assert sums is not None
        heard.add(256, *sums)
    return heard.level()


def tone(hertz: float, peak: float, seconds: float = 0.512, offset: int = 0) -> list[int]:
    turn = 2 * math.pi * hertz / RATE_HZ
    return [round(peak * math.sin(turn * i)) + offset for i in range(int(seconds * RATE_HZ))]


def test_the_data_sheets_tone_of_one_pascal_is_94_decibels() -> None:
    # DS-INMP441-00, “Understanding Sensitivity”: -26 dBFS, a peak of 420426.
    assert round(FULL_SCALE * 10 ** (-26 / 20)) == pytest.approx(420_426, abs=20)
    assert level_of(tone(1000, 420_426)) == pytest.approx(94, abs=0.02)


def test_the_loudest_tone_that_the_part_can_take_is_120_decibels() -> None:
    assert level_of(tone(1000, FULL_SCALE)) == pytest.approx(120, abs=0.02)


@pytest.mark.parametrize("hertz", [62.5, 125, 250, 500, 1000, 2000, 4000])
@pytest.mark.parametrize("decibels", [40, 60, 80, 100])
def test_tones_have_the_same_level_at_all_frequencies(hertz: float, decibels: int) -> None:
    peak = 420_426 * 10 ** ((decibels - 94) / 20)
    assert level_of(tone(hertz, peak)) == pytest.approx(decibels, abs=0.1)


@given(st.integers(-50_000, 50_000))
def test_a_constant_offset_is_no_sound(offset: int) -> None:
    quiet = level_of(tone(1000, 8000, offset=offset))
    assert quiet == pytest.approx(level_of(tone(1000, 8000)), abs=0.1)


@given(st.lists(st.integers(-FULL_SCALE - 1, FULL_SCALE), min_size=256, max_size=256))
def test_sums_are_those_of_the_samples(signal: list[int]) -> None:
    sums = inmp441.moments(array("i", [sample << 8 for sample in signal]), shifted)
    if len(set(signal)) == 1:
        assert sums is None
        return
    assert sums is not None
    peak = max(map(abs, signal))
    step = max(1, peak / 1024)  # what is lost by shifting
    assert sums[0] == pytest.approx(sum(signal), abs=256 * step)
    squares = sum(sample**2 for sample in signal)
    assert math.sqrt(sums[1]) == pytest.approx(math.sqrt(squares), abs=16 * step)


@given(st.lists(st.integers(-FULL_SCALE - 1, FULL_SCALE), min_size=256, max_size=256))
def test_no_number_on_the_way_is_too_large_for_the_chips_small_integers(signal: list[int]) -> None:
    samples = array("i", [sample << 8 for sample in signal])
    if inmp441.moments(samples, shifted) is not None:
        assert sum(sample * sample for sample in samples) < 2**30
        assert abs(sum(samples)) < 2**30


@pytest.mark.parametrize("value", [0, -1, 1, FULL_SCALE, -FULL_SCALE - 1])
def test_a_wire_that_does_not_move_is_no_sound(value: int) -> None:
    assert inmp441.moments(array("i", [value << 8] * 256), shifted) is None


# Who passes. A, B: the beams outside and inside.

LETTERS = {"": (False, False), "A": (True, False), "B": (False, True), "AB": (True, True)}


def passed(*broken: str) -> list[int]:
    """Return what is counted of a sequence of looks, and both free at last."""
    gate = crossing.Crossing()
    looks = [gate.look(*LETTERS[letters]) for letters in (*broken, "")]
    return [look for look in looks if look]


@pytest.mark.parametrize(
    ("looks", "counted"),
    [
        (["A", "AB", "B"], [1]),
        (["B", "AB", "A"], [-1]),
        (["A", "A", "AB", "AB", "B", "B"], [1]),
        (["A", "AB", "A"], []),
        (["B", "AB", "B"], []),
        (["A", "AB", "A", "AB", "A"], []),
        (["A"], []),
        (["B", "B"], []),
        (["AB", "B"], [1]),
        (["AB", "A"], [-1]),
        (["A", "AB"], [1]),
        (["B", "AB"], [-1]),
        (["AB"], []),
        (["A", "B"], [1]),
        (["A", *["AB"] * 5000, "B"], [1]),
        (["A", "AB", "B", "", "A", "AB", "B"], [1, 1]),
        (["A", "AB", "B", "", "B", "AB", "A"], [1, -1]),
        (["A", "AB", "B", "AB", "B"], [1]),
    ],
)
def test_each_way_to_pass_is_counted_by_its_rule(looks: list[str], counted: list[int]) -> None:
    assert passed(*looks) == counted


@given(st.lists(st.sampled_from([-1, 1]), max_size=300))
def test_whoever_wanders_entries_less_exits_say_on_which_side_they_are(steps: list[int]) -> None:
    # Five places: outside, before A, before both, before B, inside.
    places = ["", "A", "AB", "B", ""]
    gate, place, counted, inside = crossing.Crossing(), 0, 0, 0
    for step in steps:
        place = min(4, max(0, place + step))
        counted += gate.look(*LETTERS[places[place]])
        if place in (0, 4):
            inside = place // 4
            assert counted == inside


@given(st.lists(st.sampled_from(list(LETTERS)), max_size=100))
def test_a_film_run_backwards_has_the_same_passages_the_other_way(looks: list[str]) -> None:
    assert passed(*reversed(looks)) == [-way for way in reversed(passed(*looks))]


@given(st.lists(st.sampled_from(list(LETTERS)), max_size=100))
def test_there_are_never_more_passages_than_people(looks: list[str]) -> None:
    arrivals = sum(not before and bool(after) for before, after in pairwise(["", *looks]))
    assert len(passed(*looks)) <= arrivals


def taught(door_mm: int = 860) -> crossing.Beam:
    beam = crossing.Beam()
    while not beam.learnt:
        beam.look(door_mm)
    return beam


@given(st.integers(300, 8190), st.integers(20, 8190))
def test_somebody_is_there_when_they_are_nearer_than_three_quarters(door: int, seen: int) -> None:
    beam = taught(door)
    beam.look(seen)
    assert beam.broken == (min(seen, 1200) < min(door, 1200) * 3 // 4)


def test_a_beam_is_free_after_two_looks() -> None:
    beam = taught()
    beam.look(300)
    assert beam.broken
    beam.look(860)
    assert beam.broken, "an arm that swings"
    beam.look(860)
    assert not beam.broken


def test_who_was_there_at_the_start_is_forgotten_when_they_leave() -> None:
    beam = taught(door_mm=300)
    for _ in range(100):
        beam.look(860)
    assert beam.background == 860
    beam.look(300)
    assert beam.broken


def test_a_box_before_the_sensor_becomes_the_background_after_minutes() -> None:
    beam = taught()
    for _ in range(8000):
        beam.look(400)
    assert beam.broken, "somebody who talks in the door"
    for _ in range(2000):
        beam.look(400)
    assert not beam.broken
    assert beam.background == 400
    beam.look(100)
    assert beam.broken


@pytest.mark.parametrize(
    ("hand", "machine", "error"), [(40, 38, -5.0), (40, 40, 0.0), (3, 4, 33.3), (20, 0, -100.0)]
)
def test_the_error_of_a_count_is_in_per_cent_of_the_hands(
    hand: int, machine: int, error: float
) -> None:
    count = handcount.HandCount()
    assert count.step("start", 100, None) == {}
    kept = count.step("stop", 100 + machine, hand)
    assert kept == {"hand": hand, "counted": machine, "error_percent": error}


@pytest.mark.parametrize(
    ("step", "hand"), [("stop", 10), ("other", None), ("stop", None), ("stop", 0)]
)
def test_a_count_that_makes_no_sense_is_refused(step: str, hand: int | None) -> None:
    count = handcount.HandCount()
    if hand != 10:
        count.step("start", 0, None)
    with pytest.raises(ValueError, match=r"\.$"):
        count.step(step, 5, hand)
