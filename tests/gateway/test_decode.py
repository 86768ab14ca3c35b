import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway import decode
from gateway.decode import Source, decode_leaf, decode_telemetry, ranges_of
from gateway.model import Refusal
from kit.catalogue import load_build
from tests.gateway.frames import AIR, BOOT, NOON

SOURCE = Source(AIR.topic("telemetry"), AIR, ranges_of(load_build("air")))
NOW = NOON + 3600
GOOD = {"co2": 612, "temperature": 21.5, "humidity": 44.1}


def telemetry(**changes: Any) -> dict[str, Any]:
    frame = {"boot": BOOT, "seq": 17, "t": NOON, "values": GOOD} | changes
    return {name: value for name, value in frame.items() if value is not ...}


def decoded(message: Any) -> decode.Decoded:
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    return decode_telemetry(SOURCE, payload, NOW)


def reasons(message: Any) -> list[str]:
    return [refusal.reason for refusal in decoded(message).refusals]


# --- what is right


def test_a_frame_is_decoded() -> None:
    frames, refusals = decoded(telemetry())
    assert refusals == []
    (frame,) = frames
    assert frame == (AIR, BOOT, 17, NOON, GOOD)
    assert all(type(value) is float for value in frame.values.values())


def test_a_list_of_frames_is_decoded_in_order() -> None:
    frames, refusals = decoded([telemetry(seq=n) for n in range(5)])
    assert [frame.seq for frame in frames] == [0, 1, 2, 3, 4]
    assert refusals == []


def test_an_age_is_counted_back_from_now() -> None:
    (frame,), _ = decoded(telemetry(t=..., age=90))
    assert frame.time == NOW - 90


def test_names_that_a_later_version_adds_are_passed_over() -> None:
    frames, refusals = decoded(telemetry(battery={"volts": 3.7, "note": "a: b"}))
    assert len(frames) == 1
    assert refusals == []


def test_a_frame_whose_sensors_all_failed_is_a_frame() -> None:
    frames, refusals = decoded(telemetry(values={}))
    assert frames[0].values == {}
    assert refusals == []


# --- what is not


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"7",
        b"null",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b'\xef\xbb\xbf{"boot": "5f3a"}',
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b"9" * 16_000,
        json.dumps(telemetry()).encode("utf-16"),
    ],
)
def test_what_is_no_frame_is_malformed(payload: bytes) -> None:
    frames, refusals = decoded(payload)
    assert frames == []
    assert [refusal.reason for refusal in refusals] == [decode.MALFORMED]
    assert refusals[0].payload == payload


@pytest.mark.parametrize(
    "changes",
    [
        {"boot": ...},
        {"boot": 5},
        {"boot": "xyz!"},
        {"boot": "abc"},
        {"boot": "0123456789abcdef0"},
        {"boot": BOOT + "\n"},
        {"boot": "\ud800\ud800"},
        {"seq": ...},
        {"seq": -1},
        {"seq": 1.5},
        {"seq": True},
        {"seq": 10**30},
        {"values": ...},
        {"values": [1, 2]},
        {"values": None},
        {"t": "noon"},
        {"t": True},
        {"t": ...},
        {"t": ..., "age": "old"},
        {"t": math.nan},
    ],
)
def test_a_frame_without_what_it_needs_is_malformed(changes: dict[str, Any]) -> None:
    frames, refusals = decoded(telemetry(**changes))
    assert frames == []
    assert [refusal.reason for refusal in refusals] == [decode.MALFORMED]


@pytest.mark.parametrize(
    "changes",
    [
        {"t": 0},
        {"t": decode.EARLIEST - 1},
        {"t": NOW + decode.FUTURE_S + 1},
        {"t": 10**400},
        {"t": math.inf},
        {"t": ..., "age": -1},
        {"t": ..., "age": 10**400},
        {"t": ..., "age": NOW},
    ],
)
def test_a_time_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    frames, refusals = decoded(telemetry(**changes))
    assert frames == []
    assert [refusal.reason for refusal in refusals] == [decode.BAD_TIME]


@pytest.mark.parametrize(
    "value", [-1, 40_001, 1e300, 10**400, True, None, "612", [612], {}, math.nan, math.inf]
)
def test_a_wrong_value_is_refused_and_the_others_are_kept(value: Any) -> None:
    (frame,), refusals = decoded(telemetry(values=GOOD | {"co2": value}))
    assert frame.values == {"temperature": 21.5, "humidity": 44.1}
    assert [refusal.reason for refusal in refusals] == [decode.OUT_OF_RANGE]
    assert "co2" in refusals[0].detail


def test_a_channel_that_the_build_has_not_is_refused_and_the_others_are_kept() -> None:
    (frame,), refusals = decoded(telemetry(values=GOOD | {"noise": 50, "\ud800": 1}))
    assert frame.values == GOOD
    (refusal,) = refusals
    assert refusal.reason == decode.UNKNOWN_CHANNEL
    assert "noise" in refusal.detail
    refusal.detail.encode()


def test_a_channel_that_stands_twice_is_refused_for_nobody_knows_which_was_meant() -> None:
    payload = json.dumps(telemetry()).replace('"humidity"', '"co2"').encode()
    (frame,), refusals = decoded(payload)
    assert frame.values == {"temperature": 21.5}
    assert [refusal.reason for refusal in refusals] == [decode.MALFORMED]


def test_a_frame_that_names_its_seq_twice_is_malformed() -> None:
    assert reasons(b'{"seq": 16, ' + json.dumps(telemetry()).encode()[1:]) == [decode.MALFORMED]


