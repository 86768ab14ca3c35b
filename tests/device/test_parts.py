"""The models of the parts refuse what the real parts refuse, and err no more than they do."""

import errno
import json
from collections.abc import Iterator
from typing import Any

import pytest
from drivers import sensirion
from hypothesis import given, settings
from hypothesis import strategies as st
from twin.board.parts import create_models
from twin.board.parts import sensirion as model_sensirion
from twin.board.parts.noise import Noise
from twin.board.parts.quantity import Quantity
from twin.board.parts.scd41 import Scd41
from twin.board.parts.sht31 import Sht31

from kit.catalogue import builds, load_build

ENODEV, EIO = 19, 5


class Room:
    co2, temperature, humidity = 912.0, 21.5, 44.0
    entered, left, votes = 0, 0, (0,) * 5


class Clock:
    ms = 5000

    def __call__(self) -> int:
        return self.ms


def plug(driver: str, seed: int = 0) -> tuple[Any, Room, Clock]:
    """Return a part that has been powered for five seconds, its room and its clock."""
    room, clock = Room(), Clock()
    clock.ms = 0
    addresses = {"scd41": [0x62], "sht31": [0x44, 0x45]}.get(driver, [])
    part = {
        "id": driver,
        "driver": driver,
        "bus": "i2c",
        "pins": {},
        "addresses": addresses,
        "settings": {"count": 12},
    }
    model = create_models([part], room, ticks=clock, seed=seed)[driver]
    clock.ms = 5000
    return model, room, clock


def command(code: int, *words: int) -> bytes:
    return code.to_bytes(2, "big") + b"".join(map(sensirion.encode_word, words))


def refused(error: int) -> Any:
    return pytest.raises(OSError, match=f"^{error}$")


@pytest.mark.parametrize("build_id", builds())
def test_every_part_of_every_build_has_a_model(build_id: str) -> None:
    build = json.loads(json.dumps(load_build(build_id).for_device()))
    models = create_models(build["parts"], Room())
    for part in build["parts"]:
        assert models[part["id"]].bus == part["bus"]
        assert models[part["id"]].pins == part["pins"]


@given(st.integers(0, 255), st.integers(0, 255))
def test_driver_and_model_agree_on_the_checksum_written_twice(high: int, low: int) -> None:
    assert model_sensirion.crc(high, low) == sensirion.checksum(bytes((high, low)))


@given(st.floats(-45, 130), st.floats(0, 100))
def test_raw_values_stand_for_what_was_measured(temperature: float, humidity: float) -> None:
    word = model_sensirion.temperature_word(temperature)
    assert sensirion.temperature(word) == pytest.approx(temperature, abs=0.01)
    word = model_sensirion.humidity_word(humidity)
    assert sensirion.humidity(word) == pytest.approx(humidity, abs=0.01)


def test_scd41_is_deaf_for_a_second_after_power_up() -> None:
    model, _, clock = plug("scd41")
    model.plugged = False
    model.plugged = True
    clock.ms += 999
    with refused(ENODEV):
        model.write(0x62, command(0x3682))
    clock.ms += 1
    model.write(0x62, command(0x3682))


def test_scd41_has_data_every_five_seconds_and_gives_it_once() -> None:
    model, _, clock = plug("scd41")
    model.write(0x62, command(0x21B1))

    def ready() -> bool:
        model.write(0x62, command(0xE4B8))
        clock.ms += 1
        (status,) = sensirion.decode_words(model.read(0x62, 3))
        return bool(status & 0x07FF)

    clock.ms += 4900
    assert not ready()
    clock.ms += 100
    assert ready()
    model.write(0x62, command(0xEC05))
    clock.ms += 1
    co2, *_ = sensirion.decode_words(model.read(0x62, 9))
    assert co2 == pytest.approx(912, abs=90)
    assert not ready()
    model.write(0x62, command(0xEC05))
    clock.ms += 1
    with refused(ENODEV):
        model.read(0x62, 9)


@pytest.mark.parametrize("code", [0x21B1, 0x3682, 0x2416, 0x362F, 0x3646])
def test_scd41_refuses_settings_while_it_measures(code: int) -> None:
    model, _, clock = plug("scd41")
    model.write(0x62, command(0x21B1))
    clock.ms += 10
    with refused(ENODEV):
        model.write(0x62, command(code))
    model.write(0x62, command(0x3F86))
    clock.ms += 499
    with refused(ENODEV):
        model.write(0x62, command(0x3682))
    clock.ms += 1
    model.write(0x62, command(0x3682))


def test_an_answer_is_not_there_before_the_command_is_carried_out() -> None:
    for driver, address, code, wait_ms in (("sht31", 0x44, 0x2400, 15), ("scd41", 0x62, 0x3682, 1)):
        model, _, clock = plug(driver)
        model.write(address, command(code))
        clock.ms += wait_ms - 1
        with refused(ENODEV):
            model.read(address, 3)
        clock.ms += 1
        assert sensirion.decode_words(model.read(address, 3)) is not None


