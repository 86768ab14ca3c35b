"""From the bytes of a message to frames, and to refusals for what is not right. Pure.

docs/contract.md says what is right. Nothing here raises, whatever the bytes: what does not become
part of a frame becomes part of a refusal. Nearly every message is right in all its parts, and takes
the quick way; one that is not is taken apart value by value, so that the good ones are kept.
"""

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from gateway.model import Frame, Refusal
from kit.catalogue import Build
from kit.names import DeviceKey

MAX_PAYLOAD = 16 * 1024
EARLIEST = 1_704_067_200.0
"""2024-01-01. Before it no board of this kit existed: its clock is wrong."""
LATEST = 4_102_444_800.0
"""2100-01-01. No board of this kit sleeps beyond it."""
FUTURE_S = 86_400.0
"""How far ahead of the gateway's a clock may be."""
MAX_SEQ = 2**53
"""Larger than a board can count, and still exact in every JSON parser."""

_BOOT = re.compile(r"[0-9a-f]{4,16}", re.ASCII)
_SHOWN = 40

TOO_LARGE = "too-large"
MALFORMED = "malformed"
UNKNOWN_DEVICE = "unknown-device"
UNKNOWN_CHANNEL = "unknown-channel"
OUT_OF_RANGE = "out-of-range"
BAD_TIME = "bad-time"
REASONS = (TOO_LARGE, MALFORMED, UNKNOWN_DEVICE, UNKNOWN_CHANNEL, OUT_OF_RANGE, BAD_TIME)

Ranges = Mapping[str, tuple[float, float]]
"""By channel id: the lowest and the highest value that is physically possible."""


class Source(NamedTuple):
    """Where a message comes from: its topic, the device of that topic, the channels it may send."""

    topic: str
    device: DeviceKey
    ranges: Ranges


class Decoded(NamedTuple):
    """What was in a telemetry message."""

    frames: list[Frame]
    refusals: list[Refusal]


def ranges_of(build: Build) -> Ranges:
    """Return the physical ranges of a build's channels, with finite ends."""
    largest = sys.float_info.max
    return {
        channel.id: (max(channel.range[0], -largest), min(channel.range[1], largest))
        for channel in build.channels
    }


# --- telemetry -----------------------------------------------------------------------------------


class _Telemetry(msgspec.Struct, gc=False):
    boot: Annotated[str, msgspec.Meta(pattern=rf"\A{_BOOT.pattern}\Z")]
    seq: Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)]
    values: dict[str, float]
    t: float | None = None
    age: float | None = None


_MEMBERS = 4  # boot, seq, values, and t or age
_decode_telemetry = msgspec.json.Decoder(_Telemetry | list[_Telemetry]).decode


def decode_telemetry(source: Source, payload: bytes, now: float) -> Decoded:
    """Decode one telemetry message that came at ``now`` (Unix seconds)."""
    if len(payload) > MAX_PAYLOAD:
        return Decoded([], [_too_large(source.topic, payload)])
    frames = _all_right(source, payload, now)
    if frames is not None:
        return Decoded(frames, [])
    return _one_by_one(source, payload, now)


