"""The answers themselves: what is asked of the live objects, what is read of the journal.

Objects are looked at in the event loop; the journal is read, and every text written, in threads of
our own, so that neither readings nor pages wait for who asks much.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import msgspec

from gateway.api import described, disclosure, senml, series, tables, times
from gateway.api import documents as doc
from gateway.api.described import BASE, Known
from gateway.api.disclosure import Step
from gateway.api.endpoints import Format
from gateway.api.parameters import place_text
from gateway.api.problems import ProblemError, not_found
from gateway.api.series import Place, Question
from gateway.api.shelf import Shelf
from gateway.live import Live, LiveObject
from kit.catalogue import Channel, builds, load_build
from kit.names import DeviceKey
from kit.settings import Settings, Town

THREADS = 2
"""So many questions are worked on at once; the others wait for their turn."""
DAY_S = 86_400
EXPORT_ROWS = 1000

_encode = msgspec.json.Encoder(decimal_format="number").encode
Done = TypeVar("Done")
Asked = Mapping[str, Any]


class Answer(NamedTuple):
    """The body of an answer, and the parameters that lead to the page after it."""

    body: bytes
    following: Mapping[str, str] | None = None


class Answers:
    """Answers what is asked of open towns. Called from the event loop.

    Raises ProblemError if there is no answer, sqlite3.Error if the journal cannot be read.
    """

    def __init__(self, settings: Settings, shelf: Shelf, live: Live) -> None:
        self._settings = settings
        self._shelf = shelf
        self._live = live
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="open-data")

    def is_open(self, town_id: str) -> bool:
        """Whether there is such a town, and its data are open."""
        town = self._settings.town(town_id)
        return town is not None and town.open_data

    async def start(self, _asked: Asked, _form: Format, _address: str) -> Answer:
        """Say what there is."""
        links = [f"{BASE}/towns", f"{BASE}/builds", f"{BASE}/openapi.json", "/api/"]
        name = self._settings.site.name
        return Answer(_encode(doc.Start("Open data", "1", name, *links)))

    async def towns(self, _asked: Asked, form: Format, _address: str) -> Answer:
        """Name the open towns."""
        towns = [described.town(town) for town in self._settings.towns if town.open_data]
        if form == "csv":
            return Answer(tables.text(tables.towns(towns)).encode())
        return Answer(_encode(doc.Towns(towns)))

    async def builds(self, _asked: Asked, form: Format, _address: str) -> Answer:
        """Describe the kinds of objects."""
        known = [described.build(load_build(name)) for name in builds()]
        if form == "csv":
            return Answer(tables.text(tables.builds(known)).encode())
        return Answer(_encode(doc.Builds(known)))

    async def objects(self, asked: Asked, form: Format, address: str) -> Answer:
        """Describe the objects of a town, a page of them."""
        town = self._town(asked)
        after, limit, now = asked["cursor"] or "", asked["limit"], self._live.now()
        found = [thing for thing in self._things(town) if thing.key.device > after]
        shown = [described.known(thing, now) for thing in found[:limit]]
        following = {"cursor": shown[-1].key.device} if len(found) > limit else None
        things = await self._work(lambda: [self._described(one, now) for one in shown])
        if form == "csv":
            return Answer(tables.text(tables.objects(things)).encode(), following)
        link = _link(address, asked, following)
        return Answer(_encode(doc.Things(described.town(town), things, link)), following)

    async def object(self, asked: Asked, form: Format, _address: str) -> Answer:
        """Describe one object."""
        now = self._live.now()
        known = self._one(asked, now)
        thing = await self._work(lambda: self._described(known, now))
        if form == "csv":
            return Answer(tables.text(tables.objects([thing])).encode())
        return Answer(_encode(thing))

    async def readings(self, asked: Asked, form: Format, address: str) -> Answer:
        """Tell the readings of one object, a page of them."""
        now = self._live.now()
        town = self._town(asked)
        known = self._one(asked, now)
        start, end = _span(asked, now)
        step: Step = asked["step"]
        question = Question(known.key, _channels(known, asked, step), start, end, step)
        place, limit = asked["cursor"], asked["limit"]
        return await self._work(
            lambda: self._readings(town, question, place, limit, now, form, asked, address)
        )

    def export(self, asked: Asked) -> AsyncIterator[bytes]:
        """Yield a town's readings as one table, a page at a time."""
        now = self._live.now()
        wanted = set(asked["object"])
        things = self._things(self._town(asked))
        if wanted - {thing.key.device for thing in things}:
            raise not_found()
        start, end = _span(asked, now)
        step: Step = asked["step"]
        questions = [
            Question(thing.key, channels, start, end, step)
            for thing in things
            if (not wanted or thing.key.device in wanted)
            and (channels := _told(described.channels(thing), asked["channel"], step))
        ]
        return self._exported(questions, step, now)

    # --- what is known ---------------------------------------------------------------------------

    def _town(self, asked: Asked) -> Town:
        town = self._settings.town(asked["town"])
        if town is None or not town.open_data:
            raise not_found()
        return town

    def _things(self, town: Town) -> list[LiveObject]:
        self._live.refresh()
        return sorted(self._live.objects(town.id), key=lambda thing: thing.key)

    def _one(self, asked: Asked, now: float) -> Known:
        town = self._town(asked)
        self._live.refresh()
        thing = self._live.find(DeviceKey(town.id, asked["device"]))
        if thing is None:
            raise not_found()
        return described.known(thing, now)

    # --- in a thread -----------------------------------------------------------------------------

    async def _work(self, work: Callable[[], Done]) -> Done:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _described(self, known: Known, now: float) -> doc.Thing:
        last = series.last(self._shelf, known.key, known.channels, now)
        return described.thing(known, last, now)

    def _readings(  # noqa: PLR0913, PLR0917 - all that one answer is made of
        self,
        town: Town,
        question: Question,
        place: Place | None,
        limit: int,
        now: float,
        form: Format,
        asked: Asked,
        address: str,
    ) -> Answer:
        rows, place = series.page(self._shelf, question, place, limit, now)
        following = _page_after(question, place)
        if form == "senml":
            pack = senml.records(question.key, question.channels, rows)
            return Answer(_encode(pack) if pack else b"", following)
        if form == "csv":
            header = tables.readings_header(question.channels, question.step)
            lines = tables.readings_lines(rows, question.channels, question.step)
            return Answer(tables.text([header, *lines]).encode(), following)
        address_after = _link(address, asked, following)
        answer = described.readings(town, question, rows, address_after)
        return Answer(_encode(answer), following)

    async def _exported(
        self, questions: Sequence[Question], step: Step, now: float
    ) -> AsyncIterator[bytes]:
        columns = tables.columns(questions)
        yield tables.text([tables.readings_header(columns, step, ["object"])]).encode()
        for question in questions:
            place: Place | None = None
            while True:
                work = partial(self._exported_page, question, place, columns, now)
                text, place = await self._work(work)
                if text:
                    yield text
                if place is None:
                    break

    def _exported_page(
        self, question: Question, place: Place | None, columns: Sequence[Channel], now: float
    ) -> tuple[bytes, Place | None]:
        rows, following = series.page(self._shelf, question, place, EXPORT_ROWS, now)
        before = [question.key.device]
        lines = tables.readings_lines(rows, columns, question.step, before, question.channels)
        return tables.text(lines).encode(), following


