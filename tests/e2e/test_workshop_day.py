"""A workshop with sixty phones: a real lamp, a real gateway that is killed, and the totals."""

import asyncio
import contextlib
import json
import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import httpx
import pytest

from gateway.boards.password import SECRET, USER
from gateway.day import Session, Sessions
from gateway.day.day import WINDOW_S
from gateway.workshops import Workshops
from kit.signals import SITE
from tests.e2e.lamp_light import is_mostly
from tests.e2e.living_site import LivingSite
from tests.gateway.broker_site import OwnLoop

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PHONES = 60
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
GREEN, RED = "colour=#00c832", "colour=#ff0000"
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Room:
    """Sixty phones in one room: each keeps its page's stream open, and taps."""

    def __init__(self, site: LivingSite) -> None:
        self._loop = OwnLoop()
        self._client = self._loop.call(self._connect(site.settings.web.port))
        self._listening: list[asyncio.Task[None]] = []
        self.heard: list[str] = []

    async def _connect(self, port: int) -> httpx.AsyncClient:
        # A connection that is kept may be one that the gateway has just closed.
        limits = httpx.Limits(max_connections=3 * PHONES, max_keepalive_connections=0)
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=FROM_HERE, limits=limits, timeout=60
        )

    def join(self, code: str) -> None:
        """Have every phone open the page's stream."""
        self.heard = [""] * PHONES

        async def join() -> None:
            self._listening = [
                asyncio.create_task(self._listen(code, number)) for number in range(PHONES)
            ]

        self._loop.call(join())

    async def _listen(self, code: str, number: int) -> None:
        with contextlib.suppress(httpx.HTTPError):  # the gateway is killed meanwhile
            async with self._client.stream("GET", f"/a/{code}/events?lang=en") as stream:
                assert stream.status_code == 200, stream
                async for text in stream.aiter_text():
                    self.heard[number] += text

    def tap(self, code: str, wishes: Sequence[str]) -> None:
        """Have the phones wish something of the lamp, all at once."""
        answers = self._at_once(
            self._client.post(f"/a/{code}/wish", data={"device": "lamp-1", "wish": wish})
            for wish in wishes
        )
        assert {answer.status_code for answer in answers} == {303}

    def agrees(self, code: str, wishes: Sequence[str], sentence: str) -> bool:
        """Have the phones wish, and return whether all of them hear the sentence.

        On a busy machine the wishes may fall into two windows: then each counts in its own.
        """
        self.heard = [""] * PHONES
        self.tap(code, wishes)
        until = time.monotonic() + 2 * WINDOW_S
        while time.monotonic() < until:
            if all(sentence in said for said in self.heard):
                return True
            time.sleep(0.1)
        return False

    def pages(self, code: str, count: int) -> list[str]:
        """Have so many phones load the questions; return the tokens of their pages."""
        answers = self._at_once(self._client.get(f"/a/{code}") for _phone in range(count))
        found = [_TOKEN.search(answer.text) for answer in answers]
        return [match[1] for match in found if match]

    def answer(self, code: str, sent: Sequence[tuple[str, str]]) -> None:
        """Have phones send their pages: tokens, and the face that was chosen."""
        answers = self._at_once(
            self._client.post(f"/a/{code}/answers", data={"token": token, "understood": face})
            for token, face in sent
        )
        assert {answer.headers.get("location") for answer in answers} == {f"/a/{code}/merci"}

    def _at_once(self, asked: object) -> list[httpx.Response]:
        async def gather() -> list[httpx.Response]:
            return await asyncio.gather(*asked)  # type: ignore[misc]

        return self._loop.call(gather())

    def close(self) -> None:
        async def leave() -> None:
            for task in self._listening:
                task.cancel()
            await asyncio.gather(*self._listening, return_exceptions=True)
            await self._client.aclose()

        self._loop.call(leave())
        self._loop.close()


@pytest.fixture
def room(site: LivingSite) -> Iterator[Room]:
    with closing(Room(site)) as people:
        yield people


