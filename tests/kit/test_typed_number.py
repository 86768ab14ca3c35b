"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.cli.typed_number import typed_number


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("420", "ppm", 420),
        (" 420 ppm ", "ppm", 420),
        ("420ppm", "ppm", 420),
        ("420 PPM", "ppm", 420),
        ("420,5", "ppm", 420.5),
        ("20.5\u00a0°C", "°C", 20.5),
        ("1\u202f013,5 hPa", "hPa", 1013.5),
        ("1 013", "hPa", 1013),
        ("1’013", "hPa", 1013),
        ("−3", "°C", -3),
        ("+4", "°C", 4),
        ("50", "", 50),
        ("62,5 %", "%", 62.5),
    ],
)
def test_a_number_is_understood_with_or_without_its_unit(
    text: str, unit: str, value: float
) -> None:
    assert typed_number(text, unit) == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "ppm", "beaucoup", "420 °C", "4 2 0 ppm x", "1,2,3", "1e9", "nan", "inf", "--4", "٣"],
)
def test_what_is_no_number_of_that_unit_is_none(text: str) -> None:
    assert typed_number(text, "ppm") is None


@given(st.text())
def test_nothing_typed_raises(text: str) -> None:
    typed_number(text, "ppm")


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from([",", "."]))
def test_what_is_written_is_read(thousandths: int, mark: str) -> None:
    sign = "-" if thousandths < 0 else ""
    whole, rest = divmod(abs(thousandths), 1000)
    value = typed_number(f"{sign}{whole}{mark}{rest:03d} ppm", "ppm")
    assert value == pytest.approx(thousandths / 1000)