def _span(asked: Asked, now: float) -> tuple[float, float]:
    """Return the time that is asked for. Raises ProblemError 400 if it is none, or too long."""
    end = asked["to"] if asked["to"] is not None else now
    start = asked["from"] if asked["from"] is not None else end - DAY_S
    start, end = round(start, 6), round(end, 6)  # as addresses of pages write them
    if not start < end:
        raise ProblemError(400, "from: it must be before to.")
    longest = disclosure.LONGEST_S[asked["step"]]
    if end - start > longest:
        days = longest // DAY_S
        raise ProblemError(400, f"from: at most {days} days before to, in this step.")
    return start, end


def _channels(known: Known, asked: Asked, step: Step) -> tuple[Channel, ...]:
    """Return what may be told of what is asked for. Raises ProblemError 400 if nothing may."""
    public = {channel.id: channel for channel in known.channels}
    for name in asked["channel"]:
        if name not in public:
            there = ", ".join(public) or "none"
            raise ProblemError(400, f"channel: the object publishes {there}.")
    told = _told(known.channels, asked["channel"], step)
    if not told and public:
        finest = ", ".join(f"{c.id} {disclosure.finest(c)}" for c in public.values())
        raise ProblemError(400, f"step: the finest that are public: {finest}.")
    return told


def _told(channels: Sequence[Channel], names: Sequence[str], step: Step) -> tuple[Channel, ...]:
    return disclosure.told_in((c for c in channels if not names or c.id in names), step)


def _page_after(question: Question, place: Place | None) -> Mapping[str, str] | None:
    """Return the parameters of the next page. Its ends are fixed: now goes on meanwhile."""
    if place is None:
        return None
    return {
        "from": times.written(question.start),
        "to": times.written(question.end),
        "cursor": place_text(place),
    }


def _link(address: str, asked: Asked, following: Mapping[str, str] | None) -> str | None:
    return link(address, asked, following) if following is not None else None


def link(address: str, asked: Asked, following: Mapping[str, str]) -> str:
    """Return the address of the page after, with what else was asked for."""
    kept = {
        name: ",".join(value) if isinstance(value, tuple) else value
        for name, value in asked.items()
        if name in ("channel", "step", "limit") and value
    }
    return f"{address}?{urlencode({**kept, **following}, safe=':,')}"