def test_of_a_list_the_good_frames_are_kept() -> None:
    frames, refusals = decoded(
        [telemetry(seq=0), 7, telemetry(seq=1, t=0), telemetry(seq=2, values={"co2": -5})]
    )
    assert [frame.seq for frame in frames] == [0, 2]
    assert sorted(refusal.reason for refusal in refusals) == [
        decode.BAD_TIME,
        decode.MALFORMED,
        decode.OUT_OF_RANGE,
    ]


def test_what_is_too_large_is_refused_unread() -> None:
    payload = json.dumps([telemetry(seq=n) for n in range(200)]).encode()
    assert len(payload) > decode.MAX_PAYLOAD
    assert reasons(payload) == [decode.TOO_LARGE]


def test_thousands_of_wrong_items_make_one_refusal() -> None:
    assert len(decoded(b"[" + b"7," * 8000 + b"7]").refusals) == 1


# --- whatever comes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)
NUMBER = st.integers() | st.floats() | st.booleans() | st.none()
FRAME = st.fixed_dictionaries(
    {},
    optional={
        "boot": st.sampled_from([BOOT, "abcd", "x"]) | JSON,
        "seq": st.integers(-2, 50) | JSON,
        "t": st.floats(NOON - 1e6, NOON + 1e6) | NUMBER,
        "age": st.floats(-10, 1e6) | NUMBER,
        "values": st.dictionaries(
            st.sampled_from(["co2", "temperature", "humidity", "noise"]),
            st.floats(-100, 50_000) | NUMBER | JSON,
            max_size=4,
        )
        | JSON,
    },
)


def assert_no_wrong_row(result: decode.Decoded) -> None:
    for frame in result.frames:
        assert frame.device == AIR
        assert 0 <= frame.seq <= decode.MAX_SEQ
        assert decode.EARLIEST <= frame.time <= NOW + decode.FUTURE_S
        for channel, value in frame.values.items():
            low, high = SOURCE.ranges[channel]
            assert type(value) is float
            assert low <= value <= high
    for refusal in result.refusals:
        assert refusal.reason in decode.REASONS
        refusal.detail.encode()


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_no_bytes_make_a_wrong_row(payload: bytes) -> None:
    result = decoded(payload)
    assert_no_wrong_row(result)
    assert result.frames or result.refusals or payload.strip() == b"[]"


@settings(max_examples=500)
@given(FRAME | st.lists(FRAME, min_size=1, max_size=4) | JSON)
@example([telemetry(), [], {}])
def test_no_json_makes_a_wrong_row_and_everything_is_accounted_for(message: Any) -> None:
    result = decoded(message)
    assert_no_wrong_row(result)
    items = message if isinstance(message, list) else [message]
    assert len(result.frames) <= len(items)
    if len(result.frames) < len(items):
        assert result.refusals
    kept = sum(len(frame.values) for frame in result.frames)
    offered = sum(
        len(item["values"])
        for item in items
        if isinstance(item, dict) and isinstance(item.get("values"), dict)
    )
    assert kept == offered or result.refusals


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_message_never_makes_a_wrong_row(data: st.DataObject) -> None:
    payload = bytearray(json.dumps([telemetry(seq=n) for n in range(3)]).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(payload) - 1))
        payload[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    assert_no_wrong_row(decoded(bytes(payload)))


@given(st.lists(FRAME, max_size=4))
def test_the_quick_way_and_the_careful_way_agree(message: list[Any]) -> None:
    payload = json.dumps(message).encode()
    quick = decode._all_right(SOURCE, payload, NOW)
    if quick is not None:
        assert decode._one_by_one(SOURCE, payload, NOW) == (quick, [])


# --- the other leaves


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ("status", {"state": "ready", "why": "", "boot": BOOT, "t": NOON, "dropped": 0}),
        ("status", {"state": "lost", "why": "connection"}),
        ("about", {"build": "air", "firmware": "0.1.0", "boot": BOOT, "channels": ["co2"]}),
        ("event", {"name": "button", "boot": BOOT, "t": NOON, "data": {"presses": 1}}),
        ("ack", {"id": "7f3c91aa", "ok": False, "error": "expired"}),
    ],
)
def test_a_leaf_of_the_contract_is_decoded(leaf: str, message: dict[str, Any]) -> None:
    assert decode_leaf(AIR.topic(leaf), leaf, json.dumps(message).encode()) == message


@pytest.mark.parametrize(
    ("leaf", "payload"),
    [
        ("status", b'{"state": "happy"}'),
        ("status", b'{"state": "ready", "dropped": "many"}'),
        ("status", b'{"state": "ready", "dropped": -1}'),
        ("status", b'["ready"]'),
        ("status", b"{"),
        ("status", b"\xff"),
        ("about", b'{"build": 5}'),
        ("event", b'{"name": "vote", "data": []}'),
        ("ack", b'{"id": "1"}'),
        ("wish", b"{}"),
    ],
)
def test_a_leaf_that_is_not_of_the_contract_is_malformed(leaf: str, payload: bytes) -> None:
    refusal = decode_leaf(AIR.topic(leaf), leaf, payload)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == decode.MALFORMED


def test_deep_nesting_is_refused_or_can_be_kept() -> None:
    """How deep the decoder goes depends on Python; the encoder must then go as deep."""
    payload = b'{"state": "ready", "more": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    message = decode_leaf(AIR.topic("status"), "status", payload)
    assert isinstance(message, Refusal) or len(msgspec.json.encode(message)) > 10_000


@given(st.sampled_from(["about", "status", "event", "ack"]), st.binary(max_size=100) | JSON)
def test_no_leaf_raises(leaf: str, message: Any) -> None:
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    result = decode_leaf(AIR.topic(leaf), leaf, payload)
    assert isinstance(result, dict | Refusal)
