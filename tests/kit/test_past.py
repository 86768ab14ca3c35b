"""A simulated past: believable for every build, no finer than the object is, with its incidents."""

from itertools import pairwise

import pytest

from gateway.model import Frame
from gateway.registry import Device
from kit.catalogue import builds, load_build
from kit.cli.past import DAY_S, HOUR_S, Past, incidents_of, readings, signals
from kit.cli.past.model import EARLIER_EVERY_S, EVERY_S
from kit.names import DeviceKey
from kit.signals import FEW, SITE, key_of_object, signal, subject_of, taken_apart

NOW = 1_764_001_234.0


def thing(build: str) -> Device:
    return Device(
        town="gonesse", device=f"{build}-1", build=build, place="x", place_name="X", name="X"
    )


def past_of(*which: str, days: int = 1, wrong: bool = False) -> Past:
    devices = [thing(build) for build in which]
    around = [{"seed": 3, "outdoors": build in ("garden", "weather")} for build in which]
    return Past(devices, around, NOW, days, incidents_of(devices, NOW) if wrong else ())


def day_of(build: str) -> list[Frame]:
    return list(readings(past_of(build)))


@pytest.mark.parametrize("build", builds())
def test_the_day_has_every_channel_within_its_range(build: str) -> None:
    frames = day_of(build)
    channels = {channel.id: channel for channel in load_build(build).channels}
    assert {name for frame in frames for name in frame.values} == channels.keys()
    for frame in frames:
        assert NOW - DAY_S <= frame.time < NOW
        for name, value in frame.values.items():
            low, high = channels[name].range
            assert low <= value <= high, name


@pytest.mark.parametrize("build", ["passage", "passage-pir", "vote"])
def test_counts_are_told_by_the_hour_and_somebody_comes(build: str) -> None:
    frames = day_of(build)
    assert len(frames) == DAY_S // HOUR_S
    assert all(frame.time % HOUR_S == 0 for frame in frames)
    assert all(value >= 0 for frame in frames for value in frame.values.values())
    assert sum(sum(frame.values.values()) for frame in frames) > 0


def test_what_is_measured_is_told_every_five_minutes() -> None:
    assert len(day_of("air")) == DAY_S // EVERY_S


def test_days_before_the_last_are_told_less_often() -> None:
    times = [frame.time for frame in readings(past_of("air", days=3))]
    assert times[0] == NOW - 3 * DAY_S
    steps = [round(after - before) for before, after in pairwise(times)]
    assert steps[: 2 * DAY_S // EARLIER_EVERY_S] == [EARLIER_EVERY_S] * 192
    assert set(steps[192:]) == {EVERY_S}


def test_sequence_numbers_have_no_gaps_so_that_nothing_seems_lost() -> None:
    past = past_of("air", "climate", "noise", "vote", days=7, wrong=True)
    frames = list(readings(past))
    numbers = dict[tuple[DeviceKey, str], list[int]]()
    for frame in [*frames, *signals(past, frames)]:
        numbers.setdefault((frame.device, frame.boot), []).append(frame.seq)
    assert all(seen == list(range(len(seen))) for seen in numbers.values())


def test_an_object_without_power_tells_nothing_and_its_age_rises_until_it_is_back() -> None:
    past = past_of("air", "climate", "noise", days=7, wrong=True)
    frames = list(readings(past))
    silent = next(met for met in past.incidents if met.kind == "silent")
    assert silent.device == DeviceKey("gonesse", "air-1")
    own = [frame for frame in frames if frame.device == silent.device]
    assert not [frame for frame in own if silent.start <= frame.time < silent.end]
    told = [f for f in signals(past, frames) if f.device == key_of_object(silent.device)]
    ages = [
        frame.values["age"]
        for frame in told
        if silent.start <= frame.time < silent.end and "age" in frame.values
    ]
    assert ages == sorted(ages)
    assert ages[-1] > silent.end - silent.start - 2 * EARLIER_EVERY_S
    assert [f.time for f in told if f.values == {"reset.power": 1.0}][-1] >= silent.end


def test_a_hung_program_is_started_again_by_the_watchdog_in_a_new_boot() -> None:
    past = past_of("air", "climate", "noise", days=7, wrong=True)
    hung = next(met for met in past.incidents if met.kind == "watchdog")
    frames = list(readings(past))
    own = [frame for frame in frames if frame.device == hung.device]
    assert len({frame.boot for frame in own}) == 2
    causes = [name for f in signals(past, frames) for name in f.values if name.startswith("reset.")]
    assert causes.count("reset.watchdog") == 1


def test_every_signal_is_one_the_kit_knows_and_within_its_range() -> None:
    past = past_of(*builds(), days=7, wrong=True)
    frames = list(readings(past))
    told = list(signals(past, frames))
    assert {frame.device.town for frame in told} == {SITE}
    for frame in told:
        subject, _town, _device = subject_of(frame.device)
        for name, value in frame.values.items():
            known = taken_apart(name).signal.removesuffix(FEW)
            low, high = signal("told" if known == "votes" else subject, known).range
            assert low <= value <= high, name


def test_the_same_past_is_the_same_twice() -> None:
    past = past_of("air", "vote", days=2, wrong=True)
    frames = list(readings(past))
    assert frames == list(readings(past))
    assert list(signals(past, frames)) == list(signals(past, frames))
