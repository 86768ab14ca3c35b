"""Every build with its own ``main.py``: right values and units, sick sensors, a full queue.

All builds stand at one site, so that it takes one start of broker, gateway and boards.
"""

import json
from collections.abc import Callable

import pytest

from device.twin.host import Twin
from kit.catalogue import Build, Part, builds, load_build
from tests.e2e.living_site import LivingSite

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

AROUND = {
    "co2": 900.0,
    "temperature": 21.0,
    "humidity": 45.0,
    "light": 300.0,
    "moisture": 50.0,
    "pressure": 1008.0,
    "noise": 70.0,
    "voltage": 5.0,
    "current": 0.5,
}
"""What is true around each board, in the units of the catalogue."""

TRUE = {
    "co2": (900, 90),
    "temperature": (21, 1.5),
    "humidity": (45, 8),
    "light": (300, 70),
    "moisture": (50, 8),
    "pressure": (1008, 2),
    "level": (70, 4),
    "voltage": (5, 0.1),
    "current": (0.5, 0.03),
    "power": (2.5, 0.25),
}
"""By channel: what must be stored, and how far off a part may be (its data sheet)."""

WIRED = ("i2c", "dht", "adc", "i2s")
HOURLY_S = 3600
SMALL_FLASH = 12
"""Blocks of 4096 bytes: what belongs to the object, and a queue of less than a minute."""


def name_of(build: str) -> str:
    return f"{build}-1"


def sensors(build: Build) -> list[Part]:
    """Return the parts that can be seen to be away; not those that stand in for others."""
    return [part for part in build.parts if part.bus in WIRED and part.instead_of is None]


def with_sensors() -> list[str]:
    return [build for build in builds() if sensors(load_build(build))]


def is_quick(build: Build) -> bool:
    """Whether it can measure each second: an SCD41 takes five, and counts are told by the hour."""
    return build.period_s < HOURLY_S and build.part("scd41") is None


def begin(site: LivingSite, names: list[str]) -> None:
    for build in names:
        site.add(name_of(build), room=dict(AROUND))
    site.begin()


def latest(site: LivingSite, name: str) -> dict[str, float]:
    """Return the newest value of each channel."""
    rows = site.ask(
        'SELECT "values" FROM frames JOIN devices ON devices.id = frames.device'
        " WHERE devices.device = ? ORDER BY time",
        name,
    )
    values: dict[str, float] = {}
    for (text,) in rows:
        values |= json.loads(text)
    return values


def says(site: LivingSite, name: str, state: str, why: str) -> Callable[[], bool]:
    def holds() -> bool:
        status = site.leaf(name, "status")
        return (status.get("state"), status.get("why")) == (state, why)

    return holds


def test_every_build_stores_what_is_true_around_it_in_its_unit(site: LivingSite) -> None:
    begin(site, builds())
    for build in builds():
        name = name_of(build)
        site.wait_until(says(site, name, "ready", ""), f"{name} is ready")
        channels = {channel.id: channel for channel in load_build(build).channels}

        def stored(name: str = name, wanted: frozenset[str] = frozenset(channels)) -> bool:
            values = latest(site, name)
            return values.keys() == wanted and all(
                abs(values[channel] - TRUE[channel][0]) <= TRUE[channel][1]
                for channel in wanted & TRUE.keys()
            )

        site.wait_until(stored, f"{name}: {latest(site, name)} becomes {TRUE}")
        page = site.page(f"/o/gonesse/{name}")
        for channel in channels.values():
            if channel.unit:  # counts and states are told in words
                assert channel.name["en"] in page
                assert channel.unit in page
    site.wait_until_nothing_is_missing()


def test_a_sensor_that_is_unplugged_is_named_and_measures_again_once_it_is_back(
    site: LivingSite,
) -> None:
    begin(site, with_sensors())
    each = [
        (name_of(build), part) for build in with_sensors() for part in sensors(load_build(build))
    ]
    for name, part in each:
        site.wait_until(says(site, name, "ready", ""), f"{name} is ready")
        site.twins[name].control(parts={part.id: {"plugged": False}})
        site.wait_until(says(site, name, "degraded", f"sensor:{part.id}"), f"{name}: {part.id}")
        site.twins[name].control(parts={part.id: {"plugged": True}})
    for name, _part in each:
        site.wait_until(says(site, name, "ready", ""), f"{name} is ready again")
    site.wait_until_nothing_is_missing()


def test_a_value_that_no_such_sensor_can_have_is_never_stored(site: LivingSite) -> None:
    begin(site, with_sensors())
    each = [
        (name_of(build), part) for build in with_sensors() for part in sensors(load_build(build))
    ]
    for name, part in each:
        site.twins[name].control(parts={part.id: {"out_of_range": True}})
        site.wait_until(says(site, name, "degraded", f"sensor:{part.id}"), f"{name}: {part.id}")
        site.twins[name].control(parts={part.id: {"out_of_range": False}})
    for name, _part in each:
        site.wait_until(says(site, name, "ready", ""), f"{name} is ready again")
    for build in with_sensors():
        for channel in load_build(build).channels:
            low, high = channel.range
            values = site.ask(
                'SELECT json_extract("values", ?) AS value FROM frames'
                " JOIN devices ON devices.id = frames.device"
                " WHERE devices.device = ? AND value IS NOT NULL",
                f'$."{channel.id}"',
                name_of(build),
            )
            assert all(low <= value <= high for (value,) in values), (build, channel.id)
    site.wait_until_nothing_is_missing()


def test_a_full_queue_drops_the_oldest_counts_them_and_sends_the_rest(site: LivingSite) -> None:
    often = [build for build in builds() if is_quick(load_build(build))]
    for build in often:
        twin = site.add(name_of(build), room=dict(AROUND))
        (twin.folder / "flash.bin").write_bytes(b"\xff" * SMALL_FLASH * 4096)
    site.begin()
    for twin in site.twins.values():
        twin.control(wifi=False)
    for twin in site.twins.values():
        twin.wait_for(lambda twin: twin.dropped() > 0, timeout=400)
    for twin in site.twins.values():
        twin.control(wifi=True)
    site.wait_until(lambda: all(arrived(site, t) for t in site.twins.values()), "the rest")
    for twin in site.twins.values():
        missing = twin.ledger() - {(boot, seq) for d, boot, seq in site.stored() if d == twin.name}
        numbers = sorted(seq for _boot, seq in missing)
        assert numbers == list(range(numbers[0], numbers[-1] + 1))  # the oldest, none in between


def arrived(site: LivingSite, twin: Twin) -> bool:
    """Whether as many frames are missing as the object says it dropped, and it sends again."""
    stored = {(boot, seq) for device, boot, seq in site.stored() if device == twin.name}
    ledger = twin.ledger()
    newest = max(ledger, key=lambda frame: frame[1])
    return newest in stored and len(ledger - stored) <= twin.dropped()
