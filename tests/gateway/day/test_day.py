"""The service runs sessions: it hears of them, gathers wishes, tells the lamp, and forgets."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.day import Answered, Session, Sessions, Wish
from gateway.day.sessions import FORGOTTEN_S
from tests.gateway.resident_site import AIR, LAMP, TOWN, ResidentSite, resident_site

GREEN, RED = (Wish("colour", "colour", value) for value in ("#00c832", "#ff0000"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path) as furnished:
        yield furnished


@pytest.fixture
async def session(site: ResidentSite) -> Session:
    return await opened(site)


async def opened(site: ResidentSite) -> Session:
    session = site.sessions.open(
        Session(
            workshop="M02",
            town=TOWN,
            place="salle-101",
            place_name="Salle 101",
            objects=(AIR.device, LAMP.device),
        )
    )
    await site.day.look()
    return session


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - polled state
            await asyncio.sleep(0.005)


def commands(site: ResidentSite) -> list[tuple[str, object]]:
    return [(message["name"], message["args"]) for _topic, message in site.lamps.published]


async def test_what_the_command_line_opens_and_closes_is_noticed(
    site: ResidentSite, tmp_path: Path
) -> None:
    running = asyncio.create_task(site.day.run())
    with closing(Sessions(tmp_path / "workshops.sqlite")) as command_line:
        session = command_line.open(
            Session(workshop="M01", town=TOWN, place="a", place_name="A", objects=(LAMP.device,))
        )
        await until(lambda: site.day.find(session.code))
        command_line.ask(session.code)
        await until(lambda: (found := site.day.find(session.code)) and found.asked)
        command_line.stop(session.code, 4)
        await until(lambda: site.day.find(session.code) is None)
    assert site.day.has_ended(session.code)
    running.cancel()


async def test_open_pages_look_again_when_a_session_opens(site: ResidentSite) -> None:
    with site.live.subscribe([AIR]) as subscription:
        await opened(site)
        assert await asyncio.wait_for(subscription.changed(20), 10) == set()


async def test_the_lamp_is_told_what_most_wished_with_one_command(
    site: ResidentSite, session: Session
) -> None:
    for wish in [RED, GREEN] * 20 + [GREEN]:
        site.day.wish(session, LAMP, wish)
    await until(lambda: site.day.choice(session, LAMP))
    await until(lambda: commands(site))
    choice = site.day.choice(session, LAMP)
    assert choice is not None
    assert (choice.wish, choice.votes, choice.of) == (GREEN, 21, 41)
    assert commands(site) == [("colour", {"colour": "#00c832"})]
    assert site.day.wishes(session.code) == 41


async def test_each_window_is_counted_anew(site: ResidentSite, session: Session) -> None:
    for _tap in range(5):
        site.day.wish(session, LAMP, RED)
    await until(lambda: len(commands(site)) == 1)
    site.day.wish(session, LAMP, GREEN)
    await until(lambda: len(commands(site)) == 2)
    choice = site.day.choice(session, LAMP)
    assert choice is not None
    assert (choice.wish, choice.of) == (GREEN, 1)


async def test_a_lamp_that_does_not_answer_is_said_and_the_room_goes_on(
    site: ResidentSite, session: Session
) -> None:
    site.lamps.error = "failed"
    site.day.wish(session, LAMP, RED)
    await until(lambda: site.day.trouble(session, LAMP))
    site.lamps.error = ""
    site.day.wish(session, LAMP, GREEN)
    await until(lambda: not site.day.trouble(session, LAMP))
    assert len(commands(site)) == 2


async def test_nothing_is_told_once_the_session_has_closed(
    site: ResidentSite, session: Session
) -> None:
    site.day.wish(session, LAMP, RED)
    await site.day.stop(session.code, 5, 0)
    await until(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "room"])
    assert commands(site) == []
    assert site.day.choice(session, LAMP) is None
    assert site.day.wishes(session.code) == 0


async def test_an_answer_counts_once_and_none_after_the_end(
    site: ResidentSite, session: Session
) -> None:
    await site.day.ask(session.code)
    token = site.day.new_token(session)
    yes = {"understood": "good"}
    assert await site.day.answer(session.code, token, yes) is Answered.COUNTED
    assert await site.day.answer(session.code, token, yes) is Answered.ALREADY
    held = await site.day.stop(session.code, None, 0)
    assert held.people == 1
    late = await site.day.answer(session.code, site.day.new_token(session), yes)
    assert late is Answered.CLOSED


async def test_phones_count_for_as_long_as_their_pages_are_open(
    site: ResidentSite, session: Session
) -> None:
    with site.day.phone(session.code), site.day.phone(session.code):
        assert site.day.phones(session.code) == 2
    assert site.day.phones(session.code) == 0


async def test_a_forgotten_session_is_closed_by_the_service(
    site: ResidentSite, session: Session, tmp_path: Path
) -> None:
    long_ago = session.opened - FORGOTTEN_S - 1
    with closing(Sessions(tmp_path / "workshops.sqlite", lambda: long_ago)) as earlier:
        forgotten = earlier.open(
            Session(workshop="M01", town=TOWN, place="b", place_name="B", objects=(LAMP.device,))
        )
    await site.day.look()
    assert [one.code for one in site.day.open()] == [session.code]
    assert site.day.find(forgotten.code) is None
