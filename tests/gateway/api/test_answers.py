"""What anybody may ask of open data, and what comes back: forms, headers, refusals."""

import csv
import io
import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.api import answers, exports
from gateway.api.app import open_data
from gateway.web import create_app
from gateway.web.limits import TokenBuckets
from tests.gateway.api.open_site import (
    AIR,
    GATE,
    HOUR,
    NOW,
    WEATHER,
    OpenSite,
    air,
    asking,
    open_site,
)

READINGS = "/towns/gonesse/objects/air-101/readings"
OUTDOORS = "/towns/gonesse/objects/meteo/readings"


@pytest.fixture
def filled(site: OpenSite) -> OpenSite:
    site.store(AIR, air(400))
    outdoors = [
        (NOW - 600 + n * 60, {"temperature": 5 + n / 8, "humidity": 80.0, "pressure": 1013.25})
        for n in range(11)
    ]
    site.store(WEATHER, outdoors)
    counts = [(6, 2), (5, 3), (4, 12), (3, 0), (2, 7), (1, 2), (0, 9)]
    site.store(
        GATE, [(NOW - n * HOUR + 5, {"entries": float(c), "exits": 30.0}) for n, c in counts]
    )
    site.now = NOW + 120
    return site


# --- which towns ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize(
    "address",
    [
        "/towns/{}/objects",
        "/towns/{}/objects.csv",
        "/towns/{}/objects.xml",
        "/towns/{}/objects/air-201",
        "/towns/{}/objects/air-201.csv?x=1",
        "/towns/{}/objects/air-201/readings?step=no&limit=0",
        "/towns/{}/objects/air-201/readings.senml?step=raw",
        "/towns/{}/readings.csv?from=tomorrow",
        "/towns/{}/readings?object=air-201",
        "/towns/{}",
        "/towns/{}/",
        "/towns/{}/objects/",
    ],
)
async def test_a_closed_town_cannot_be_told_from_one_that_is_not_there(
    site: OpenSite, address: str, method: str
) -> None:
    site.store(next(o.key for o in site.live.objects("hem")), air(90))
    async with asking(site, accept="image/png, text/csv;q=0.5") as client:
        closed = await client.request(method, address.format("hem"))
        missing = await client.request(method, address.format("xyz"))
    assert closed.status_code == missing.status_code
    assert closed.content == missing.content.replace(b"xyz", b"hem")
    theirs = {k: v.replace("xyz", "hem") for k, v in missing.headers.items()}
    assert dict(closed.headers) == theirs
    if method == "GET":
        assert closed.status_code in (404, 307)


async def test_no_answer_names_a_closed_town(filled: OpenSite) -> None:
    async with asking(filled) as client:
        for address in ("/", "/towns", "/towns.csv", "/towns/gonesse/objects", "/builds"):
            text = (await client.get(address)).text
            assert "hem" not in text.lower().replace("scheme", "")
            assert "air-201" not in text


# --- what is told --------------------------------------------------------------------------------


async def test_an_object_says_what_it_is_and_its_last_public_values(filled: OpenSite) -> None:
    async with asking(filled) as client:
        thing = (await client.get("/towns/gonesse/objects/air-101")).json()
    assert thing["name"] == "Air de la salle 101"
    assert thing["place"] == {"id": "somewhere", "name": "Salle 101"}
    assert thing["condition"] == "good"
    co2 = thing["channels"][0]
    assert (co2["id"], co2["unit"], co2["finest_step"]) == ("co2", "ppm", "10m")
    means = [500.0 + n % 97 for n in range(390, 400)]
    mean = round(sum(means) / 10, 2)
    assert co2["last"] == {"time": "2026-03-12T11:50:00Z", "step": "10m", "value": mean}


async def test_nothing_of_a_board_or_a_person_is_told(filled: OpenSite) -> None:
    async with asking(filled) as client:
        for address in ("/towns/gonesse/objects", READINGS, "/towns/gonesse/objects.csv"):
            text = (await client.get(address)).text
            for word in ("hash", "boot", "seq", "firmware", "wifi", "cohort", "why", "queue"):
                assert word not in text


async def test_a_room_is_never_told_finer_than_ten_minutes(filled: OpenSite) -> None:
    async with asking(filled) as client:
        refused = await client.get(f"{READINGS}?step=raw")
        assert refused.status_code == 400
        assert "co2 10m" in refused.json()["detail"]
        rows = (await client.get(f"{READINGS}?step=10m")).json()["readings"]
        table = (await client.get("/towns/gonesse/readings.csv?step=raw")).text
    assert all(row["time"].endswith("0:00Z") for row in rows)
    assert "air-101" not in table
    assert "meteo" in table


