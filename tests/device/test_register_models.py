"""The models of BME280, BH1750 and INA219 keep to their data sheets' registers and timing."""

from typing import Any

import pytest
from drivers import bh1750, bme280, ina219
from hypothesis import given, settings
from hypothesis import strategies as st
from twin.board.parts import bme280 as bme280_model
from twin.board.parts import create_models

ENODEV = 19
ADDRESSES = {"bme280": 0x76, "bh1750": 0x23, "ina219": 0x40}


class Room:
    temperature, humidity, pressure = 21.5, 44.0, 1008.3
    light, voltage, current = 412.0, 12.03, 0.417


class Clock:
    ms = 0

    def __call__(self) -> int:
        return self.ms


class Bus:
    """The talk with one part."""

    def __init__(self, driver: str) -> None:
        self.clock, self.room, self.address = Clock(), Room(), ADDRESSES[driver]
        part = {
            "id": driver,
            "driver": driver,
            "bus": "i2c",
            "pins": {},
            "addresses": [self.address],
            "settings": {},
        }
        self.model: Any = create_models([part], self.room, ticks=self.clock)[driver]
        self.clock.ms = 1000

    def write(self, *data: int) -> None:
        self.model.write(self.address, bytes(data))

    def read(self, register: int, count: int) -> bytes:
        self.write(register)
        return bytes(self.model.read(self.address, count))

    def word(self, register: int) -> int:
        return int.from_bytes(self.read(register, 2), "big")

    def refuses(self) -> bool:
        try:
            self.write()
        except OSError as error:
            return bool(error.args[0] == ENODEV)
        return False


@pytest.mark.parametrize("driver", ADDRESSES)
def test_an_unplugged_part_answers_nothing(driver: str) -> None:
    bus = Bus(driver)
    assert not bus.refuses()
    bus.model.plugged = False
    assert bus.refuses()
    with pytest.raises(OSError, match=f"^{ENODEV}$"):
        bus.model.read(bus.address, 1)


@given(
    st.sampled_from(sorted(ADDRESSES)),
    st.lists(
        st.tuples(st.binary(max_size=6), st.integers(0, 40), st.integers(0, 400)), max_size=12
    ),
)
def test_nonsense_on_the_bus_ends_in_a_refusal_at_worst(
    driver: str, talk: list[tuple[bytes, int, int]]
) -> None:
    bus = Bus(driver)
    for data, count, wait_ms in talk:
        try:
            bus.write(*data)
            assert len(bus.model.read(bus.address, count)) == count
        except OSError as error:
            assert error.args[0] == ENODEV
        bus.clock.ms += wait_ms


# BME280: sections 1.1, 3.3.3, 5.3 and 5.4.


def test_bme280_is_deaf_for_two_milliseconds_after_a_reset() -> None:
    bus = Bus("bme280")
    bus.write(0xE0, 0xB6)
    assert bus.refuses()
    bus.clock.ms += 1
    assert bus.refuses()
    bus.clock.ms += 1
    assert bus.read(0xD0, 1) == b"\x60"


def test_bme280_measures_once_and_sleeps_again() -> None:
    bus = Bus("bme280")
    assert bus.read(0xF7, 8) == b"\x80\x00\x00\x80\x00\x00\x80\x00", "nothing measured yet"
    bus.write(0xF2, 0x01)
    bus.write(0xF4, 0x25)
    bus.clock.ms += 9
    assert bus.read(0xF3, 1) == b"\x08"
    bus.clock.ms += 1
    assert bus.read(0xF3, 1) == b"\x00"
    assert bus.read(0xF4, 1) == b"\x24", "asleep"
    first = bus.read(0xF7, 8)
    bus.room.temperature = 40.0
    bus.clock.ms += 60_000
    assert bus.read(0xF7, 8) == first


def test_bme280_without_ctrl_hum_skips_the_humidity() -> None:
    bus = Bus("bme280")
    bus.write(0xF4, 0x25)
    bus.clock.ms += 10
    assert bus.read(0xF7, 8)[6:] == b"\x80\x00"


def test_bmp280_has_its_own_number_and_nothing_of_humidity() -> None:
    bus = Bus("bme280")
    bus.model.clone = True
    bus.clock.ms += 2
    assert bus.read(0xD0, 1) == b"\x58"
    assert bus.read(0xE1, 7) == bytes(7)


