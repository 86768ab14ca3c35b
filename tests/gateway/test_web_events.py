"""The live stream, over a real connection."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.web import events
from gateway.web.events import Streams, TooManyStreamsError
from gateway.web.limits import TokenBuckets
from kit.names import DeviceKey
from tests.gateway.resident_site import ResidentSite, device, resident_site, served

AIR = DeviceKey("gonesse", "air")
OTHER = DeviceKey("gonesse", "autre")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path, furnished=False) as site:
        site.registry.add(device(AIR, "air", "Salle 1", "Air"))
        site.registry.add(device(OTHER, "air", "Salle 2", "Autre"))
        site.hear(AIR, co2=600)
        yield site


class Ear:
    """Reads a stream message by message."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()
        self.last_id = ""

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(20):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last_id = line[4:]
                if line.startswith("data: "):
                    message: dict[str, Any] = json.loads(line[6:])
                    return message
        raise EOFError

    async def about(self, identity: str) -> dict[str, Any]:
        while (message := await self.next())["id"] != identity:
            pass
        return message

    async def ends(self) -> None:
        async with asyncio.timeout(20):
            async for _line in self._lines:
                pass


@asynccontextmanager
async def listening(
    address: str, query: str = "town=gonesse", **headers: str
) -> AsyncIterator[Ear]:
    url = f"{address}/events?{query}"
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", url, headers=headers) as response,
    ):
        yield Ear(response)


async def page_revision(address: str) -> str:
    async with httpx.AsyncClient() as client:
        page = await client.get(address)
    found = re.search(r'data-revision="(\d+)"', page.text)
    assert found is not None
    return found[1]


async def test_a_new_reading_comes_as_the_card_it_belongs_to(site: ResidentSite) -> None:
    async with served(site) as address:
        since = await page_revision(address)
        async with listening(address, f"town=gonesse&since={since}") as ear:
            assert ear.response.headers["content-type"].startswith("text/event-stream")
            await ear.about("summary")
            site.hear(AIR, co2=1720)
            message = await ear.about("o.gonesse.air")
    assert message["state"] == "act"
    assert "Ouvrez les fenêtres" in message["slots"]["now"]
    assert "1\u202f720" in message["slots"]["now"]
    assert message["slots"]["figure"].count("<svg") == 1
    assert message["updated"].startswith("Mis à jour à")


async def test_what_changed_between_page_and_stream_is_sent(site: ResidentSite) -> None:
    async with served(site) as address:
        since = await page_revision(address)
        site.hear(AIR, co2=900)
        async with listening(address, f"town=gonesse&since={since}&lang=en") as ear:
            message = await ear.about("o.gonesse.air")
            last_id = ear.last_id
        assert "Time to air soon" in message["slots"]["now"]
        # A browser that comes back says what it has heard; nothing is sent twice.
        headers = {"Last-Event-ID": last_id}
        async with listening(address, f"town=gonesse&since={since}", **headers) as ear:
            site.hear(OTHER, co2=500)
            ids = {(await ear.next())["id"] for _ in range(3)}
    assert "o.gonesse.air" not in ids


async def test_the_summary_follows(site: ResidentSite) -> None:
    async with served(site) as address, listening(address) as ear:
        site.hear(AIR, co2=1800)
        while "Salle 1 : Ouvrez les fenêtres" not in (
            (await ear.about("summary"))["slots"]["now"].replace("\u00a0", " ")
        ):
            pass


async def test_a_page_of_one_object_hears_only_of_it(site: ResidentSite) -> None:
    async with served(site) as address, listening(address, "town=gonesse&device=air") as ear:
        assert (await ear.next())["id"] == "o.gonesse.air"
        site.hear(OTHER, co2=700)
        site.hear(AIR, co2=700)
        assert (await ear.next())["id"] == "o.gonesse.air"


