"""The pages, as a browser without JavaScript gets them."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from gateway.web import create_app
from kit.names import DeviceKey
from kit.settings import Settings, Site, Town
from tests.gateway.resident_site import (
    AIR,
    CANTEEN,
    LAMP,
    ResidentSite,
    device,
    resident_site,
    settings_for,
)

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
TOO_HEAVY = 50_000


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResidentSite]:
    with resident_site(tmp_path_factory.mktemp("town")) as site:
        yield site


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path, furnished=False) as site:
        yield site


def browser(site: ResidentSite, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://lab", headers=headers)


@pytest.fixture
async def visitor(furnished: ResidentSite) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(furnished) as client:
        yield client


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


async def test_the_wall_names_each_object_with_place_value_unit_time_and_state(
    visitor: httpx.AsyncClient,
) -> None:
    page = await visitor.get("/")
    text = words(page.text)
    assert page.status_code == 200
    assert '<html lang="fr">' in page.text
    assert "5 objets sur 8 donnent des nouvelles." in text
    assert re.search(r"Salle 102 Air de la salle 102 Air bien renouvelé CO₂ \d+ ppm", text)
    assert re.search(r"Mesuré à \d+ h \d\d", text)
    assert "Pas encore de mesure" in text


async def test_places_come_in_order_and_hold_their_objects(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")
    places = re.findall(r"<h2>(.*?)</h2>", page.text)
    assert places == [
        "Accueil",
        "Atelier",
        "Bibliothèque",
        "Cantine",
        "Gymnase",
        "Salle 101",
        "Salle 102",
    ]


async def test_a_silent_object_says_since_when_and_so_does_a_lost_one(
    visitor: httpx.AsyncClient,
) -> None:
    text = words((await visitor.get("/")).text)
    assert re.search(r"Climat de la cantine Capteur muet depuis (hier à )?\d+ h \d\d", text)
    assert re.search(
        r"Air du gymnase Capteur muet depuis (hier à )?\d+ h \d\d L’objet n’est pas connecté", text
    )


async def test_the_numbers_of_french_and_of_english(furnished: ResidentSite) -> None:
    async with browser(furnished) as client:
        french = words((await client.get(f"/o/{CANTEEN}")).text)
        english = words((await client.get(f"/o/{CANTEEN}?lang=en")).text)
    assert re.search(r"Température \d\d,\d °C", french)
    assert re.search(r"Temperature \d\d\.\d °C", english)
    assert re.search(r"Last reading (yesterday )?at \d\d:\d\d", english)


async def test_no_english_is_left_on_a_french_page(furnished: ResidentSite) -> None:
    async with browser(furnished) as client:
        for path in ("/", f"/o/{AIR}", f"/o/{LAMP}", "/a-propos", "/accessibilite", "/nowhere"):
            text = words((await client.get(path)).text)
            found = re.search(r"\b(the|and|not|with|reading|object)\b", text)
            assert found is None, (path, found)


async def test_the_language_asked_for_stays_in_all_links(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/?lang=en")
    assert '<html lang="en">' in page.text
    ours = [url for url in re.findall(r'href="(/[^"]*)"', page.text) if "/static/" not in url]
    assert ours
    assert all("lang=" in url for url in ours)


@pytest.mark.parametrize(
    ("accepted", "language"), [("", "fr"), ("en-GB,en;q=0.9,fr;q=0.8", "en"), ("ar", "fr")]
)
async def test_the_browser_chooses_the_language_of_the_first_visit(
    furnished: ResidentSite, accepted: str, language: str
) -> None:
    async with browser(furnished, **{"Accept-Language": accepted}) as client:
        page = await client.get("/")
    assert page.headers["content-language"] == language
    assert "Accept-Language" in page.headers["vary"]


async def test_an_objects_page_shows_day_and_week_with_tables_and_meanings(
    visitor: httpx.AsyncClient,
) -> None:
    page = await visitor.get(f"/o/{AIR}")
    text = words(page.text)
    assert page.text.count('<svg class="chart"') >= 4
    assert "Les dernières 24 heures" in text
    assert "Les 7 derniers jours" in text
    assert "de 800 ppm à 1 500 ppm" in text
    assert "J’aère quand ?" in text.replace("\u00a0", " ")
    # A table for each chart, rows by the hour.
    assert page.text.count("<table>") >= 7
    assert re.search(r'<th scope="row">\d+\u00a0h</th><td>\d', page.text)


async def test_the_day_is_shown_in_means_of_ten_minutes(
    furnished: ResidentSite, visitor: httpx.AsyncClient
) -> None:
    page = await visitor.get(f"/o/{DeviceKey('gonesse', 'air-102')}")
    day = re.search(
        r'aria-labelledby="day\.[^>]*>.*?class="line" d="([^"]*)"', page.text, re.DOTALL
    )
    assert day is not None
    assert 140 <= len(re.findall(r"[M ]\S+ \S+", day[1])) <= 146


async def test_ids_are_unique_in_each_page(visitor: httpx.AsyncClient) -> None:
    for path in ("/", f"/o/{AIR}", f"/o/{LAMP}"):
        ids = re.findall(r'\bid="([^"]+)"', (await visitor.get(path)).text)
        assert len(ids) == len(set(ids))


async def test_a_short_address_leads_to_the_object(visitor: httpx.AsyncClient) -> None:
    found = await visitor.get("/o/air-101?lang=en")
    assert found.status_code == 302
    assert found.headers["location"] == "/o/gonesse/air-101?lang=en"
    assert (await visitor.get("/o/nothing")).status_code == 404


async def test_a_short_address_that_two_towns_share_offers_both(tmp_path: Path) -> None:
    settings = settings_for("gonesse", "hem")
    with resident_site(tmp_path, furnished=False, settings=settings) as site:
        for town in ("gonesse", "hem"):
            site.registry.add(device(DeviceKey(town, "lampe"), "lamp", "Accueil", "Lampe"))
        async with browser(site) as client:
            choice = await client.get("/o/lampe")
            towns = await client.get("/")
            wall = await client.get("/t/hem")
    assert "/o/gonesse/lampe" in choice.text
    assert "/o/hem/lampe" in choice.text
    assert "/t/gonesse" in towns.text
    assert "<h1>Hem</h1>" in wall.text


async def test_an_empty_town_says_so(bare: ResidentSite) -> None:
    async with browser(bare) as client:
        page = await client.get("/")
    assert page.status_code == 200
    assert "Il n’y a pas encore d’objet ici." in page.text


async def test_what_needs_somebody_is_named_on_top(bare: ResidentSite) -> None:
    for n in range(5):
        key = DeviceKey("gonesse", f"air-{n}")
        bare.registry.add(device(key, "air", f"Salle {n}", f"Air {n}"))
        bare.hear(key, co2=2000 if n else 500)
    async with browser(bare) as client:
        text = words((await client.get("/")).text)
    assert "Les 5 objets donnent des nouvelles." in text
    assert "Salle 1 : Ouvrez les fenêtres" in text
    assert "Et 1 autre." in text


async def test_many_objects_come_in_pages_that_stay_light(bare: ResidentSite) -> None:
    for n in range(60):
        key = DeviceKey("gonesse", f"air-{n}")
        bare.registry.add(device(key, "air", f"Salle {n}", f"Air {n}"))
        bare.hear(key, co2=600 + n, temperature=20, humidity=40)
    async with browser(bare, **{"Accept-Encoding": "gzip"}) as client:
        first, last = await client.get("/"), await client.get("/?page=3")
        beyond, odd = await client.get("/?page=99"), await client.get("/?page=²")
    assert first.text.count("<article") == 24
    assert last.text.count("<article") == 12
    assert "Page 3 sur 3" in words(last.text)
    assert "Page 3 sur 3" in words(beyond.text)
    assert "Page 1 sur 3" in words(odd.text)
    # “Salle 9” comes before “Salle 10”.
    assert re.findall(r"<h2>(.*?)</h2>", first.text)[9:11] == ["Salle 9", "Salle 10"]
    assert int(first.headers["content-length"]) < TOO_HEAVY


async def test_each_page_with_all_it_needs_weighs_less_than_50_kb(furnished: ResidentSite) -> None:
    async with browser(furnished, **{"Accept-Encoding": "gzip"}) as client:
        for path in ("/", f"/o/{AIR}", f"/o/{LAMP}"):
            page = await client.get(path)
            weight = int(page.headers["content-length"])
            for url in re.findall(r'(?:src|href)="(/static/[^"]*)"', page.text):
                weight += int((await client.get(url)).headers["content-length"])
            assert weight < TOO_HEAVY, path


async def test_nothing_comes_from_elsewhere_and_nothing_is_kept_in_the_browser(
    visitor: httpx.AsyncClient,
) -> None:
    for path in ("/", f"/o/{LAMP}", "/nowhere"):
        page = await visitor.get(path)
        assert "set-cookie" not in page.headers
        assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
        assert " style=" not in page.text
        assert "<style" not in page.text
        assert not re.search(r"<script(?! src=)", page.text)
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"


async def test_style_and_script_may_be_kept_for_ever(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")
    for url in re.findall(r'(?:src|href)="(/static/[^"]*)"', page.text):
        asset = await visitor.get(url)
        assert asset.status_code == 200
        assert "immutable" in asset.headers["cache-control"]
    assert (await visitor.get("/static/page.css")).status_code == 404
    script = re.search(r'src="(/static/live[^"]*)"', page.text)
    assert script is not None
    assert len((await visitor.get(script[1])).content) <= 5000


@pytest.mark.parametrize(
    "path", ["/nowhere", "/t/nowhere", "/o/gonesse/nothing", "/o/a/b/c/d", "/static/../app.py"]
)
async def test_a_missing_page_is_said_in_plain_french(
    visitor: httpx.AsyncClient, path: str
) -> None:
    page = await visitor.get(path)
    assert page.status_code == 404
    assert "Cette page n’existe pas" in page.text


async def test_a_fault_of_ours_is_said_in_plain_french(
    furnished: ResidentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(furnished.journal, "series", None)
    monkeypatch.setattr(furnished.app.state.site.history, "_kept", {})
    async with browser(furnished) as client:
        page = await client.get("/")
    assert page.status_code == 500
    assert "La page a un problème" in page.text
    assert "content-security-policy" in page.headers


async def test_names_from_the_registry_cannot_smuggle_markup(bare: ResidentSite) -> None:
    evil = "<script>alert(1)</script>\"'&"
    key = DeviceKey("gonesse", "air")
    bare.registry.add(device(key, "air", evil, evil))
    bare.hear(key, co2=2000)
    async with browser(bare) as client:
        for path in ("/", f"/o/{key}"):
            assert "<script>alert" not in (await client.get(path)).text


async def test_health_and_metrics_are_those_of_the_gateway(furnished: ResidentSite) -> None:
    state: dict[str, object] = {"ok": True, "broker": "connected"}
    app = create_app(
        furnished.settings,
        furnished.journal,
        furnished.live,
        furnished.commander,
        health=lambda: state,
        metrics=lambda: b"fabnum_frames 5\n",
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lab") as client:
        assert (await client.get("/healthz")).json() == state
        state["ok"] = False
        assert (await client.get("/healthz")).status_code == 503
        assert (await client.get("/metrics")).text == "fabnum_frames 5\n"


async def test_a_site_of_one_language_offers_no_other(tmp_path: Path) -> None:
    settings = Settings(
        site=Site(name="Labo", languages=["fr"]), towns=[Town(id="gonesse", name="Gonesse")]
    )
    with resident_site(tmp_path, furnished=False, settings=settings) as site:
        async with browser(site, **{"Accept-Language": "en"}) as client:
            page = await client.get("/?lang=en")
    assert '<html lang="fr">' in page.text
    assert "English" not in page.text


# --- residents command a lamp --------------------------------------------------------------------


async def test_a_lamps_page_has_plain_forms_and_a_sensors_page_has_none(
    visitor: httpx.AsyncClient,
) -> None:
    lamp = (await visitor.get(f"/o/{LAMP}")).text
    assert '<form method="post" action="/o/gonesse/lampe-101/colour">' in lamp
    assert re.search(r'<button name="colour" value="#ff0000">.*?Rouge</button>', lamp)
    assert re.search(r'<button name="percent" value="50">50\s%</button>', lamp)
    assert re.search(r'<button name="effect" value="rainbow">Arc-en-ciel</button>', lamp)
    assert "follow" not in re.findall(r'action="([^"]*)"', lamp)
    assert "Air de la salle 101" in lamp
    assert "<form" not in (await visitor.get(f"/o/{AIR}")).text


@pytest.fixture
def lamp(bare: ResidentSite) -> ResidentSite:
    bare.registry.add(device(LAMP, "lamp", "Salle 101", "Lampe"))
    return bare


async def press(
    site: ResidentSite, command: str = "colour", body: str = "colour=%23ff0000", **headers: str
) -> httpx.Response:
    async with browser(site) as client:
        return await client.post(f"/o/{LAMP}/{command}", content=body, headers=headers or SAME_SITE)


async def test_a_colour_reaches_the_lamp_and_the_page_says_so(lamp: ResidentSite) -> None:
    answer = await press(lamp)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/o/gonesse/lampe-101?said=done&command=colour#answer"
    ((topic, message),) = lamp.lamps.published
    assert topic == LAMP.topic("command")
    assert message["args"] == {"colour": "#ff0000"}
    async with browser(lamp) as client:
        page = await client.get(answer.headers["location"])
    status = re.search(r'<div id="answer" role="status"[^>]*>(.*?)</div>', page.text, re.DOTALL)
    assert status is not None
    assert "C’est fait : Couleur." in words(status[1])


async def test_a_lamp_that_is_away_is_said_to_be_away(lamp: ResidentSite) -> None:
    lamp.live.on_leaf(LAMP, "status", {"state": "lost"})
    assert "said=not-connected" in (await press(lamp)).headers["location"]


async def test_a_wrong_value_is_refused_and_never_sent(lamp: ResidentSite) -> None:
    for body in ("colour=red", "", "\xff=\x00", "colour[]=%23ff0000"):
        lamp.app.state.site.per_object.__init__(5, 2.0)
        assert "said=refused" in (await press(lamp, body=body)).headers["location"]
    assert lamp.lamps.published == []


@pytest.mark.parametrize("command", ["follow", "restart", "identify", "nothing"])
async def test_what_is_not_for_residents_is_not_there(lamp: ResidentSite, command: str) -> None:
    assert (await press(lamp, command)).status_code == 404
    assert lamp.lamps.published == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://lab"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://evil"}, 403),
        ({"X-Nothing": "1"}, 403),
    ],
)
async def test_only_our_own_page_may_press(
    lamp: ResidentSite, headers: dict[str, str], status: int
) -> None:
    assert (await press(lamp, **headers)).status_code == status
    assert len(lamp.lamps.published) == (status == 303)


async def test_pressing_too_fast_gets_a_polite_page(lamp: ResidentSite) -> None:
    answers = [await press(lamp) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
    assert "C’était un peu rapide" in answers[-1].text
    assert len(lamp.lamps.published) == 5


async def test_a_huge_form_is_turned_away(lamp: ResidentSite) -> None:
    assert (await press(lamp, body="x" * 100_000)).status_code == 413


@pytest.mark.parametrize("said", ["<script>", "done", "unknown", ""])
async def test_an_address_cannot_put_words_into_our_mouth(lamp: ResidentSite, said: str) -> None:
    async with browser(lamp) as client:
        page = await client.get(f"/o/{LAMP}", params={"said": said, "command": "<b>"})
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "C’est fait" not in page.text
