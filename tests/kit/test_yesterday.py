"""The day before a demonstration: believable for every build, and no finer than the object is."""

import pytest

from gateway.model import Frame
from gateway.registry import Device
from kit.catalogue import builds, load_build
from kit.cli.yesterday import DAY_S, EVERY_S, HOUR_S, frames_before

NOW = 1_764_001_234.0
LIT = ("brightness", "on", "presses")
"""What only hands bring about."""


def day_of(build: str, outdoors: bool = False) -> list[Frame]:
    device = Device(
        town="gonesse", device="x-1", build=build, place="x", place_name="X", name="X", follow=""
    )
    return list(frames_before([device], [{"seed": 3, "outdoors": outdoors}], NOW))


@pytest.mark.parametrize("build", builds())
def test_the_day_has_every_channel_within_its_range(build: str) -> None:
    frames = day_of(build, outdoors=build in ("garden", "weather"))
    channels = {c.id: c for c in load_build(build).channels if c.id not in LIT}
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