async def test_falling_silent_is_told_though_no_message_comes(
    site: ResidentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.05)
    async with served(site) as address:
        since = await page_revision(address)
        async with listening(address, f"town=gonesse&device=air&since={since}") as ear:
            started = time.time()
            monkeypatch.setattr(site.live, "_clock", lambda: started + 3600)
            message = await ear.next()
    assert message["state"] == "silent"
    assert "Capteur muet depuis" in message["slots"]["now"]


async def test_a_quiet_stream_shows_that_it_lives(
    site: ResidentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.05)
    async with served(site) as address, listening(address) as ear:
        async with asyncio.timeout(20):
            async for line in ear._lines:
                if line.startswith(":"):
                    break


async def test_closing_ends_the_streams_so_that_the_server_can_stop(site: ResidentSite) -> None:
    async with served(site) as address, listening(address) as ear:
        await ear.next()
        site.live.close()
        await ear.ends()


async def test_a_client_that_leaves_is_forgotten(site: ResidentSite) -> None:
    streams = site.app.state.site.streams
    async with served(site) as address:
        async with listening(address) as ear:
            await ear.next()
            assert streams.count() == 1
        async with asyncio.timeout(20):
            while streams.count():  # noqa: ASYNC110 - the server notices in its own time
                await asyncio.sleep(0.01)
    assert site.live._watchers == {}


async def test_a_client_that_does_not_read_is_dropped(
    site: ResidentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "SEND_WITHIN_S", 0.2)
    monkeypatch.setattr(events, "REST_S", 0.0)
    monkeypatch.setattr(events, "_message", lambda _update, _revision: f"data: {'x' * 10**6}\n\n")
    streams = site.app.state.site.streams
    async with served(site) as address:
        port = int(address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /events?town=gonesse HTTP/1.1\r\nHost: lab\r\n\r\n")
        await reader.readline()
        async with asyncio.timeout(30):
            n = 0
            while streams.count():
                n += 1
                site.live.on_leaf(AIR, "status", {"state": "ready", "why": str(n)})
                await asyncio.sleep(0.01)
        writer.close()


async def test_there_are_only_so_many_streams(
    site: ResidentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MAX_STREAMS_PER_CLIENT", 1)
    async with served(site) as address, listening(address) as ear:
        await ear.next()
        async with listening(address) as second:
            assert second.response.status_code == 503
            assert int(second.response.headers["retry-after"]) > 0


def test_streams_are_counted_by_client_and_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_STREAMS", 2)
    streams = Streams()
    with streams.open("a"), streams.open("b"):
        with pytest.raises(TooManyStreamsError), streams.open("c"):
            pass
        assert streams.count() == 2
    assert streams.count() == 0


@pytest.mark.parametrize("query", ["", "town=nowhere", "town=gonesse&device=nothing"])
async def test_a_stream_of_nothing_is_not_there(site: ResidentSite, query: str) -> None:
    async with served(site) as address, listening(address, query) as ear:
        assert ear.response.status_code == 404


@pytest.mark.parametrize("since", ["", "abc", "9" * 500, "-1", "²"])
async def test_a_strange_revision_gets_everything(site: ResidentSite, since: str) -> None:
    query = f"town=gonesse&since={since}"
    async with served(site) as address, listening(address, query) as ear:
        assert (await ear.about("o.gonesse.air"))["state"] == "good"


def test_a_bucket_gives_its_burst_then_one_at_a_time() -> None:
    now = 0.0
    buckets = TokenBuckets(2, 10.0, lambda: now)
    assert [buckets.take("a"), buckets.take("a")] == [0, 0]
    assert buckets.take("a") == pytest.approx(10)
    assert buckets.take("b") == 0
    now = 10.0
    assert buckets.take("a") == 0
    assert buckets.take("a") == pytest.approx(10)


def test_buckets_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web.limits.KEPT_BUCKETS", 100)
    buckets = TokenBuckets(1, 10.0)
    for n in range(1000):
        buckets.take(n)
    assert len(buckets._buckets) == 100
