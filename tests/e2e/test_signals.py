"""The gateway measures a real object, a town and itself, and says so to Prometheus."""

import json
import signal

import pytest

from kit.signals import SITE, taken_apart
from tests.e2e.living_site import LivingSite

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def told(site: LivingSite, device: str) -> list[dict[str, float]]:
    """Return the signals of one key, sample by sample."""
    rows = site.ask(
        'SELECT "values" FROM frames JOIN devices ON devices.id = frames.device'
        " WHERE devices.town = ? AND devices.device = ? ORDER BY frames.id",
        SITE,
        device,
    )
    return [json.loads(text) for (text,) in rows]


def signals(site: LivingSite, device: str) -> dict[str, float]:
    """Return the newest value of each signal of one key."""
    found: dict[str, float] = {}
    for values in told(site, device):
        found |= values
    return found


def starts(site: LivingSite, device: str) -> list[str]:
    """Return the causes of an object's starts, in the order in which they were heard."""
    return [
        taken_apart(name).what
        for values in told(site, device)
        for name in values
        if taken_apart(name).signal == "reset"
    ]


def test_signals_of_a_twin_arrive_in_the_journal(site: LivingSite) -> None:
    site.add("air-1")
    site.begin()
    site.wait_until(lambda: "reset.power" in signals(site, "gonesse_air-1"), "its start is noted")
    site.end(signal.SIGTERM)  # a gateway that has just started takes its first sample soon
    site.start()
    site.wait_until_healthy()
    site.wait_until(lambda: "age" in signals(site, "gonesse_air-1"), "the object is sampled")
    found = signals(site, "gonesse_air-1")
    assert 0 < found["late"] < 1
    assert -120 <= found["wifi"] <= 0
    assert found.keys() >= {"queue", "dropped", "missing", "refused", "unchanged", "uptime"}
    assert [name for name in found if name.startswith("firmware.")]
    assert starts(site, "gonesse_air-1") == ["power"], "not noted again by the new gateway"
    town = signals(site, "gonesse_")
    assert (town["built"], town["deployed"]) == (1, 1)
    gateway = signals(site, "gateway")
    assert (gateway["broker_up"], gateway["journal_frames"] > 0) == (1, True)
    assert gateway["certificate"] > 800


def test_a_board_that_starts_again_is_noted_with_the_cause(site: LivingSite) -> None:
    twin = site.add("air-1")
    site.begin()
    site.wait_until(lambda: starts(site, "gonesse_air-1") == ["power"], "its first start")
    twin.cut_power()
    twin.start()
    site.wait_until(lambda: starts(site, "gonesse_air-1") == ["power"] * 2, "its second")
    assert site.cli("send", "air-1", "restart").returncode == 0
    site.wait_until(lambda: len(starts(site, "gonesse_air-1")) == 3, "its third")
    assert starts(site, "gonesse_air-1")[-1] == site.leaf("air-1", "about")["reset"] != "power"


def test_prometheus_is_told_of_readings_and_of_no_signal(site: LivingSite) -> None:
    site.add("air-1")
    site.begin()
    site.wait_until(lambda: signals(site, "gonesse_air-1"), "there are signals")
    text = site.page("/metrics")
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(numbers["fabnum_messages_total"]) > 0
    assert 0 < float(numbers["fabnum_frames_stored_total"]) <= site.stored().total()
    assert float(numbers['fabnum_objects{condition="good",town="gonesse"}']) in (0, 1)
    assert SITE not in text
