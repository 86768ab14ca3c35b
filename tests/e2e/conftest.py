"""The site that these tests share: real twins, a real broker, the gateway as a process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.twin.host import Fleet
from tests.e2e.living_site import LivingSite
from tests.twins import new_fleet


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    running = new_fleet()
    with running:
        yield running


@pytest.fixture
def broker() -> str:
    """Which broker: ``nats`` unless the test is marked with ``on_both_brokers``."""
    return "nats"


@pytest.fixture
def influx() -> str:
    """The address of an InfluxDB: none, unless a test module says otherwise."""
    return ""


@pytest.fixture
def site(
    tmp_path: Path, fleet: Fleet, broker: str, influx: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LivingSite]:
    living = LivingSite(tmp_path, fleet, broker, monkeypatch, influx)
    try:
        yield living
    finally:
        living.close()
