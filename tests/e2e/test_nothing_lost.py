"""Rule 1 of the design, from the sensor to the journal: nothing measured is lost, or stored twice.

Each test breaks one part of the way while objects measure, then compares what they measured with
what is stored. Random moments come from a seed, which is printed.
"""

import os
import random
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.e2e.living_site import LivingSite
from tests.e2e.marks import on_both_brokers

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def chance() -> random.Random:
    """Random moments; ``FABNUM_SEED`` repeats those of an earlier run."""
    seed = int(os.environ.get("FABNUM_SEED", time.time_ns() % 1_000_000))
    print(f"FABNUM_SEED={seed}")
    return random.Random(seed)


def test_a_gateway_killed_twenty_times_loses_nothing(
    site: LivingSite, chance: random.Random
) -> None:
    for number in range(8):
        site.add(f"climate-{number}")
    site.add("air-1")
    site.add("lamp-1")
    site.begin()
    for kill in range(20):
        if kill % 3 == 0:
            site.wait_for_stored(1)  # it was at work …
        time.sleep(chance.uniform(0, 1.2))  # … or just starting
        site.kill()
        site.start()
    site.wait_until_healthy()
    site.wait_for_stored(20)
    site.wait_until_nothing_is_missing()
    assert site.dropped() == 0


@on_both_brokers
def test_a_broker_that_ends_under_load_loses_nothing(
    site: LivingSite, chance: random.Random
) -> None:
    """nats-server is killed, and its supervisor starts it again.

    Mosquitto keeps its queue in memory, so it is stopped in order: what it acknowledged in the
    moment before a kill -9 may be lost, which is why nats-server is the kit's own choice.
    """
    for number in range(5):
        site.add(f"climate-{number}")
    site.begin()
    for _ in range(3):
        site.wait_for_stored(5)
        time.sleep(chance.uniform(0, 0.5))
        if site.mosquitto is not None:
            site.mosquitto.stop()
            time.sleep(chance.uniform(0, 2))
            site.mosquitto.start()
        else:
            kill_nats_server(site)
    site.wait_for_stored(10)
    site.wait_until_nothing_is_missing()
    assert site.dropped() == 0


def kill_nats_server(site: LivingSite) -> None:
    """Kill -9, and wait until another one runs."""
    pid_file = Path(site.folder.broker, "nats-server.pid")
    before = pid_file.read_text()
    gateway, child = map(int, before.split())
    assert psutil.Process(child).ppid() == gateway
    os.kill(child, signal.SIGKILL)
    site.wait_until(lambda: pid_file.read_text() != before, "it runs again")


def test_objects_whose_power_is_cut_lose_at_most_what_they_count(
    site: LivingSite, chance: random.Random
) -> None:
    twins = [site.add(f"climate-{number}") for number in range(3)] + [site.add("lamp-1")]
    site.begin()
    for _ in range(20):
        twin = chance.choice(twins)
        time.sleep(chance.uniform(0, 1.0))
        twin.cut_power()
        twin.start()
    site.wait_until_nothing_is_missing()
    # Only what was measured before the time was known may be dropped: the first of each start.
    assert site.dropped() <= 20
    for name in site.twins:
        assert site.leaf(name, "about")["safe_mode"] is False


def test_power_that_fails_while_the_wifi_is_away_loses_nothing(site: LivingSite) -> None:
    """As when a building loses its power: what was to be sent is under way to nobody."""
    twin = site.add("climate-1")
    site.begin()
    for _ in range(2):
        boots = boots_of(site, "climate-1")
        twin.control(wifi=False)
        measured = len(twin.ledger())
        twin.wait_for(lambda twin, measured=measured: len(twin.ledger()) >= measured + 4)
        twin.cut_power()
        twin.control(wifi=True)
        twin.start()
        site.wait_until(
            lambda boots=boots: boots_of(site, "climate-1") - boots, "the next start is heard"
        )
    site.wait_until_nothing_is_missing()
    assert twin.dropped() == 0


def test_what_is_measured_without_wifi_arrives_in_order_when_it_is_back(site: LivingSite) -> None:
    twin = site.add("climate-1")
    other = site.add("climate-2")
    site.begin()
    twin.control(wifi=False)
    twin.wait_for(lambda twin: "Wi-Fi : la connexion est coupée" in twin.console())
    cut_at = len(twin.ledger())
    twin.wait_for(lambda twin: len(twin.ledger()) >= cut_at + 8)
    before = of(site, "climate-1")
    assert len(before) < len(twin.ledger()) - 5  # it keeps what it measures

    twin.control(wifi=True)
    took = site.wait_until(lambda: of(site, "climate-1") > before, "it publishes again")
    print(f"publishing again {took:.1f} s after the Wi-Fi is back")
    site.wait_until_nothing_is_missing()
    assert twin.dropped() == other.dropped() == 0
    arrived = of(site, "climate-1")
    assert arrived == sorted(arrived)
    times = site.ask(
        "SELECT time FROM frames JOIN devices ON devices.id = frames.device"
        " WHERE devices.device = 'climate-1' ORDER BY seq"
    )
    assert times == sorted(times)


def boots_of(site: LivingSite, name: str) -> set[str]:
    return {boot for device, boot, _seq in site.stored() if device == name}


def of(site: LivingSite, name: str) -> list[int]:
    """Return the seq of each stored frame of one object (of one boot), in order of arrival."""
    rows = site.ask(
        "SELECT seq FROM frames JOIN devices ON devices.id = frames.device"
        " WHERE devices.device = ? ORDER BY frames.id",
        name,
    )
    return [seq for (seq,) in rows]
