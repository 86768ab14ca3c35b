"""What drivers make of raw values, against the makers' formulas in exact fractions, everywhere.

The boards count in floats of 32 bits. :class:`Single` does so here: the drivers' own code runs with
it unchanged.
"""

import json
import random
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import pytest
from drivers import bh1750, bme280, ina219, sensirion, soil
from hypothesis import assume, given
from hypothesis import strategies as st

Trimming = tuple[int, ...]

EXAMPLE_T: Trimming = (27504, 26435, -1000)
EXAMPLE_P: Trimming = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
EXAMPLE_H: Trimming = (75, 362, 0, 313, 50, 30)


def single(value: float) -> float:
    """Round to a float of 32 bits."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


class Single(float):
    """A float of 32 bits: each operation rounds to it, as on an ESP32."""

    def __new__(cls, value: float) -> Self:
        return super().__new__(cls, single(value))

    def __add__(self, other: float) -> "Single":
        return Single(float(self) + single(other))

    def __sub__(self, other: float) -> "Single":
        return Single(float(self) - single(other))

    def __rsub__(self, other: float) -> "Single":
        return Single(single(other) - float(self))

    def __mul__(self, other: float) -> "Single":
        return Single(float(self) * single(other))

    def __truediv__(self, other: float) -> "Single":
        return Single(float(self) / single(other))

    __radd__ = __add__
    __rmul__ = __mul__

    def __round__(self, digits: int = 0) -> "Single":  # type: ignore[override]
        # MicroPython, py/modbuiltins.c: times a power of ten, to the nearest, and back.
        scale = Single(10**digits)
        return Single(round(float(self * scale))) / scale


# Bosch BME280: formulas in floating point (section 8.1), here in fractions.


def exact_fine(raw: int, t: Trimming) -> Fraction:
    t1, t2, t3 = t
    off = Fraction(raw, 131072) - Fraction(t1, 8192)
    return (Fraction(raw, 16384) - Fraction(t1, 1024)) * t2 + off * off * t3


def exact_pressure(raw: int, fine: Fraction, p: Trimming) -> Fraction:
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = p
    a = fine / 2 - 64000
    b = (a * a * p6 / 32768 + a * p5 * 2) / 4 + p4 * 65536
    a = (Fraction(p3) * a * a / 524288 + p2 * a) / 524288
    a = (1 + a / 32768) * p1
    q = (1048576 - raw - b / 4096) * 6250 / a
    return q + (p9 * q * q / 2147483648 + q * p8 / 32768 + p7) / 16


def exact_humidity(raw: int, fine: Fraction, h: Trimming) -> Fraction:
    h1, h2, h3, h4, h5, h6 = h
    x = fine - 76800
    gain = Fraction(h2, 65536) * (1 + Fraction(h6, 67108864) * x * (1 + Fraction(h3, 67108864) * x))
    x = (raw - (h4 * 64 + Fraction(h5, 16384) * x)) * gain
    x *= 1 - h1 * x / 524288
    return min(Fraction(100), max(Fraction(0), x))


# Specimens differ by some percents; these are wider than any that is sold.
trimmings_t = st.tuples(
    st.integers(26000, 29500), st.integers(25000, 27500), st.integers(-1500, 1500)
)
trimmings_p = st.tuples(
    st.integers(35000, 39000),
    st.integers(-11500, -10000),
    st.just(3024),
    st.integers(2000, 10000),
    st.integers(-300, 300),
    st.just(-7),
    st.sampled_from((9900, 12300, 15500)),
    st.integers(-14600, -10230),
    st.integers(4285, 6000),
)
trimmings_h = st.tuples(
    st.integers(0, 100),
    st.integers(340, 400),
    st.just(0),
    st.integers(280, 350),
    st.integers(0, 60),
    st.just(30),
)
twenty_bits = st.integers(0, 2**20 - 1)
bearable = st.integers(400_000, 680_000)  # about -20 to 75 °C


def test_the_makers_example_of_temperature_and_pressure() -> None:
    # BST-BMP280-DS001, section 3.12: the figure has 100653.27 Pa, its footnote allows for rounding.
    fine = bme280.fine_temperature(519888, EXAMPLE_T)
    assert fine == 128422
    assert bme280.hundredths_of_degrees(fine) == 2508
    assert bme280.pressure(415148, fine, EXAMPLE_P) == 25767233
    assert pytest.approx(100653.27, abs=0.03) == 25767233 / 256


@given(twenty_bits, trimmings_t)
def test_every_temperature_is_the_one_of_the_formula(raw: int, t: Trimming) -> None:
    hundredths = bme280.hundredths_of_degrees(bme280.fine_temperature(raw, t))
    exact = exact_fine(raw, t) / 5120
    # The integers drop the last bits of the raw value: 0.01 °C and half of it for rounding.
    assert hundredths / 100 == pytest.approx(float(exact), abs=0.015)
    assert single(hundredths / 100) == pytest.approx(float(exact), abs=0.016)


@given(st.integers(150_000, 800_000), bearable, trimmings_t, trimmings_p)
def test_every_pressure_is_the_one_of_the_formula(
    raw: int, raw_temperature: int, t: Trimming, p: Trimming
) -> None:
    fine = bme280.fine_temperature(raw_temperature, t)
    exact = exact_pressure(raw, Fraction(fine), p)
    assume(29_000 <= exact <= 111_000)
    shown = bme280.pressure(raw, fine, p)
    assert shown / 256 == pytest.approx(float(exact), abs=0.3)
    # What the driver sends: whole pascals, that 32 bits tell apart.
    hectopascals = single(((shown + 128) >> 8) / 100)
    assert hectopascals * 100 == pytest.approx(float(exact), abs=0.9)


@given(st.integers(0, 0xFFFF), bearable, trimmings_t, trimmings_h)
def test_every_humidity_is_the_one_of_the_formula(
    raw: int, raw_temperature: int, t: Trimming, h: Trimming
) -> None:
    fine = bme280.fine_temperature(raw_temperature, t)
    exact = float(exact_humidity(raw, Fraction(fine), h))
    assert bme280.humidity(raw, fine, h) / 1024 == pytest.approx(exact, abs=0.02)


def test_nonsense_for_trimming_gives_no_pressure_and_no_crash() -> None:
    assert bme280.pressure(400_000, 128_000, (0,) * 9) == 0
    assert bme280.humidity(0xFFFF, 128_000, (0,) * 6) == 0


@given(
    st.lists(st.integers(-0x8000, 0x7FFF), min_size=9, max_size=9),
    twenty_bits,
    st.integers(-300_000, 500_000),
)
def test_no_trimming_that_can_be_read_makes_it_crash(p: list[int], raw: int, fine: int) -> None:
    p[0] &= 0xFFFF
    assert isinstance(bme280.pressure(raw, fine, tuple(p)), int)
    percent = bme280.humidity(raw & 0xFFFF, fine, tuple(p[:6]))
    assert 0 <= percent <= 100 * 1024


def test_micropython_counts_with_the_same_integers(
    run_micropython: Callable[..., str], tmp_path: Path
) -> None:
    chance = random.Random(1)
    cases: list[Any] = []
    for _ in range(300):
        raw = chance.randrange(2**20), chance.randrange(2**20), chance.randrange(2**16)
        p = [spread(number, chance) for number in EXAMPLE_P]
        fine = bme280.fine_temperature(raw[0], EXAMPLE_T)
        expected = [
            fine,
            bme280.pressure(raw[1], fine, tuple(p)),
            bme280.humidity(raw[2], fine, EXAMPLE_H),
        ]
        cases.append([raw, EXAMPLE_T, p, EXAMPLE_H, expected])
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    script = tmp_path / "compare.py"
    script.write_text(
        "import json\n"
        "from drivers import bme280\n"
        "for (t, p, h), tt, tp, th, expected in json.load(open('cases.json')):\n"
        "    fine = bme280.fine_temperature(t, tt)\n"
        "    found = [fine, bme280.pressure(p, fine, tp), bme280.humidity(h, fine, th)]\n"
        "    assert found == expected, (found, expected)\n"
        "print('same')\n",
        encoding="utf-8",
    )
    assert run_micropython(script, cwd=tmp_path) == "same\n"


def spread(number: int, chance: random.Random) -> int:
    return round(number * chance.uniform(0.97, 1.03))


# Sensirion SCD41 (section 3.5.2) and SHT31 (section 4.13).


def test_every_word_of_a_sht31_or_scd41_is_the_formulas_value() -> None:
    for word in range(0x10000):
        share = Fraction(word, 2**16 - 1)
        # Rounded to a hundredth on purpose.
        assert abs(Fraction(sensirion.temperature(word)) - (-45 + 175 * share)) <= Fraction(
            501, 10**5
        )
        assert abs(Fraction(sensirion.humidity(word)) - 100 * share) <= Fraction(501, 10**5)


@given(st.integers(0, 0xFFFF))
def test_a_float_of_32_bits_keeps_a_sht31s_hundredths(word: int) -> None:
    celsius = sensirion.temperature(Single(word))
    percent = sensirion.humidity(Single(word))
    assert isinstance(celsius, Single)
    assert celsius == pytest.approx(-45 + 175 * word / 65535, abs=0.00504)
    assert percent == pytest.approx(100 * word / 65535, abs=0.00504)


# Texas Instruments INA219, sections 8.5.1 and 8.6.3.

CURRENT_LSB = Fraction(1, 10_000)
SHUNT = Fraction(1, 10)


def test_the_calibration_is_that_of_the_formula() -> None:
    assert int(Fraction(4096, 100_000) / (CURRENT_LSB * SHUNT)) == ina219._CALIBRATED
    assert Fraction(32, 10) / 2**15 <= CURRENT_LSB, "3.2 A must fit"


def test_every_register_of_an_ina219_is_the_formulas_value() -> None:
    for register in range(0x10000):
        signed = register - 0x10000 if register > 0x7FFF else register
        for found, exact in (
            (ina219.volts(register), Fraction(register // 8) * Fraction(4, 1000)),
            (ina219.amperes(register), signed * CURRENT_LSB),
            (ina219.watts(register), register * 20 * CURRENT_LSB),
        ):
            assert found == float(exact)
            assert abs(Fraction(single(found)) - exact) < Fraction(1, 100_000)


def test_the_makers_worked_example_of_an_ina219() -> None:
    # Section 9.2.2, table 8: 12 V, 10 A, a shunt of 2 mΩ; its bit of 1 mA is ten times ours.
    assert ina219.volts(0x5D98) == 11.98
    assert 10 * ina219.amperes(0x2710) == 10.0
    assert 10 * ina219.watts(0x1766) == pytest.approx(119.8)


# ROHM BH1750, pages 10 and 11.


def test_the_makers_example_of_a_bh1750() -> None:
    assert bh1750.lux(0b1000_0011_1001_0000) == pytest.approx(28067, abs=0.5)
    assert bh1750.lux(0b0000_0001_0001_0000) == pytest.approx(227, abs=0.5)


@pytest.mark.parametrize("time", [69, 31])
def test_every_count_of_a_bh1750_is_the_formulas_value(time: int) -> None:
    for count in range(0x10000):
        exact = Fraction(count * 10, 12) * Fraction(69, time)
        assert abs(Fraction(bh1750.lux(count, time)) - exact) <= Fraction(51, 1000)
    in_32_bits = bh1750.lux(Single(0xFFFF), time)
    assert in_32_bits == pytest.approx(0xFFFF / 1.2 * 69 / time, abs=0.1)


def test_the_brightest_count_is_what_the_catalogue_allows() -> None:
    assert bh1750.lux(0xFFFE, 31) <= 121_557


# The soil probe: its two ends.


@given(st.floats(0, 3300), st.floats(2000, 3000), st.floats(900, 1700))
def test_moisture_goes_straight_from_dry_to_wet(millivolts: float, dry: float, wet: float) -> None:
    exact = 100 * (Fraction(dry) - Fraction(millivolts)) / (Fraction(dry) - Fraction(wet))
    expected = float(min(Fraction(100), max(Fraction(0), exact)))
    assert soil.moisture(millivolts, dry, wet) == pytest.approx(expected, abs=0.0501)
    in_32_bits = soil.moisture(Single(millivolts), Single(dry), Single(wet))
    assert in_32_bits == pytest.approx(expected, abs=0.06)