async def test_a_step_is_not_told_while_it_goes_on(site: OpenSite) -> None:
    """Asked for every minute, a mean that grows would give each reading away."""
    site.store(AIR, air(60, end=NOW + 5 * 60))
    seen = set()
    async with asking(site) as client:
        for second in range(0, 300, 20):
            site.now = NOW + second
            answer = await client.get(f"{READINGS}?step=10m&from=2026-03-12T11:40:00Z")
            lasts = await client.get("/towns/gonesse/objects/air-101")
            seen.add(answer.json()["readings"][-1]["time"])
            seen.add(lasts.json()["channels"][0]["last"]["time"])
    assert seen == {"2026-03-12T11:40:00Z", "2026-03-12T11:50:00Z"}


async def test_what_a_lamp_does_is_not_told(site: OpenSite) -> None:
    from tests.gateway.api.open_site import LAMP

    site.store(LAMP, [(NOW - n, {"on": 1.0, "brightness": 80.0, "presses": 2.0}) for n in (60, 30)])
    async with asking(site) as client:
        lamp = (await client.get("/towns/gonesse/objects/lampe")).json()
        answer = await client.get("/towns/gonesse/objects/lampe/readings")
    assert lamp["channels"] == []
    assert answer.json()["readings"] == []


async def test_means_are_those_of_the_readings(site: OpenSite) -> None:
    values = [400.0, 500.0, 650.0]
    site.store(AIR, [(NOW - 500 + 100 * n, {"co2": v}) for n, v in enumerate(values)])
    site.now = NOW + 2 * HOUR
    async with asking(site) as client:
        fine = (await client.get(f"{READINGS}?step=10m")).json()["readings"]
        hour = (await client.get(f"{READINGS}?step=1h")).json()["readings"]
    assert fine == [{"time": "2026-03-12T11:50:00Z", "values": {"co2": 516.67}, "few": []}]
    assert hour[0]["minimum"] == {"co2": 400.0}
    assert hour[0]["maximum"] == {"co2": 650.0}


@pytest.mark.parametrize(
    "span",
    [
        "to=0001-01-01",
        "from=0001-01-01T00:00:00%2B23:59&to=0001-01-02",
        "from=9999-12-30&to=9999-12-31T23:59:59-23:59",
    ],
)
async def test_times_at_the_ends_of_the_calendar_are_refused(filled: OpenSite, span: str) -> None:
    """A day or an offset from there is in no year: it could not be written into the answer."""
    async with asking(filled) as client:
        assert (await client.get(f"{READINGS}?step=1d&{span}")).status_code == 400


# --- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["step=10m", "step=1h", "step=1h&channel=co2", "step=1h&limit=3"])
@pytest.mark.parametrize("device", ["air-101", "meteo", "portail"])
async def test_the_table_says_what_the_json_says(filled: OpenSite, device: str, query: str) -> None:
    query = query.replace("co2", {"air-101": "co2", "meteo": "pressure"}.get(device, "exits"))
    if device == "portail":
        query = query.replace("10m", "1h")
    address = f"/towns/gonesse/objects/{device}/readings"
    async with asking(filled) as client:
        document = (await client.get(f"{address}?{query}")).json()
        table = await client.get(f"{address}.csv?{query}")
    assert table.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert table.text.count("\r\n") == table.text.count("\n") == len(document["readings"]) + 1
    assert document["readings"]
    for row, line in zip(
        document["readings"], csv.DictReader(io.StringIO(table.text)), strict=True
    ):
        assert line.pop("time") == row["time"]
        assert line.pop("few").split() == row["few"]
        for channel in document["channels"]:
            unit = f" ({channel['unit']})" if channel["unit"] else ""
            parts = {"": row["values"], " minimum": row.get("minimum", {})}
            parts[" maximum"] = row.get("maximum", {})
            for end, part in parts.items():
                cell = line.pop(f"{channel['id']}{end}{unit}", "")
                assert (float(cell) if cell else None) == part.get(channel["id"])
        assert not line


