"""What objects say to people, and what people say to objects that listen."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.commands import MAX_TEXT
from gateway.messages import LONGEST, STANDS_S, message_of, one_line
from gateway.web import events
from kit.names import DeviceKey
from tests.gateway.resident_site import ResidentSite, device, resident_site, served
from tests.gateway.test_web_events import listening
from tests.gateway.test_web_pages import SAME_SITE, browser, words

AIR = DeviceKey("gonesse", "air")
SAID = "Ouvrez les fenêtres."


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path, furnished=False) as opened:
        opened.registry.add(device(AIR, "air", "Salle 1", "Air"))
        opened.live.refresh()
        yield opened


def say(site: ResidentSite, text: object, **event: Any) -> None:
    site.live.on_leaf(AIR, "event", {"name": "message", "data": {"text": text}, **event})


def listen(site: ResidentSite) -> None:
    about = {"build": "air", "firmware": "0.1.0", "boot": "5f3a9c01", "message": True}
    site.live.on_leaf(AIR, "about", about)


async def seen(site: ResidentSite, path: str = "/o/gonesse/air") -> str:
    async with browser(site, **{"Accept-Language": "fr"}) as client:
        return (await client.get(path, follow_redirects=True)).text


@pytest.mark.parametrize("path", ["/", "/o/gonesse/air"])
async def test_a_message_stands_on_the_object_and_its_card_with_its_time(
    site: ResidentSite, path: str
) -> None:
    say(site, SAID)
    text = words(await seen(site, path))
    assert SAID in text
    say(site, "L’air est bon.")
    text = words(await seen(site, path))
    assert SAID not in text
    assert "L’air est bon." in text


async def test_markup_in_a_message_is_only_text(site: ResidentSite) -> None:
    say(site, "<script>alert(1)</script>\u202e\n<b>gras</b>")
    html = await seen(site)
    assert "<script>alert" not in html
    assert "<b>gras" not in html
    assert "&lt;script&gt;" in html


async def test_after_an_hour_it_is_gone_from_the_page_and_from_an_open_one(
    site: ResidentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.05)
    say(site, SAID)
    now = time.time()
    async with served(site) as address, listening(address) as ear:
        while SAID not in (await ear.about("o.gonesse.air"))["slots"]["now"]:
            pass
        site.live._clock = lambda: now + STANDS_S + 5
        while SAID in (await ear.about("o.gonesse.air"))["slots"]["now"]:
            pass
    assert SAID not in await seen(site)


async def test_what_was_said_long_ago_is_no_news(site: ResidentSite) -> None:
    say(site, SAID, t=time.time() - STANDS_S - 1)
    assert SAID not in await seen(site)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(data=anything, at=anything)
def test_no_event_raises_and_no_text_is_longer_than_a_line(data: object, at: object) -> None:
    for content in (data, {"text": data}):
        said = message_of({"name": "message", "data": content, "t": at}, 1_800_000_000.0)
        assert said is None or (0 < len(said.text) <= LONGEST and said.text.isprintable())
        assert said is None or 1_800_000_000.0 - STANDS_S < said.time <= 1_800_000_000.0


@given(text=st.text())
def test_a_line_holds_nothing_that_steers(text: str) -> None:
    assert one_line(text).isprintable()
    assert one_line(one_line(text)) == one_line(text)


# --- texts to objects ----------------------------------------------------------------------------


async def send(site: ResidentSite, text: str) -> tuple[int, str]:
    async with browser(site, **SAME_SITE) as client:
        answer = await client.post("/o/gonesse/air/message", data={"text": text})
    return answer.status_code, answer.headers.get("location", "")


async def test_only_an_object_that_listens_has_the_form(site: ResidentSite) -> None:
    assert 'name="text"' not in await seen(site)
    assert (await send(site, "Bonjour"))[0] == 404
    listen(site)
    assert f'name="text" maxlength="{MAX_TEXT}"' in await seen(site)


async def test_a_text_reaches_the_object(site: ResidentSite) -> None:
    listen(site)
    status, location = await send(site, " Bonjour\r\n à   tous ! ")
    assert status == 303
    assert "said=done" in location
    (sent,) = [message for _topic, message in site.lamps.published]
    assert (sent["name"], sent["args"]) == ("message", {"text": "Bonjour à tous !"})
    assert "C’est fait : Envoyer un texte" in words(await seen(site, location.partition("#")[0]))


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MAX_TEXT + 1)])
async def test_no_text_and_too_much_of_it_are_refused(site: ResidentSite, text: str) -> None:
    listen(site)
    assert "said=refused" in (await send(site, text))[1]
    assert site.lamps.published == []


async def test_the_longest_text_of_the_widest_letters_passes(site: ResidentSite) -> None:
    listen(site)
    assert "said=done" in (await send(site, "😀" * MAX_TEXT))[1]


async def test_texts_come_no_faster_than_colours(site: ResidentSite) -> None:
    listen(site)
    answers = [(await send(site, f"n° {number}"))[0] for number in range(6)]
    assert answers == [303] * 5 + [429]
