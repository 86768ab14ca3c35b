"""Page after page, each reading comes once, also while new ones arrive."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateway.api.open_site import AIR, HOUR, NOW, WEATHER, air, all_pages, asking, open_site

Readings = list[tuple[float, dict[str, float]]]

START = NOW - 2 * HOUR
# Few moments, so that many readings share one; fractions, so that none is a round number.
moments = st.integers(0, 25).map(lambda n: START + n * 61.000_321) | st.floats(START, NOW - 1)
readings = st.lists(
    st.tuples(
        moments,
        st.dictionaries(
            st.sampled_from(["temperature", "humidity", "pressure"]),
            st.floats(300, 400).map(lambda value: round(value, 3)),
            min_size=1,
        ),
    ),
    max_size=40,
)


def numbered(found: Readings, first: int) -> Readings:
    """Give each reading a value of its own, to know it again."""
    return [
        (time, {**values, "humidity": (first + n) / 1000}) for n, (time, values) in enumerate(found)
    ]


@settings(max_examples=25)
@given(
    kept=readings.filter(bool),
    later=readings,
    limit=st.integers(1, 9),
    step=st.sampled_from(["raw", "10m", "1h"]),
)
async def test_walking_all_pages_gives_each_row_once_and_in_order(
    kept: Readings, later: Readings, limit: int, step: str
) -> None:
    with TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        mine, theirs = numbered(kept, 1), numbered(later, 50_000)
        site.store(WEATHER, mine)
        site.now = NOW + 2 * HOUR
        address = f"/towns/gonesse/objects/meteo/readings?step={step}&from=2026-03-12"
        async with asking(site) as client:
            whole = (await client.get(f"{address}&limit=5000")).json()["readings"]
            pages = await all_pages(client, f"{address}&limit={limit}")
            assert [row for page in pages for row in page["readings"]] == whole
            assert all(len(page["readings"]) <= limit for page in pages)
            if step != "raw":
                return
            assert len(whole) == len(mine)
            # While somebody walks, a backlog and new readings come in.
            found, following, pieces = [], f"{address}&limit={limit}", 5
            while following:
                page = (await client.get(following)).json()
                found += page["readings"]
                following = (page["next"] or "").removeprefix("/api/v1")
                site.store(WEATHER, theirs[:pieces])
                theirs = theirs[pieces:]
        seen = [row["values"]["humidity"] for row in found]
        assert len(seen) == len(set(seen))
        assert {values["humidity"] for _time, values in mine} <= set(seen)
        assert [row["time"] for row in found] == sorted(row["time"] for row in found)


async def test_the_link_header_leads_where_next_leads() -> None:
    with TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        site.store(AIR, air(300))
        async with asking(site) as client:
            address = "/towns/gonesse/objects/air-101/readings?limit=2&channel=co2"
            answer = await client.get(address)
            following = answer.json()["next"]
            assert answer.headers["link"] == f'<{following}>; rel="next"'
            assert "channel=co2" in following
            table = await client.get(address.replace("readings", "readings.csv"))
            assert "/readings.csv?" in table.headers["link"]
            pages = await all_pages(client, address)
        assert "link" not in (await _last(site, pages[-2]["next"]))
        assert pages[-1]["next"] is None


async def _last(site: object, address: str) -> dict[str, str]:
    async with asking(site) as client:  # type: ignore[arg-type]
        return dict((await client.get(address.removeprefix("/api/v1"))).headers)


async def test_objects_come_page_by_page_too() -> None:
    with TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        async with asking(site) as client:
            pages = await all_pages(client, "/towns/gonesse/objects?limit=1")
    ids = [thing["id"] for page in pages for thing in page["objects"]]
    assert ids == ["air-101", "lampe", "meteo", "portail"]


async def test_an_object_that_was_away_for_months_is_found_again() -> None:
    with TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        site.store(AIR, air(30, end=NOW - 300 * 24 * HOUR))
        site.store(AIR, air(30))
        site.now = NOW + 600
        address = "/towns/gonesse/objects/air-101/readings?step=10m&from=2025-04-01&limit=4"
        async with asking(site) as client:
            rows = [row for page in await all_pages(client, address) for row in page["readings"]]
    assert len(rows) >= 6
    assert rows[0]["time"] < "2025-06" < rows[-1]["time"]
