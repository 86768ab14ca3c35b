"""Signals of a simulated past: what the gateway would have measured of the objects and of itself.

The same frames as `gateway/signals` writes, less often.
"""

from collections.abc import Iterator, Sequence
from random import Random

from gateway.counting import sum_of_told, sum_told
from gateway.live import GRACE_S, MISSED_PERIODS, Condition
from gateway.model import Frame
from gateway.registry import Device
from kit.catalogue import Channel
from kit.cli.past.model import DAY_S, EVERY_S, Past
from kit.cli.past.readings import BOOT
from kit.closing_questions import FACE_IDS, QUESTION_IDS
from kit.names import DeviceKey
from kit.signals import FEW, GATEWAY, channel, key_of_object, key_of_town, signal

FIRMWARE = "0.1.0"
PEOPLE_A_WORKSHOP = 11
SHARE_OF_FACES = (0.6, 0.4, 0.0)
"""How many of the people chose each face, the good one first."""
MIB_A_READING = 0.0003
"""What a frame takes in the journal: about 300 bytes, with its index."""

Values = dict[str, float]


def signals(past: Past, readings: Sequence[Frame]) -> Iterator[Frame]:
    """Yield the signal frames of a past whose readings are these."""
    for number, device in enumerate(past.devices):
        own = [frame for frame in readings if frame.device == device.key]
        yield from _frames(key_of_object(device.key), _of_object(past, device, own, number))
    yield from _frames(GATEWAY, _of_gateway(past, readings))
    for town in sorted({device.town for device in past.devices}):
        yield from _frames(key_of_town(town), _of_town(past, town))


def _frames(key: DeviceKey, told: Iterator[tuple[float, Values]]) -> Iterator[Frame]:
    for number, (time, values) in enumerate(told):
        yield Frame(key, BOOT, number, time, values)


def _times(past: Past) -> Iterator[float]:
    return (past.start + n for n in range(0, past.span_s, EVERY_S) if past.is_told(n))


# --- an object -----------------------------------------------------------------------------------


def _of_object(
    past: Past, device: Device, readings: Sequence[Frame], number: int
) -> Iterator[tuple[float, Values]]:
    chance = Random(f"object {number}")  # noqa: S311 - the same at each start, no secret
    period = device.catalogue().period_s
    patience = MISSED_PERIODS * period + GRACE_S
    votes = _Votes(readings) if device.catalogue().channel("option1") else None
    near = chance.uniform(-66, -50)
    starts = _starts(past, device.key)
    since = past.start
    for time in _times(past):
        while starts and starts[0][0] <= time:
            since, cause = starts.pop(0)
            yield since, {channel("reset", cause): 1.0}
        values = {"missing": 0.0, channel("firmware", FIRMWARE): 1.0}
        quiet = past.away(device.key, time)
        age = time - quiet.start if quiet else chance.uniform(0, period)
        values |= {"age": age, "late": age / patience}
        if not quiet:
            weak = past.during("weak-wifi", device.key, time)
            values |= {
                "wifi": float(round((-82 if weak else near) + chance.gauss(0, 1.5))),
                "queue": float(chance.randrange(3, 40)) if weak else 0.0,
                "dropped": 0.0,
                "refused": float(chance.random() < 0.002),
                "unchanged": chance.uniform(1, 6) * period,
                "uptime": time - since,
            }
            if device.key in past.on_battery:
                values["battery"] = round(4.1 - 0.4 * (time - past.start) / past.span_s, 2)
        yield time, values | (votes.until(time) if votes else {})


def _starts(past: Past, key: DeviceKey) -> list[tuple[float, str]]:
    """Return when an object was switched on, and why, by time."""
    met = {"power": past.meets("silent", key), "watchdog": past.meets("watchdog", key)}
    again = [(i.end, cause) for cause, i in met.items() if i and i.end > past.start]
    return sorted([(past.start, "power"), *again])


