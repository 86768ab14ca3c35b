"""Small counts are told to nobody, whichever way one looks; votes belong to their question."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.logbook import Kind
from gateway.model import Frame
from gateway.web import counts, create_app
from gateway.web.figures import can_be_drawn
from gateway.web.history import History
from gateway.web.words import Words
from gateway.wording import Wording
from kit import i18n
from kit.catalogue import builds, load_build
from kit.names import DeviceKey
from tests.gateway.resident_site import ResidentSite, device, resident_site, served
from tests.gateway.test_web_events import listening
from tests.gateway.test_web_pages import browser, words

GATE = DeviceKey("gonesse", "portail")
BOX = DeviceKey("gonesse", "urne")
HOUR = 3600.0
BOUND = 5


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path, furnished=False) as opened:
        opened.registry.add(device(GATE, "passage", "Mairie", "Portail de la mairie"))
        opened.registry.add(device(BOX, "vote", "Accueil", "Boîte à avis"))
        opened.live.refresh()
        yield opened


def this_hour() -> float:
    return time.time() // HOUR * HOUR


def store(site: ResidentSite, key: DeviceKey, hours_ago: int, **values: float) -> None:
    """Let a count of some hours ago be in the journal, and in its hour."""
    site.seq += 1
    moment = this_hour() - hours_ago * HOUR + 5
    site.journal.write([Frame(key, "5f3a9c01", site.seq, moment, values)]).result(30)


def wait_for_hours(site: ResidentSite, key: DeviceKey, channel: str, count: int) -> None:
    end = time.monotonic() + 30
    while len(site.journal.hourly(key, channel, 0, 1e11)) < count:
        assert time.monotonic() < end, "the hours are not rolled up"
        time.sleep(0.02)


async def page(site: ResidentSite, path: str, language: str = "en") -> str:
    async with browser(site, **{"Accept-Language": language}) as client:
        answer = await client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def exact(text: str, number: float) -> bool:
    """Whether a page tells that very number as a count."""
    return bool(re.search(rf">\s*{number:g}\s*<|\b(Entries|Exits|Answer \d) {number:g}\b", text))


# --- what may be told ----------------------------------------------------------------------------


@given(value=st.integers(min_value=0, max_value=100_000))
def test_only_a_number_of_one_to_four_is_hidden(value: int) -> None:
    channel = load_build("passage").channels[0]
    said = counts.shown(channel, value, Words("Europe/Paris")).replace("\u202f", "")
    assert said == (f"moins de {BOUND}" if 0 < value < BOUND else str(value))


@given(total=st.integers(min_value=0, max_value=10**6), more=st.integers(min_value=1, max_value=4))
def test_a_sum_never_tells_of_a_few_more(total: int, more: int) -> None:
    """One who looks before and after sees nothing, or a step that may be anybody's."""
    channel = load_build("vote").channels[0]
    how = Words("Europe/Paris")
    before, after = (counts.sum_shown(channel, n, how) for n in (total, total + more))
    if before != after:
        assert total == 0 or (total + more) % BOUND < more


def test_no_build_draws_a_curve_of_what_may_be_hidden() -> None:
    hidden = [c for name in builds() for c in load_build(name).channels if c.hidden_below]
    assert len(hidden) >= 8
    assert not any(can_be_drawn(channel) for channel in hidden)


# --- each way out --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/t/gonesse", "/o/gonesse/portail"])
async def test_no_page_tells_a_small_count(site: ResidentSite, path: str) -> None:
    site.hear(GATE, this_hour(), entries=3, exits=12)
    text = words(await page(site, path))
    assert "Entries fewer than 5" in text
    assert "Exits 12" in text
    assert not exact(text, 3)
    assert "moins de 5" in words(await page(site, path, "fr"))


@pytest.mark.parametrize("query", ["town=gonesse", "town=gonesse&device=portail"])
async def test_no_stream_tells_a_small_count(site: ResidentSite, query: str) -> None:
    async with served(site) as address, listening(address, f"{query}&lang=en") as ear:
        site.hear(GATE, this_hour(), entries=4, exits=0)
        message = await ear.about("o.gonesse.portail")
        while "Entries" not in message["slots"]["now"]:
            message = await ear.about("o.gonesse.portail")
    everything = words(" ".join(message["slots"].values()))
    assert "Entries fewer than 5" in everything
    assert "Exits 0" in everything
    assert not exact(everything, 4)
    assert not any('height="4' in slot for slot in message["slots"].values())