def test_what_no_sensor_understands_is_refused() -> None:
    model, _, _ = plug("scd41")
    with refused(ENODEV):
        model.write(0x62, command(0xDEAD))
    with refused(EIO):
        model.write(0x62, b"\x24")
    with refused(EIO):
        model.write(0x62, command(0x2416, 1)[:-1] + b"\x00")
    with refused(ENODEV):
        model.read(0x62, 3)
    assert model.get_automatic_self_calibration() == (1,)


messages = st.one_of(
    st.binary(max_size=8),
    st.builds(
        lambda code, words: command(code, *words),
        st.sampled_from(sorted(Scd41.commands | Sht31.commands)),
        st.lists(st.integers(0, 0xFFFF), max_size=2),
    ),
)


@given(st.lists(st.tuples(messages, st.integers(0, 12), st.integers(0, 700)), max_size=12))
def test_nonsense_on_the_bus_ends_in_a_refusal_at_worst(talk: list[tuple[bytes, int, int]]) -> None:
    for driver in ("scd41", "sht31"):
        model, _, clock = plug(driver)
        for data, count, wait_ms in talk:
            try:
                model.write(0x62, data)
                clock.ms += wait_ms
                assert len(model.read(0x62, count)) == count
            except OSError as error:
                assert error.args[0] in (ENODEV, EIO)
            clock.ms += wait_ms


def test_unplugged_parts_answer_nothing() -> None:
    for driver, address in (("scd41", 0x62), ("sht31", 0x44)):
        model, _, _ = plug(driver)
        model.plugged = False
        with refused(ENODEV):
            model.write(address, b"")
        with refused(ENODEV):
            model.read(address, 3)
    model, _, _ = plug("dht22")
    model.plugged = False
    with refused(errno.ETIMEDOUT):
        model.read_into(bytearray(5))


def test_dht22_stays_silent_when_asked_within_two_seconds() -> None:
    model, _, clock = plug("dht22")
    frame = bytearray(5)
    model.read_into(frame)
    clock.ms += 1999
    with refused(errno.ETIMEDOUT):
        model.read_into(frame)
    clock.ms += 1
    model.read_into(frame)
    assert sum(frame[:4]) & 0xFF == frame[4]


@given(st.floats(-40, 80), st.floats(0, 100), st.integers(0, 0xFFFF))
@settings(max_examples=50)
def test_specimens_are_as_accurate_as_the_data_sheet_says(
    temperature: float, humidity: float, seed: int
) -> None:
    model, room, clock = plug("sht31", seed)
    room.temperature, room.humidity = temperature, humidity
    model.write(0x44, command(0x2400))
    clock.ms += 15
    raw_temperature, raw_humidity = sensirion.decode_words(model.read(0x44, 6))
    assert sensirion.temperature(raw_temperature) == pytest.approx(temperature, abs=0.3)
    assert sensirion.humidity(raw_humidity) == pytest.approx(humidity, abs=2.5)


def test_a_sensor_follows_slowly() -> None:
    truth = [400.0]
    quantity = Quantity(lambda: truth[0], 60, 0, 0, Noise(1))
    assert quantity.sample(0) == 400
    truth[0] = 1400.0
    assert quantity.sample(60) == pytest.approx(400 + 632, abs=1)
    assert quantity.sample(6000) == pytest.approx(1400, abs=1)


def test_noise_is_the_same_for_the_same_seed_and_spread_as_promised() -> None:
    first, again, other = Noise(7), Noise(7), Noise(8)
    samples = [first.normal() for _ in range(4000)]
    assert samples == [again.normal() for _ in range(4000)]
    assert samples != [other.normal() for _ in range(4000)]
    mean = sum(samples) / len(samples)
    spread = (sum((sample - mean) ** 2 for sample in samples) / len(samples)) ** 0.5
    assert abs(mean) < 0.1
    assert 0.9 < spread < 1.1


def test_pixels_show_what_came_over_the_wire() -> None:
    model, _, _ = plug("pixels")
    assert str(model) == "dark"
    model.bitstream(bytes((0, 255, 128)) * 12)
    assert model.pixels == [(255, 0, 128)] * 12
    assert model.current_ma == pytest.approx(12 * (20 + 20 * 128 / 255 + 1))
    assert model.peak_ma == model.current_ma
    model.bitstream(bytes((10, 20, 30)) * 2)
    assert model.pixels == [(20, 10, 30)] * 2 + [(255, 0, 128)] * 10
    model.plugged = False
    model.bitstream(bytes(36))
    model.plugged = True
    assert model.pixels == [(0, 0, 0)] * 12


def levels(model: Any, clock: Clock, until_ms: int) -> Iterator[int]:
    while clock.ms < until_ms:
        yield model.level()
        clock.ms += 1


def test_a_button_bounces_at_both_ends_and_rests_in_between() -> None:
    model, _, clock = plug("button")
    assert set(levels(model, clock, 5100)) == {1}
    model.press(150)
    seen = list(levels(model, clock, 5400))
    assert set(seen[:8]) == {0, 1}
    assert set(seen[8:150]) == {0}
    assert set(seen[158:]) == {1}