@given(st.floats(-38, 83), st.floats(1, 99), st.floats(310, 1090))
@settings(max_examples=50)
def test_bme280_raw_values_stand_for_what_was_measured(
    celsius: float, percent: float, hectopascal: float
) -> None:
    # Found by the formulas in floating point, understood by those in integers.
    raw = bme280_model.raw_values(celsius, percent, hectopascal)
    fine = bme280.fine_temperature(raw[0], bme280_model._T)
    pascals = bme280.pressure(raw[2], fine, bme280_model._P) / 256
    humidity = bme280.humidity(raw[1], fine, bme280_model._H) / 1024
    assert bme280.hundredths_of_degrees(fine) / 100 == pytest.approx(celsius, abs=0.015)
    assert pascals == pytest.approx(100 * hectopascal, abs=1)
    # A gain so low that one step of the converter is coarser than the noise.
    assert humidity == pytest.approx(percent, abs=0.05)


# BH1750: pages 2, 5 and 11.


def test_bh1750_shows_the_count_before_until_it_has_counted() -> None:
    bus = Bus("bh1750")
    bus.model._gain, bus.model._slowness = 1, 1
    bus.write(0x20)
    bus.clock.ms += 119
    assert bus.model.read(0x23, 2) == b"\x00\x00"
    bus.clock.ms += 1
    (count,) = [int.from_bytes(bus.model.read(0x23, 2), "big")]
    assert bh1750.lux(count) == pytest.approx(412, rel=0.01)


def test_bh1750_collects_as_long_as_it_is_told() -> None:
    bus = Bus("bh1750")
    bus.model._gain, bus.model._slowness = 1, 1
    bus.room.light = 100_000.0
    for time, expected in ((69, 0xFFFF), (31, round(100_000 * 1.2 * 31 / 69))):
        bus.write(0x40 | time >> 5)
        bus.write(0x60 | time & 0x1F)
        bus.write(0x20)
        bus.clock.ms += 120
        count = int.from_bytes(bus.model.read(0x23, 2), "big")
        assert count == pytest.approx(expected, rel=0.01)


# INA219: sections 8.5 and 8.6.


def test_ina219_makes_the_makers_worked_example() -> None:
    # Section 9.2.2, table 8: 20 mV over the shunt of 2 mΩ; the model's own has 0.1 Ω.
    bus = Bus("ina219")
    bus.write(0x05, 0x50, 0x00)
    bus.model._convert(11.98, 0.2)
    assert bus.model._registers[1] == 0x07D0
    assert bus.model._registers[2] & ~0x07 == 0x5D98
    assert bus.model._registers[4] == 0x2710
    assert bus.model._registers[3] == 0x1766


def test_ina219_knows_no_current_before_it_is_calibrated() -> None:
    bus = Bus("ina219")
    bus.write(0x00, 0x3F, 0xFB)
    bus.clock.ms += 200
    assert bus.word(0x02) >> 3 == pytest.approx(12.03 / 0.004, abs=5)
    assert bus.word(0x04) == 0
    assert bus.word(0x00) == 0x3FFB


def test_ina219_says_when_it_has_measured_and_forgets_it_with_the_power_register() -> None:
    bus = Bus("ina219")
    bus.write(0x05, 0x10, 0x00)
    bus.write(0x00, 0x3F, 0xFB)
    bus.clock.ms += 136
    assert not bus.word(0x02) & 0x02
    bus.clock.ms += 1
    assert bus.word(0x02) & 0x02
    assert ina219.amperes(bus.word(0x04)) == pytest.approx(0.417, abs=0.004)
    assert ina219.watts(bus.word(0x03)) == pytest.approx(12.03 * 0.417, abs=0.1)
    assert not bus.word(0x02) & 0x02


def test_ina219_is_as_new_after_a_reset() -> None:
    bus = Bus("ina219")
    bus.write(0x05, 0x10, 0x00)
    bus.write(0x00, 0x80, 0x00)
    assert bus.word(0x00) == 0x399F
    assert bus.word(0x05) == 0


def test_ina219_flags_what_its_registers_cannot_hold() -> None:
    bus = Bus("ina219")
    bus.write(0x05, 0xFF, 0xFE)
    bus.room.current = 3.0
    bus.write(0x00, 0x3F, 0xFB)
    bus.clock.ms += 200
    assert bus.word(0x02) & 0x01
