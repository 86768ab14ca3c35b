"""The arithmetic of the drivers, against the data sheets' examples and formulas written anew."""

import pytest
from drivers import button, dht22, pixels, sensirion
from drivers.errors import (
    SensorChecksum,
    SensorError,
    SensorMissing,
    SensorNotReady,
    SensorOutOfRange,
)
from hypothesis import given
from hypothesis import strategies as st

Colour = tuple[int, int, int]

# SHT3x-DIS version 5, section 4.12; SCD4x version 1.3, sections 3.6.5, 3.7.1, 3.7.2 and 3.9.2.
PUBLISHED_CHECKSUMS = {
    0xBEEF: 0x92,
    0x03DB: 0x42,
    0x01E0: 0xB4,
    0x7FCE: 0x7B,
    0x0001: 0xB0,
    0xF896: 0x31,
    0x9F07: 0xC2,
    0x3BBE: 0x89,
}

words = st.integers(0, 0xFFFF)
channels = st.integers(0, 255)
colours = st.lists(st.tuples(channels, channels, channels), max_size=300)


@pytest.mark.parametrize(("word", "expected"), PUBLISHED_CHECKSUMS.items())
def test_checksum_is_the_one_of_the_data_sheet(word: int, expected: int) -> None:
    assert sensirion.checksum(word.to_bytes(2, "big")) == expected
    assert sensirion.encode_word(word) == word.to_bytes(2, "big") + bytes([expected])


@given(st.lists(words, max_size=4))
def test_words_survive_the_bus(sent: list[int]) -> None:
    answer = b"".join(sensirion.encode_word(word) for word in sent)
    assert sensirion.decode_words(answer) == sent


@given(st.lists(words, min_size=1, max_size=3), st.data())
def test_a_burst_of_up_to_eight_damaged_bits_is_always_noticed(
    sent: list[int], data: st.DataObject
) -> None:
    answer = bytearray(b"".join(sensirion.encode_word(word) for word in sent))
    word = data.draw(st.integers(0, len(sent) - 1))
    damage = data.draw(st.integers(1, 255)) << data.draw(st.integers(0, 16))
    damaged = int.from_bytes(answer[3 * word : 3 * word + 3], "big") ^ damage
    answer[3 * word : 3 * word + 3] = damaged.to_bytes(3, "big")
    assert sensirion.decode_words(bytes(answer)) is None


def test_the_data_sheets_example_of_a_measurement() -> None:
    # SCD4x, section 3.5.2: 500 ppm, 25 °C, 37 % of relative humidity.
    assert sensirion.temperature(0x6667) == pytest.approx(25, abs=0.01)
    assert sensirion.humidity(0x5EB9) == pytest.approx(37, abs=0.01)


@given(words)
def test_scales_are_those_of_the_data_sheet(word: int) -> None:
    share = word / (2**16 - 1)
    assert sensirion.temperature(word) == pytest.approx(-45 + 175 * share, abs=0.00501)
    assert sensirion.humidity(word) == pytest.approx(100 * share, abs=0.00501)


def test_the_data_sheets_examples_of_dht22_frames() -> None:
    frame = bytes((0b00000010, 0b10001100, 0b00000001, 0b01011111, 0b11101110))
    assert dht22.frame_is_whole(frame)
    assert dht22.decode(frame) == (65.2, 35.1)
    assert dht22.decode(bytes((0, 0, 0b10000000, 0b01100101, 0)))[1] == -10.1


@given(st.integers(0, 1000), st.integers(-400, 800))
def test_every_dht22_frame_is_decoded(humidity: int, temperature: int) -> None:
    sign = 0x8000 if temperature < 0 else 0
    data = humidity.to_bytes(2, "big") + (sign | abs(temperature)).to_bytes(2, "big")
    frame = data + bytes([sum(data) % 256])
    assert dht22.frame_is_whole(frame)
    assert dht22.decode(frame) == (humidity / 10, temperature / 10)


@given(st.binary(min_size=5, max_size=5), st.integers(0, 39))
def test_any_single_damaged_bit_of_a_dht22_frame_is_noticed(data: bytes, bit: int) -> None:
    frame = bytearray(data[:4]) + bytes([sum(data[:4]) % 256])
    frame[bit // 8] ^= 1 << bit % 8
    assert not dht22.frame_is_whole(frame)


@given(colours, st.integers(0, 3000))
def test_pixels_never_draw_more_than_allowed(colours: list[Colour], limit: int) -> None:
    shown = pixels.limited(colours, limit)
    assert len(shown) == len(colours)
    # 60 mA a pixel at full white, and what the pixels' chips draw in the dark, which no colour
    # can lower.
    drawn = sum(20 * value / 255 for colour in shown for value in colour) + len(colours)
    assert drawn <= max(limit, len(colours))
    assert pixels.current_ma(shown) == pytest.approx(drawn)


@given(colours)
def test_pixels_within_the_limit_are_left_alone(colours: list[Colour]) -> None:
    assert pixels.limited(colours, pixels.current_ma(colours) + 1) == colours


@given(colours, st.integers(0, 3000))
def test_darkened_pixels_keep_their_hue(colours: list[Colour], limit: int) -> None:
    shown = pixels.limited(colours, limit)
    given_light = sum(map(sum, colours))
    share = sum(map(sum, shown)) / given_light if given_light else 1
    for before, after in zip(colours, shown, strict=True):
        for was, is_now in zip(before, after, strict=True):
            assert is_now == pytest.approx(was * share, abs=2)


@given(st.lists(st.integers(1, 8), min_size=1, max_size=40))
def test_only_levels_that_last_count_as_presses(runs: list[int]) -> None:
    # Runs of equal samples, up and down in turns: those of one sample are chatter.
    contact = button.Debouncer()
    counted, expected, is_down = 0, 0, False
    for number, length in enumerate(runs):
        down = number % 2 == 1
        counted += sum(contact.sample(down) for _ in range(length))
        if length > 1 and down != is_down:
            is_down = down
            expected += down
    assert counted == expected


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SensorError, "failed"),
        (SensorMissing, "missing"),
        (SensorNotReady, "not-ready"),
        (SensorChecksum, "checksum"),
        (SensorOutOfRange, "out-of-range"),
    ],
)
def test_every_failure_is_one_sentence_that_names_the_part(
    error: type[SensorError], code: str
) -> None:
    failure = error("scd41")
    assert (failure.part, failure.code) == ("scd41", code)
    assert str(failure).startswith("Le capteur scd41 ")
    assert str(failure).endswith(".")
    assert ": " in str(failure), "a cause, then what to do"