async def test_the_table_of_hours_hides_small_ones_and_that_which_goes_on(
    site: ResidentSite,
) -> None:
    store(site, GATE, 3, entries=47, exits=2)
    store(site, GATE, 2, entries=0, exits=5)
    site.hear(GATE, time.time(), entries=66, exits=1)
    html = await page(site, "/o/gonesse/portail")
    table = html[html.index('id="hours"') :]
    cells = re.findall(r"<td>(.*?)</td>", table)
    if time.time() - this_hour() > 130:  # else the last hour has just been counted
        assert cells == ["0", "5", "47", "fewer than 5"]
    else:
        assert cells[-4:] == ["0", "5", "47", "fewer than 5"]


async def test_what_was_counted_of_an_hour_that_goes_on_is_told_in_steps(
    site: ResidentSite,
) -> None:
    """Else it, taken off the count of the whole hour, would tell of the few that came after."""
    site.hear(GATE, this_hour() + 1800, entries=13, exits=4)
    text = words(await page(site, "/o/gonesse/portail"))
    assert "Entries at least 10" in text
    assert "Exits fewer than 5" in text


@pytest.mark.parametrize("path", ["/", "/o/gonesse/portail"])
async def test_after_a_restart_the_last_whole_hour_is_shown(site: ResidentSite, path: str) -> None:
    store(site, GATE, 0, entries=48, exits=4)
    site.hear(GATE, this_hour() + 1800, entries=7, exits=0)
    text = words(await page(site, path))
    assert "Entries 48 Exits fewer than 5" in text
    if this_hour() % (24 * HOUR) >= 2 * HOUR:  # else it may have been yesterday
        assert "Between" in text


async def test_each_hour_has_its_bar_and_small_ones_are_alike(site: ResidentSite) -> None:
    for hours_ago, entries in enumerate([20, 1, 4, 0, 9]):
        store(site, GATE, hours_ago, entries=entries, exits=30)
    html = await page(site, "/o/gonesse/portail")
    chart = html[html.index('<svg class="chart"') : html.index("</svg>", html.index('"chart"'))]
    drawn = re.findall(r'<rect class="(bar(?: few)?)".*? height="([\d.]+)"', chart)
    kinds = [kind for kind, _height in drawn]
    assert kinds == ["bar", "bar", "bar few", "bar few", "bar"]
    heights = [float(height) for _kind, height in drawn]
    assert heights[2] == heights[3]
    assert heights[1] < heights[2] < heights[0] < heights[4]


@pytest.mark.parametrize("minute", [1, 20, 40, 59])
def test_an_hour_is_in_the_table_whole_or_not_at_all(site: ResidentSite, minute: int) -> None:
    for share in (0.25, 0.75):
        site.seq += 1
        moment = this_hour() - 25 * HOUR + share * HOUR
        frame = Frame(GATE, "5f3a9c01", site.seq, moment, {"entries": 6.0, "exits": 6.0})
        site.journal.write([frame]).result(30)
    thing = site.live.find(GATE)
    assert thing is not None
    now = this_hour() - HOUR + 60 * minute
    found = counts.counts(History(site.journal), thing, Words("Europe/Paris"), now)
    assert found is not None
    assert [row.numbers for row in found.hours] == [["12", "12"]]


async def test_of_an_hour_in_parts_only_those_count_that_may_be_told(site: ResidentSite) -> None:
    for minute, (entries, exits) in enumerate([(12.0, 2.0), (3.0, 1.0), (7.0, 0.0)]):
        site.seq += 1
        moment = this_hour() - 5 * HOUR + 600 + 60 * minute
        frame = Frame(GATE, "5f3a9c01", site.seq, moment, {"entries": entries, "exits": exits})
        site.journal.write([frame]).result(30)
    html = await page(site, "/o/gonesse/portail")
    assert re.findall(r"<td>(.*?)</td>", html[html.index('id="hours"') :]) == ["19", "fewer than 5"]


async def test_no_number_of_the_service_tells_a_count(site: ResidentSite) -> None:
    site.hear(GATE, this_hour(), entries=3, exits=4)
    app = create_app(site.settings, site.journal, site.live, site.commander)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://lab"
    ) as client:
        for path in ("/healthz", "/metrics"):
            assert "portail" not in (await client.get(path)).text