def test_a_room_of_sixty_steers_answers_and_is_counted(site: LivingSite, room: Room) -> None:
    lamp = site.add("lamp-1")
    site.begin()
    session = opened(site)

    # Sixty phones join, and most of them wish for green.
    room.join(session.code)
    site.wait_until(lambda: f"{PHONES} phones connected" in status(site), "all have joined")
    wishes = [RED, GREEN, GREEN] * (PHONES // 3)
    sentence = f"The room has chosen: Green (40 of {PHONES})"
    site.wait_until(lambda: room.agrees(session.code, wishes, sentence), "all have seen it")
    site.wait_until(lambda: is_mostly(lamp, 1), "the lamp is green")

    # They answer; in the middle of it the power fails.
    assert site.cli("workshop", "ask").returncode == 0
    site.wait_until(lambda: room.pages(session.code, 1), "the questions are on the page")
    tokens = room.pages(session.code, PHONES)
    assert len(set(tokens)) == PHONES
    faces = ["good"] * 42 + ["so-so"] * 13 + ["not"] * 5
    sent = list(zip(tokens, faces, strict=True))
    room.answer(session.code, sent[:30])
    site.kill()
    site.start()
    site.wait_until_healthy()
    site.wait_until(lambda: "30 answers" in status(site), "the session goes on, nothing is lost")
    room.answer(session.code, sent[20:])  # ten of them for the second time
    assert close(site, people=14, learners=3) == [42, 13, 5]

    # Four people answer in the next workshop.
    session = opened(site)
    assert site.cli("workshop", "ask").returncode == 0
    site.wait_until(lambda: room.pages(session.code, 1), "the questions are on the page")
    room.answer(session.code, [(token, "good") for token in room.pages(session.code, 4)])
    assert close(site, people=20) == [4, 0, 0]

    # What is told: the sixty in steps of five, and nothing of the four.
    few, many = json.loads(site.cli("workshop", "list", "--json").stdout)
    assert (many["people"], many["learners"], few["people"]) == (14, 3, 20)
    assert many["answers"] == {"understood": {"good": 40, "so-so": 10, "not": 5}}
    assert few["answers"] == {"understood": {"good": None, "so-so": None, "not": None}}
    site.end(signal.SIGTERM)  # a gateway that has just started takes its first sample soon
    site.start()
    site.wait_until_healthy()
    site.wait_until(lambda: "answers_good.M01.1" in sampled(site), "the town is sampled")
    found = sampled(site)
    told = {name: value for name, value in found.items() if name.startswith("answers")}
    assert told == {
        "answers_good.M01.1": 40,
        "answers_so_so.M01.1": 10,
        "answers_not.M01.1": 5,
    }
    login = (USER, site.folder.secret(SECRET))
    address = f"http://127.0.0.1:{site.settings.web.port}/b/inclusion/answers.csv?lang=en"
    sheet = httpx.get(address, auth=login, timeout=60).text
    (row,) = [line for line in sheet.splitlines() if "M01.1" in line]
    assert re.findall(r"\b\d+\b", row.partition("M01.1")[2])[:3] == ["40", "10", "5"]


def opened(site: LivingSite) -> Session:
    """Open a workshop as people do, and wait until the phones can join it."""
    answer = site.cli("workshop", "start", "M01", "--place", "École Pasteur")
    assert answer.returncode == 0, answer.stderr
    with closing(Sessions(site.folder.workshops)) as sessions:
        (session,) = sessions.all()
    assert f"Code: {session.code}" in answer.stdout
    site.wait_until(lambda: session.code in site.page("/"), "the wall shows the code")
    return session


def close(site: LivingSite, people: int, learners: int = 0) -> list[int]:
    """Close the workshop as people do; return what the store has of the first question."""
    words = ["--people", str(people), "--learners", str(learners)]
    answer = site.cli("workshop", "stop", *words)
    assert answer.returncode == 0, answer.stderr
    with closing(Workshops(site.folder.workshops)) as workshops:
        newest = max(workshops.answers().items())[1]
    return [newest.get(("understood", face), 0) for face in ("good", "so-so", "not")]


def status(site: LivingSite) -> str:
    return site.cli("workshop", "status").stdout


def sampled(site: LivingSite) -> dict[str, float]:
    """Return the newest value of each signal of the town."""
    rows = site.ask(
        'SELECT "values" FROM frames JOIN devices ON devices.id = frames.device'
        " WHERE devices.town = ? AND devices.device = ? ORDER BY frames.id",
        SITE,
        "gonesse_",
    )
    found: dict[str, float] = {}
    for (text,) in rows:
        found |= json.loads(text)
    return found
