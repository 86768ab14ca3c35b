"""SenML, resolved back by the RFC's rules, is what was measured."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api import senml
from gateway.api.series import Row
from kit.catalogue import Channel, builds, load_build
from kit.names import DeviceKey

KEY = DeviceKey("gonesse", "meteo")
CHANNELS = {c.id: c for name in ("weather", "air", "passage") for c in load_build(name).channels}

REGISTRY = """
m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2
m3/s l/s W/m2 cd/m2 bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min beat/min beats
S/m B VA VAs var vars J/m kg/m3 deg
"""  # RFC 8428, 12.1, and RFC 8798, 2
PRIMARY = set(REGISTRY.split())
SECONDARY = {"ppm": Decimal("1e-6"), "/100": Decimal("0.01"), "hPa": Decimal(100)}  # RFC 8798, 3

rows = st.lists(
    st.builds(
        Row,
        st.integers(1_704_067_200_000_000, 1_800_000_000_000_000).map(lambda us: us / 1e6),
        st.dictionaries(
            st.sampled_from(sorted(CHANNELS)),
            st.none() | st.floats(-40, 100_000).map(lambda value: round(value, 3)),
            min_size=1,
        ),
    ),
    max_size=20,
)


def resolved(pack: list[dict[str, Any]]) -> list[tuple[str, Decimal, str, Decimal]]:
    """Return (name, time, unit, value) of each record (RFC 8428, 4.6), in decimals."""
    base: dict[str, Any] = {}
    found = []
    for record in pack:
        base |= {name: value for name, value in record.items() if name.startswith("b")}
        name = base.get("bn", "") + record.get("n", "")
        time = Decimal(str(base.get("bt", 0))) + Decimal(str(record.get("t", 0)))
        unit = record.get("u", base.get("bu"))
        value = Decimal(str(base.get("bv", 0))) + Decimal(str(record["v"]))
        found.append((name, time, unit, value))
    return found


def through_json(pack: list[Any]) -> list[dict[str, Any]]:
    return msgspec.json.decode(msgspec.json.encode(pack), type=list[dict[str, Any]])


@given(rows)
def test_what_comes_back_is_what_was_told(told: list[Row]) -> None:
    pack = through_json(senml.records(KEY, list(CHANNELS.values()), told))
    expected = [
        (f"fabnum:gonesse:meteo:{name}", round(row.time * 1_000_000), name, value)
        for row in told
        for name, value in row.values.items()
        if value is not None
    ]
    found = resolved(pack)
    assert [(name, round(time * 1_000_000)) for name, time, _unit, _value in found] == [
        (name, microseconds) for name, microseconds, _channel, _value in expected
    ]
    for (_name, _time, unit, value), (_n, _t, channel, told_value) in zip(
        found, expected, strict=True
    ):
        factor = 100 if CHANNELS[channel].unit == "hPa" else 1
        assert (
            unit
            == {"hPa": "Pa", "°C": "Cel", "%": "%RH", "ppm": "ppm", "": "count"}[
                CHANNELS[channel].unit
            ]
        )
        assert float(value) == pytest.approx(told_value * factor, rel=1e-12, abs=1e-9)


@given(rows)
def test_each_record_is_one_that_the_rfc_allows(told: list[Row]) -> None:
    pack = through_json(senml.records(KEY, list(CHANNELS.values()), told))
    for number, record in enumerate(pack):
        assert record.keys() <= {"bver", "bn", "bt", "bu", "n", "u", "t", "v"}
        assert isinstance(record["v"], float)
        assert number == 0 or not {"bn", "bt", "bu", "bver"} & record.keys()
    if pack:
        assert all(time >= 2**28 for _name, time, _unit, _value in resolved(pack))
        assert pack[0]["bver"] == 26  # ppm is among the channels


@pytest.mark.parametrize("build", builds())
def test_every_unit_of_the_catalogue_is_in_the_registry(build: str) -> None:
    for channel in load_build(build).channels:
        unit = senml.unit_of(channel)
        if unit is None:
            assert channel.unit == "", f"{channel.unit} has no unit in SenML"
        else:
            assert unit.name in PRIMARY | SECONDARY.keys()


def test_one_unit_for_all_is_the_base_unit() -> None:
    gate = load_build("passage").channels
    pack = through_json(senml.records(KEY, gate, [Row(1.8e9, {"entries": 12.0, "exits": 9.0})]))
    assert pack[0]["bu"] == "count"
    assert "bver" not in pack[0]
    assert not any("u" in record for record in pack)


def test_few_is_told_to_nobody() -> None:
    gate: tuple[Channel, ...] = load_build("passage").channels
    assert senml.records(KEY, gate, [Row(1.8e9, {"entries": None}, ("entries",))]) == []