async def test_a_towns_table_holds_the_readings_of_all_its_objects(filled: OpenSite) -> None:
    async with asking(filled) as client:
        table = await client.get("/towns/gonesse/readings.csv?step=1h")
        rows = list(csv.DictReader(io.StringIO(table.text)))
        for device in ("air-101", "meteo", "portail"):
            address = f"/towns/gonesse/objects/{device}/readings?step=1h"
            document = (await client.get(address)).json()
            own = [row for row in rows if row["object"] == device]
            assert [row["time"] for row in own] == [r["time"] for r in document["readings"]]
        one = await client.get("/towns/gonesse/readings.csv?object=meteo&channel=pressure")
        unknown = await client.get("/towns/gonesse/readings.csv?object=meteo,nothing")
    assert one.text.startswith(
        "time,object,pressure (hPa),pressure minimum (hPa),pressure maximum (hPa),few\r\n"
    )
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv"),
        ("application/json;q=0.2, text/csv;q=0.9", "text/csv"),
        ("text/*", "text/csv"),
        ("application/senml+json", "application/senml+json"),
        ("image/png", None),
        ("application/json;q=0", None),
        (";;,q=x,,application/json;q=oops", None),
    ],
)
async def test_the_form_is_the_one_wished_for(
    filled: OpenSite, accept: str, form: str | None
) -> None:
    async with asking(filled, accept=accept) as client:
        answer = await client.get(READINGS)
        by_suffix = await client.get(f"{READINGS}.csv")
    assert by_suffix.headers["content-type"].startswith("text/csv")
    if form is None:
        assert answer.status_code == 406
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert answer.headers["content-type"].partition(";")[0] == form


# --- headers -------------------------------------------------------------------------------------


async def test_who_has_an_answer_already_does_not_get_it_again(filled: OpenSite) -> None:
    address = f"{OUTDOORS}?step=raw&from=2026-03-12&to=2026-03-13"
    async with asking(filled) as client:
        first = await client.get(address)
        tag, modified = first.headers["etag"], first.headers["last-modified"]
        again = await client.get(address, headers={"If-None-Match": f'"x", {tag}'})
        since = await client.get(address, headers={"If-Modified-Since": modified})
        filled.store(WEATHER, [(NOW - 3000.5, {"temperature": 4.0})])  # a backlog
        after = [
            await client.get(address, headers={"If-None-Match": tag}),
            await client.get(address, headers={"If-Modified-Since": modified}),
        ]
    assert first.headers["cache-control"] == "public, max-age=60"
    assert (again.status_code, since.status_code) == (304, 304)
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert [answer.status_code for answer in after] == [200, 200]
    assert len(after[0].json()["readings"]) == len(first.json()["readings"]) + 1


@pytest.mark.parametrize("wrong", ["yesterday", "", "Mon, 99 Foo 9999"])
async def test_a_date_that_is_none_is_no_reason_to_answer_nothing(
    filled: OpenSite, wrong: str
) -> None:
    async with asking(filled, **{"If-Modified-Since": wrong}) as client:
        assert (await client.get(READINGS)).status_code == 200


async def test_every_answer_may_be_read_by_any_page(filled: OpenSite) -> None:
    async with asking(filled, origin="https://journal.example") as client:
        for address in ("/towns", READINGS, "/towns/hem/objects", f"{READINGS}?x=1", "/nothing"):
            answer = await client.get(address)
            assert answer.headers["access-control-allow-origin"] == "*"
        ask = {"access-control-request-method": "GET"}
        preflight = await client.options(READINGS, headers=ask)
        refused = await client.post(READINGS)
    assert preflight.status_code == 204
    assert "If-None-Match" in preflight.headers["access-control-allow-headers"]
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


