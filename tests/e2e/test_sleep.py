"""An object on a battery: it sleeps for real, and nobody calls it lost; what it measures is stored.

Its period is seconds instead of ten minutes: all else is as it will be outside.
"""

import asyncio
import json
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device.twin.host import Twin
from kit.enrolment import Wish
from kit.signals import SITE
from provisioning.board import Board
from provisioning.cards import CardError
from tests.e2e.living_site import LivingSite
from tests.e2e.marks import on_both_brokers
from tests.e2e.test_bench import at_the_bench

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NAME = "weather-1"
PAGE = f"/o/gonesse/{NAME}"
PERIOD = 10


def sleeper(site: LivingSite) -> Twin:
    """Add an object that has left the bench, and sleeps as soon as its first reading is there."""
    twin = site.add(NAME, PERIOD)
    ready = twin.folder / "install" / "config.json"
    configuration = json.loads(ready.read_bytes())
    configuration["deployed"] = True
    configuration["settings"]["awake"] = 0
    twin.install({"config.json": json.dumps(configuration).encode()})
    return twin


@contextmanager
def looking(site: LivingSite) -> Iterator[Counter[str]]:
    """Look at the object's page all the time; the count of each condition that it shows."""
    seen: Counter[str] = Counter()
    end = threading.Event()

    def look() -> None:
        while not end.wait(0.3):
            seen[condition(site)] += 1

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        end.set()
        thread.join()


def condition(site: LivingSite) -> str:
    """Return the condition that its page shows, ``asleep`` where it also says so."""
    page = site.page(PAGE)
    found = re.search(r'data-state="(\w+)"', page)
    assert found is not None
    return "asleep" if "Asleep until" in page else found[1]


def asleep(site: LivingSite, more: int) -> None:
    """Wait until it has fallen asleep so many times more."""
    twin = site.twins[NAME]
    wanted = twin.ends.count("sleep") + more
    site.wait_until(lambda: twin.ends.count("sleep") >= wanted, f"{more} more sleeps")


@on_both_brokers
def test_it_is_never_called_lost_and_what_it_measures_is_stored_once(site: LivingSite) -> None:
    twin = sleeper(site)
    site.begin()
    asleep(site, 1)
    with looking(site) as seen:
        asleep(site, 4)
    assert not {"lost", "silent"} & seen.keys(), seen
    assert seen["asleep"] > seen.total() / 3, seen
    assert site.leaf(NAME, "status")["state"] == "sleeping"
    assert "Asleep until" in site.page("/")
    said = site.cli("send", NAME, "identify")
    assert said.returncode != 0
    assert "sleeps until" in said.stderr, said

    # A gateway that starts while it sleeps knows of it: from its journal, and from the broker.
    site.end(signal.SIGTERM)
    site.start()
    site.wait_until_healthy()
    assert condition(site) in ("asleep", "good", "watch", "act")
    asleep(site, 1)
    site.wait_until_nothing_is_missing()
    assert twin.dropped() == 0
    assert len({boot for _, boot, _ in site.stored()}) == 1


def test_without_wifi_it_is_late_and_delivers_in_order_when_the_wifi_is_back(
    site: LivingSite,
) -> None:
    twin = sleeper(site)
    site.begin()
    asleep(site, 1)
    twin.control(wifi=False)
    asleep(site, 2)  # after half a minute each, in vain
    site.wait_until(lambda: condition(site) == "silent", "it is late")
    assert "should have woken up" in site.page(PAGE)
    twin.control(wifi=True)
    site.wait_until(lambda: condition(site) == "asleep", "it sleeps in good order again")
    site.wait_until_nothing_is_missing()
    assert twin.dropped() == 0
    rows = site.ask(
        "SELECT seq, time FROM frames JOIN devices ON devices.id = frames.device"
        " WHERE devices.town <> ? ORDER BY frames.id",
        SITE,
    )
    assert rows == sorted(rows)
    assert rows == sorted(rows, key=lambda row: row[1])


def test_power_cuts_in_its_sleep_lose_nothing(site: LivingSite) -> None:
    twin = sleeper(site)
    site.begin()
    for _ in range(3):
        asleep(site, 2)
        twin.cut_power()
        twin.start()
    asleep(site, 1)
    site.wait_until_nothing_is_missing()
    assert twin.dropped() == 0
    assert site.leaf(NAME, "about")["safe_mode"] is False


@pytest.mark.timeout(600)
async def test_a_board_that_passes_the_bench_sleeps_then_and_is_found_when_it_comes_again(
    tmp_path: Path,
) -> None:
    async with at_the_bench(tmp_path, 1, "weather") as (line, place):
        (board,) = place.boards
        job = line.add(board.port, Wish(build="weather"))
        await line.run(job)
        assert job.failure is None
        assert job.facts["published"] is True
        # It stays awake for five minutes; nobody here waits so long.
        await Board(job.port).ask(
            "from fabnum import config;"
            'config.update({"settings": dict(config.load()["settings"], awake=0)})'
        )
        await Board(job.port).restart()
        await asyncio.to_thread(board.wait_for, "La carte dort", 60)
        with pytest.raises(CardError) as caught:
            await Board(job.port).ask("")
        assert caught.value.code in ("asleep", "no-answer")
        line.remove(job)
        again = line.add(board.port, Wish(build="weather"))
        await line.run(again)
        assert again.failure is None
        assert again.key == job.key
        assert again.facts["published"] is True