# --- how right a counter is ----------------------------------------------------------------------


async def test_the_measured_error_stands_beside_the_counts(site: ResidentSite) -> None:
    site.hear(GATE, this_hour(), entries=30, exits=12)
    assert "Nobody has counted by hand yet" in await page(site, "/o/gonesse/portail")
    kept = {"hand": 50, "counted": 47, "error_percent": -6.0}
    content = {"part": "gate", "step": "stop", "kept": kept}
    site.logbook.write(GATE, Kind.CALIBRATION, content, 1_773_316_800.0)
    text = words(await page(site, "/o/gonesse/portail", "en"))
    assert "12 March 2026: counted by hand 50, by the object 47, error -6%" in text
    passport = words(await page(site, "/o/gonesse/portail/passport", "fr"))
    assert "comptés à la main 50, par l’objet 47, erreur -6 %" in passport
    assert "12 mars 2026" in passport


# --- the question of a vote box ------------------------------------------------------------------


def ask(site: ResidentSite, hours_ago: float) -> None:
    options = ({"fr": "Oui, <b>très</b>", "en": "Yes"}, {"fr": "Non"}, {"fr": "Je ne sais pas"})
    since = this_hour() - hours_ago * HOUR
    site.registry.set_wording(BOX, Wording({"fr": "La cantine est-elle bonne ?"}, options, since))
    site.live.refresh()


async def test_the_question_names_the_options_and_leaves_out_the_others(
    site: ResidentSite,
) -> None:
    ask(site, 5)
    site.hear(BOX, this_hour(), option1=6, option2=2, option3=0, option4=0, option5=0)
    html = await page(site, "/o/gonesse/urne", "fr")
    text = words(html)
    assert "La cantine est-elle bonne ?" in text
    assert "&lt;b&gt;très" in html
    assert "<b>très" not in html
    assert "Non 0" in text  # of the time since the question stands: nothing is stored yet
    assert "Réponse" not in text
    assert "Yes 0" in words(await page(site, "/", "en"))
    assert "Réponse" not in words(await page(site, "/", "fr"))


async def test_without_a_question_the_buttons_have_numbers(site: ResidentSite) -> None:
    site.hear(BOX, this_hour(), option1=6, option5=7)
    text = words(await page(site, "/o/gonesse/urne", "fr"))
    assert "Réponse 1" in text
    assert "Réponse 5" in text


async def test_votes_of_the_question_before_do_not_count(site: ResidentSite) -> None:
    ask(site, 4.5)
    store(site, BOX, 5, option1=1000, option2=1000)
    store(site, BOX, 4, option1=1000, option2=1000)  # of the hour in which the question changed
    store(site, BOX, 3, option1=8, option2=1)
    store(site, BOX, 2, option1=9, option2=2)
    wait_for_hours(site, BOX, "option2", 4)
    html = await page(site, "/o/gonesse/urne", "en")
    results = html[html.index('class="votes"') : html.index('id="hours"')]
    assert re.findall(r"<dd>(.*?)</dd>", results) == ["at least 15", "fewer than 5", "0"]
    assert re.findall(r'<rect width="(\d+)"', results) == ["100", "0", "0"]
    assert "Votes since" in results


async def test_a_changed_question_reaches_the_open_pages(site: ResidentSite) -> None:
    site.hear(BOX, this_hour(), option1=6)
    async with served(site) as address, listening(address, "town=gonesse&lang=fr") as ear:
        ask(site, 0)
        message = await ear.about("o.gonesse.urne")
        while "Réponse 1" in message["slots"]["now"]:
            message = await ear.about("o.gonesse.urne")
    assert "La cantine" in message["slots"]["now"]
    assert "Oui, &lt;b&gt;" in message["slots"]["figure"]


def test_the_words_of_other_boxes_stay(site: ResidentSite) -> None:
    other = DeviceKey("gonesse", "urne-2")
    site.registry.add(device(other, "vote", "Gymnase", "Autre boîte"))
    ask(site, 0)
    thing = site.live.find(other)
    assert thing is not None
    assert thing.build == load_build("vote")
    before = i18n.current()
    i18n.use("fr")
    assert [str(c.name) for c in load_build("vote").channels][:1] == ["Réponse 1"]
    i18n.use(before)
    site.registry.set_wording(BOX, None)
    site.live.refresh()
    box = site.live.find(BOX)
    assert box is not None
    assert box.build == load_build("vote")