async def test_who_asks_too_much_waits(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_site(tmp_path_factory.mktemp("busy"), burst=3) as site:
        async with asking(site) as client:
            answers_ = [await client.get("/towns") for _ in range(5)]
    last = answers_[-1]
    assert [answer.status_code for answer in answers_] == [200, 200, 200, 429, 429]
    assert last.headers["retry-after"] == "1"
    assert last.json()["status"] == 429


async def test_under_the_pages_it_is_compressed_and_strict(filled: OpenSite) -> None:
    from gateway.commands import Commander

    api = open_data(filled.settings, filled.journal._path, filled.live, TokenBuckets(100, 1.0))
    commander = Commander(filled.registry, None, is_lost=filled.live.is_lost)  # type: ignore[arg-type]
    app = create_app(filled.settings, filled.journal, filled.live, commander, open_data=api)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://lab", follow_redirects=True
    ) as client:
        plain = await client.get("/api/v1" + READINGS, headers={"accept-encoding": "identity"})
        small = await client.get("/api/v1" + READINGS, headers={"accept-encoding": "gzip"})
        start = await client.get("/api/v1")
        people = await client.get("/api", headers={"accept-language": "en"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.json() == plain.json()
    assert small.headers["etag"] == plain.headers["etag"]
    assert small.headers["x-content-type-options"] == "nosniff"
    assert start.json()["towns"] == "/api/v1/towns"
    assert "<html" in people.text
    assert "/api/v1/towns/{town}/objects/{device}/readings" in people.text
    assert "Licence Ouverte" in people.text
    assert "<script" not in people.text.partition("<body>")[2]


# --- exports -------------------------------------------------------------------------------------


async def test_a_large_table_comes_in_pieces_and_whole(
    filled: OpenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(filled) as client:
        whole = (await client.get("/towns/gonesse/readings.csv?step=10m")).text
        monkeypatch.setattr(answers, "EXPORT_ROWS", 7)
        assert (await client.get("/towns/gonesse/readings.csv?step=10m")).text == whole
    assert whole.count("\n") > 40


async def test_one_client_has_one_export_at_a_time() -> None:
    gate = exports.Gate()
    gate.enter("10.0.0.1")
    with pytest.raises(answers.ProblemError) as again:
        gate.enter("10.0.0.1")
    assert again.value.status == 429
    gate.enter("10.0.0.2")
    with pytest.raises(answers.ProblemError) as busy:
        gate.enter("10.0.0.3")
    assert busy.value.status == 503
    assert "Retry-After" in busy.value.headers
    gate.leave("10.0.0.1")
    gate.enter("10.0.0.3")


async def test_a_broken_export_leaves_its_place(
    filled: OpenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(filled) as client:
        with monkeypatch.context() as broken:
            broken.setattr(answers.tables, "readings_lines", None)
            await client.get("/towns/gonesse/readings.csv")
        answer = await client.get("/towns/gonesse/readings.csv")
    assert answer.status_code == 200


async def test_a_journal_that_cannot_be_read_is_said_and_no_more(filled: OpenSite) -> None:
    path = filled.journal._path
    hidden = path.with_name("away")
    path.rename(hidden)
    async with asking(filled) as client:
        answer = await client.get(READINGS)
        hidden.rename(path)
        assert (await client.get(READINGS)).status_code == 200
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "sqlite" not in answer.text.lower()


# --- hostile questions ---------------------------------------------------------------------------

NAMES = ["channel", "from", "to", "step", "cursor", "limit", "object", "x", "format", ""]
printable = st.characters(exclude_categories=["Cc", "Zl", "Zp"])  # no path of ours has others
hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "nan",
            "inf",
            "-1",
            "1e999",
            "0001-01-01",
            "9999-12-31T23:59:59.999999-23:59",
            "0001-01-01T00:00:00+23:59",
            "2026-03-12",
            "2026-W11-4",
            "999999999999.99999999999999999_999999999",
            "-999999999999_0",
            "raw",
            "10m",
            "1h",
            "1d",
            "co2",
            'co2"',
            "co2,temperature",
            "$.co2",
            "../../x",
            "%00",
            "5000",
            "٣",
            "1_0",
            "' OR 1=1 --",
        ]
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        ["", ".csv", ".senml", "/../readings", "/..%2f", ".json.csv", "\ud83d", "%00"]
    ),
    device=st.one_of(
        st.sampled_from(["air-101", "meteo", "portail"]), st.text(printable, max_size=12)
    ),
    query=st.lists(st.tuples(st.sampled_from(NAMES), hostile), max_size=5),
    accept=hostile,
)
async def test_no_question_is_our_fault(
    filled: OpenSite, path: str, device: str, query: list[tuple[str, str]], accept: str
) -> None:
    from urllib.parse import quote, urlencode

    address = f"/towns/gonesse/objects/{quote(device, errors='replace')}/readings"
    asked = urlencode(query, errors="replace")
    header = accept.encode("ascii", "replace").decode().replace("\r", "").replace("\n", "")
    async with asking(filled, accept="".join(c for c in header if c.isprintable())) as client:
        for one in (
            f"{address}{quote(path, safe='/%.', errors='replace')}?{asked}",
            f"/towns/gonesse/readings.csv?{asked}",
            f"/towns/gonesse/objects?{asked}",
        ):
            answer = await client.get(one)
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                assert json.loads(answer.text)["status"] == answer.status_code