class _Votes:
    """The votes of a box until a time, as they may be told; asked in the order of time."""

    def __init__(self, readings: Sequence[Frame]) -> None:
        self._readings = readings
        self._next = 0
        self._counts: dict[str, list[float]] = {}

    def until(self, time: float) -> Values:
        while self._next < len(self._readings) and self._readings[self._next].time <= time:
            for option, count in self._readings[self._next].values.items():
                self._counts.setdefault(option, []).append(count)
            self._next += 1
        told: Values = {}
        votes = signal("told", "votes")
        for option, counts in self._counts.items():
            told |= _told(votes, option, sum_of_told(votes, counts))
        return told


def _told(of: Channel, what: str, total: float) -> Values:
    """Return a sum of people as it may be told, or that there were a few."""
    number = sum_told(of, total)
    if number is None:
        return {channel(of.id + FEW, what): 1.0}
    return {channel(of.id, what): number}


# --- the gateway ---------------------------------------------------------------------------------


def _of_gateway(past: Past, readings: Sequence[Frame]) -> Iterator[tuple[float, Values]]:
    chance = Random("gateway")  # noqa: S311
    a_minute = sum(60 / device.catalogue().period_s for device in past.devices)
    away = past.meets("influx-away", None)
    stored = 0.0
    for time in _times(past):
        stored = a_minute * (time - past.start) / 60
        busy = 0.5 + 0.5 * chance.random()
        lag = time - away.start if away and away.start <= time < away.end else chance.uniform(0, 2)
        values = {
            "messages": float(round(a_minute * chance.uniform(0.8, 1.2))),
            "delay": 4 + 6 * busy,
            "journal_size": 12 + MIB_A_READING * stored,
            "journal_frames": float(round(stored) + len(readings)),
            "influx_lag": lag,
            "journal_up": 1.0,
            "broker_up": 1.0,
            "cpu": 14 * busy,
            "memory": 38 + 3 * busy,
            "load": 0.4 * busy,
            "disk_free": 62 - (time - past.start) / DAY_S / 10,
            "certificate": 3640 - (time - past.start) / DAY_S,
        }
        if chance.random() < 0.01:
            values[channel("rejects", "out-of-range")] = 1.0
        yield time, values


# --- a town --------------------------------------------------------------------------------------


def _of_town(past: Past, town: str) -> Iterator[tuple[float, Values]]:
    """Yield of a town whose objects were built before; it held one more workshop in the middle."""
    devices = [device for device in past.devices if device.town == town]
    workshops = sorted({device.catalogue().workshop.id for device in devices})
    for time in _times(past):
        more = float(time > past.start + past.span_s / 2)
        silent = sum(past.away(device.key, time) is not None for device in devices)
        watch = (len(devices) - silent) // 4
        by_condition = {
            Condition.GOOD: len(devices) - silent - watch,
            Condition.WATCH: watch,
            Condition.SILENT: silent,
        }
        values = {
            **{channel("objects", c.value): float(by_condition.get(c, 0)) for c in Condition},
            "built": float(len(devices)),
            "deployed": float(len(devices)),
            "silent": float(silent),
        }
        for number, workshop in enumerate(workshops):
            held = 1 + number % 3 + more * (number == 0)
            values[channel("workshops", workshop)] = held
            values |= _told(signal("town", "people"), workshop, PEOPLE_A_WORKSHOP * held)
            values |= _answers(workshop, PEOPLE_A_WORKSHOP * held)
        yield time, values


def _answers(workshop: str, people: float) -> Values:
    """Return what the people answered at the end of their workshops, all questions alike."""
    values: Values = {}
    for number in range(1, len(QUESTION_IDS) + 1):
        for face, share in zip(FACE_IDS, SHARE_OF_FACES, strict=True):
            of = signal("town", f"answers_{face.replace('-', '_')}")
            values |= _told(of, f"{workshop}.{number}", round(share * people))
    return values