def _all_right(source: Source, payload: bytes, now: float) -> list[Frame] | None:
    """Decode a message that is right in every part; ``None`` if it is not, or may not be."""
    try:
        message = _decode_telemetry(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    device, ranges = source.device, source.ranges
    frames = []
    members = 0
    for telemetry in message if type(message) is list else (message,):
        time = _time(telemetry.t, telemetry.age, now)
        if time is None:
            return None
        values = telemetry.values
        for channel, value in values.items():
            limits = ranges.get(channel)
            if limits is None or not limits[0] <= value <= limits[1]:
                return None
        members += _MEMBERS + len(values)
        frames.append(Frame(device, telemetry.boot, telemetry.seq, time, values))
    # A name that stands twice has left its colon behind: which of its values was meant?
    return frames if payload.count(b":") == members else None


def _time(t: float | None, age: float | None, now: float) -> float | None:
    """Return the time of a measurement, or ``None`` if it cannot be."""
    if t is not None:
        return float(t) if EARLIEST <= t <= now + FUTURE_S else None
    if age is not None and 0 <= age <= now - EARLIEST:
        return now - age
    return None


def _one_by_one(source: Source, payload: bytes, now: float) -> Decoded:
    """Decode a message of which something is wrong: keep what is right, refuse the rest."""
    try:
        message = _loads(payload)
    except (ValueError, RecursionError) as error:
        return Decoded([], [Refusal(source.topic, payload, MALFORMED, _shown(str(error)))])
    items = message if isinstance(message, list) else [message]
    complaints = [_frame_complaint(item) for item in items]
    decoded = Decoded([], [])
    for item, complaint in zip(items, complaints, strict=True):
        if not complaint:
            part = payload if item is message else _part(item)
            _take_frame(source, item, part, now, decoded)
    malformed = [complaint for complaint in complaints if complaint]
    if malformed:  # one refusal for all of them: sixteen kilobytes may hold thousands
        detail = f"{malformed[0]} (in {len(malformed)} of {len(items)})"
        decoded.refusals.append(Refusal(source.topic, payload, MALFORMED, detail))
    return decoded


def _take_frame(source: Source, item: "_Object", part: bytes, now: float, into: Decoded) -> None:
    """Add the frame and what of it must be refused, by reason."""

    def refuse(reason: str, details: Iterable[str]) -> None:
        into.refusals.append(Refusal(source.topic, part, reason, _shown(", ".join(details), 300)))

    time = _time(item.get("t"), item.get("age"), now)
    if time is None:
        refuse(BAD_TIME, [f"{name}={_shown(item[name])}" for name in ("t", "age") if name in item])
        return
    values: dict[str, float] = {}
    refused: dict[str, list[str]] = {}
    for channel, value in item["values"].items():
        reason = _value_complaint(source.ranges, item["values"], channel)
        if reason:
            refused.setdefault(reason, []).append(f"{_shown(channel)}={_shown(value)}")
        else:
            values[channel] = float(value)
    into.frames.append(Frame(source.device, item["boot"], item["seq"], time, values))
    for reason, details in refused.items():
        refuse(reason, details)


def _frame_complaint(item: object) -> str:
    """Say why an item is no frame at all; empty if it is one."""
    if not isinstance(item, _Object):
        return "not an object"
    twice = item.twice & {"boot", "seq", "values", "t", "age"}
    boot, seq = item.get("boot"), item.get("seq")
    complaints = {
        "a name stands twice": bool(twice),
        "boot": not (isinstance(boot, str) and _BOOT.fullmatch(boot)),
        "seq": not (type(seq) is int and 0 <= seq <= MAX_SEQ),
        "values": not isinstance(item.get("values"), _Object),
        "t": not _is_number_or_none(item.get("t")),
        "age": not _is_number_or_none(item.get("age")),
        "neither t nor age": item.get("t") is None and item.get("age") is None,
    }
    return ", ".join(name for name, wrong in complaints.items() if wrong)


def _value_complaint(ranges: Ranges, values: "_Object", channel: str) -> str:
    """Return the reason to refuse a value; empty if it is right."""
    if channel not in ranges:
        return UNKNOWN_CHANNEL
    if channel in values.twice:
        return MALFORMED
    low, high = ranges[channel]
    value = values[channel]
    right = type(value) in (int, float) and low <= value <= high
    return "" if right else OUT_OF_RANGE


def _is_number_or_none(value: object) -> bool:
    return value is None or (type(value) in (int, float) and not math.isnan(_as_float(value)))


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


# --- the other leaves ----------------------------------------------------------------------------


class _About(msgspec.Struct):
    build: str
    firmware: str
    boot: str
    hash: str = ""
    reset: str = "unknown"
    channels: list[str] = []
    period: float = 0
    platform: str = ""
    micropython: str = ""
    safe_mode: bool = False
    message: bool = False


class _Status(msgspec.Struct):
    state: Literal["starting", "ready", "degraded", "sleeping", "updating", "lost"]
    why: str = ""
    boot: str = ""
    t: float | None = None
    period: float | None = None
    wakes: Annotated[float, msgspec.Meta(ge=EARLIEST, le=LATEST)] | None = None
    queue: Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)] | None = None
    dropped: Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)] | None = None
    wifi: float | None = None
    battery: float | None = None
    uptime: float | None = None


class _Event(msgspec.Struct):
    name: str
    boot: str = ""
    t: float | None = None
    data: dict[str, Any] = {}


class _Ack(msgspec.Struct):
    id: str
    ok: bool
    error: str = ""


_LEAVES: dict[str, type[msgspec.Struct]] = {
    "about": _About,
    "status": _Status,
    "event": _Event,
    "ack": _Ack,
}
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


def decode_leaf(topic: str, leaf: str, payload: bytes) -> dict[str, Any] | Refusal:
    """Decode ``about``, ``status``, ``event`` or ``ack``: what the contract names has its types."""
    kind = _LEAVES.get(leaf)
    if kind is None:
        return Refusal(topic, payload, MALFORMED, _shown(f"leaf {leaf}"))
    if len(payload) > MAX_PAYLOAD:
        return _too_large(topic, payload)
    try:
        message = _decode_object(payload)
        msgspec.convert(message, kind)
        msgspec.json.encode(message)  # can it be kept? Not with integers beyond 64 bits
    except (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError) as error:
        return Refusal(topic, payload, MALFORMED, _shown(str(error), 300))
    return message


def _too_large(topic: str, payload: bytes) -> Refusal:
    return Refusal(topic, payload, TOO_LARGE, f"{len(payload)} > {MAX_PAYLOAD}")


# --- JSON that remembers which names stood twice -------------------------------------------------


class _Object(dict[str, Any]):
    """A JSON object; ``twice`` holds the names that it had more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice: set[str] = set()
        if len(self) != len(pairs):
            names = [name for name, _ in pairs]
            self.twice = {name for name in self if names.count(name) > 1}


def _loads(payload: bytes) -> Any:
    """Parse JSON, and the NaN and Infinity that some writers put into it.

    Raises ValueError (not JSON, not UTF-8, a number of thousands of digits) or RecursionError.
    """
    return json.loads(payload.decode("utf-8"), object_pairs_hook=_Object)


def _part(item: "_Object") -> bytes:
    try:
        return json.dumps(item).encode()
    except RecursionError:
        return b"nested too deeply"


def _shown(value: object, length: int = _SHOWN) -> str:
    """Show something of unknown origin: one line, short, in characters that can be stored."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, int) and not -(10**_SHOWN) < value < 10**_SHOWN:
        return "a number of very many digits"
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= length else f"{text[: length - 1]}…"
