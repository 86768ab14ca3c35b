"""The pages: walls of towns, single objects, and what is said about them all."""

import asyncio
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.commands import MESSAGE
from gateway.live import LiveObject
from gateway.web import cards, counts, day_views
from gateway.web.controls import controls
from gateway.web.count_figures import CountFigures
from gateway.web.events import Update
from gateway.web.figures import Figure, Figures, can_be_drawn
from gateway.web.selection import Wall, places, wall
from gateway.web.site import Site, fragment, page
from gateway.web.words import Words
from kit import i18n
from kit.catalogue import Channel, Command
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import Town
from kit.web.language import Speech

CHART_EVERY_S = 10.0
"""A curve of ten-minute means need not be sent with every reading."""


LARGE_TOWN = 500
SUMMARY_KEPT_S = 3.0


async def home(request: Request) -> Response:
    """Show the wall of the only town, or the towns to choose from."""
    site = _site(request)
    towns = site.settings.towns
    if len(towns) == 1:
        return await _wall_page(request, towns[0])
    _speak(request)
    site.live.refresh()
    now = site.live.now()
    summaries = [(town, _summary(site, town.id, now)) for town in towns]
    return page(site, request, "towns.html", summaries=summaries)


async def town(request: Request) -> Response:
    """Show the wall of a town."""
    return await _wall_page(request, _town(request))


async def one_object(request: Request) -> Response:
    """Show one object: now, the day, the week, what it is, and what residents may tell it."""
    site = _site(request)
    thing = find_object(request)
    words, now = _speak(request), site.live.now()
    figures = Figures(site.history, words, thing, now)
    channels = [c for c in thing.build.channels if can_be_drawn(c)] if thing.build else []
    await site.history.prepare(((thing, channel.id) for channel in channels), now)
    counted = await asyncio.to_thread(counts.counts, site.history, thing, words, now)
    bars = CountFigures(site.history, words, thing, now)
    return page(
        site,
        request,
        "object.html",
        card=_card(site, thing, words, now),
        thing=thing,
        town=site.settings.town(thing.device.town),
        sections=[_section(figures, words, channel) for channel in channels],
        recent=_recent(figures, thing),
        votes=await asyncio.to_thread(counts.votes, site.history, thing, words, now),
        counted=counted,
        bars=await asyncio.to_thread(bars.all),
        believed=_believed(site, thing, words) if counted else [],
        controls=controls(thing.build, words, listens=thing.listens),
        followed=_followed(site, thing),
        every=words.every(thing.period_s),
        heard=words.at(thing.heard, now) if thing.heard else "",
        answer=answer(request, thing),
        events=_events(request, thing),
        revision=site.live.revision,
        updated=updated(words, now),
        has_passport=site.passports is not None,
    )


async def short_address(request: Request) -> Response:
    """Lead ``/o/<device>`` to the object, if only one town has one of that name."""
    site = _site(request)
    site.live.refresh()
    device = request.path_params["device"]
    found = [thing for thing in site.live.objects() if thing.device.device == device]
    if not found:
        raise HTTPException(404)
    link = site.speech(request).link
    if len(found) == 1:
        return RedirectResponse(link(f"/o/{found[0].key}"), 302)
    _speak(request)
    devices = [thing.device for thing in found]
    return page(
        site, request, "choose.html", devices=devices, page_of="", town_name=_town_name(site)
    )


async def about(request: Request) -> Response:
    """Say what is measured here, what is not, and who answers for it."""
    return page(_site(request), request, "about.html")


async def accessibility(request: Request) -> Response:
    """Declare how accessible the pages are: until somebody audits them, not."""
    return page(_site(request), request, "accessibility.html")


def message(request: Request, status: int, title: str, text: str, **headers: str) -> Response:
    """Show a page that says one thing, such as that there is no such page."""
    return page(
        _site(request),
        request,
        "message.html",
        status=status,
        headers=headers,
        title=title,
        text=text,
    )


def find_object(request: Request) -> LiveObject:
    """Return the object that an address names. Raises HTTPException 404."""
    site = _site(request)
    site.live.refresh()
    parameters = request.path_params
    thing = site.live.find(DeviceKey(parameters["town"], parameters["device"]))
    if thing is None:
        raise HTTPException(404)
    return thing


def offered(thing: LiveObject, command_id: str) -> Command | None:
    """Return a command that residents may give an object, or ``None``."""
    command = thing.build.command(command_id) if thing.build else None
    if command is None and command_id == MESSAGE.id and thing.listens:
        command = MESSAGE
    return command if command is not None and command.residents else None


ANSWERS = (
    "done",
    "not-connected",
    "no-answer",
    "expired",
    "refused",
    "failed",
    "no-broker",
)


def answer(request: Request, thing: LiveObject) -> tuple[str, str] | None:
    """Return what came of a command, as (kind, sentence), from the address that it led back to."""
    said = request.query_params.get("said", "")
    asked = request.query_params.get("command", "")
    command = offered(thing, asked)
    if said not in ANSWERS or command is None:
        return None
    sentences = {
        "done": _("Done: {command}.", command=command.name),
        "not-connected": _("The object is not connected. Check that it has power and Wi-Fi."),
        "no-answer": _("The object has not answered. Look at it, then try again."),
        "expired": _("The command reached the object too late. Try again."),
        "refused": _("The object did not understand. Tell the fablab."),
        "failed": _("The object could not do it. Try again."),
        "no-broker": _("The lab’s messenger is not running. Try again in a minute."),
    }
    return ("good" if said == "done" else "watch", sentences[said])


class WallRenderer:
    """Makes the updates of one open wall."""

    def __init__(self, site: Site, town: Town, speech: Speech) -> None:
        self._site = site
        self._town = town
        self._speech = speech
        self._summary = ""
        self._banner: str | None = None
        self._drawn: dict[tuple[DeviceKey, float], float] = {}

    def __call__(self, things: Sequence[LiveObject]) -> list[Update]:
        """Render what has changed."""
        i18n.use(self._speech.language)
        words, now = self._site.words(), self._site.live.now()
        updates = []
        for thing in things:
            card = _card(self._site, thing, words, now)
            slots = {"now": fragment("_now.html", card=card, small=True)}
            # A new question has other answers: they are shown at once.
            drawn = (thing.key, thing.wording.since if thing.wording else 0.0)
            if now - self._drawn.get(drawn, 0) >= CHART_EVERY_S:
                figure = card_figure(self._site, thing)
                votes = counts.votes(self._site.history, thing, words, now)
                # The first reading of all shall not have to wait for its chart.
                self._drawn[drawn] = now if figure and figure.chart else 0.0
                if figure is not None:
                    slots["figure"] = fragment("_chart.html", figure=figure, card=card, votes=votes)
                    slots["table"] = fragment("_rows.html", figure=figure)
            updates.append(Update(card.id, card.condition, slots, updated(words, now)))
        summary = _summary(self._site, self._town.id, now)
        text = fragment("_summary.html", summary=summary, link=self._speech.link)
        if text != self._summary:
            self._summary = text
            updates.append(Update("summary", "", {"now": text}, updated(words, now)))
        workshops = day_views.banners(self._site, self._town.id)
        banner = fragment("_day_banner.html", banners=workshops, link=self._speech.link)
        if banner != self._banner:
            self._banner = banner
            updates.append(Update("workshop", "", {"now": banner}, updated(words, now)))
        return updates


class ObjectRenderer:
    """Makes the updates of the open page of one object."""

    def __init__(self, site: Site, speech: Speech) -> None:
        self._site = site
        self._speech = speech

    def __call__(self, things: Sequence[LiveObject]) -> list[Update]:
        """Render what has changed."""
        i18n.use(self._speech.language)
        words, now = self._site.words(), self._site.live.now()
        updates = []
        for thing in things:
            card = _card(self._site, thing, words, now)
            slots = {"now": fragment("_now.html", card=card, small=False)}
            recent = _recent(Figures(self._site.history, words, thing, now), thing)
            if recent is not None:
                slots["figure"] = fragment("_chart.html", figure=recent, card=card)
                slots["table"] = fragment("_rows.html", figure=recent)
            elif (votes := counts.votes(self._site.history, thing, words, now)) is not None:
                slots["figure"] = fragment("_votes.html", votes=votes)
            updates.append(Update(card.id, card.condition, slots, updated(words, now)))
        return updates


def updated(words: Words, now: float) -> str:
    """Say when the page was made or last changed."""
    return _("Updated at {time}", time=words.time(now))


def _card(site: Site, thing: LiveObject, words: Words, now: float) -> cards.Card:
    return cards.card(thing, words, now, counts.last_hour(site.history, thing, now))


def card_figure(site: Site, thing: LiveObject) -> Figure | None:
    """Return the figure of an object's card: its first channel that can be drawn, or counts."""
    channel, words, now = _main_channel(thing), site.words(), site.live.now()
    if channel is None:
        return CountFigures(site.history, words, thing, now).card()
    return Figures(site.history, words, thing, now).card(channel)


def wall_of(site: Site, town_id: str, number: str) -> Wall:
    """Return one page of a town's objects."""
    site.live.refresh()
    return wall(site.live.objects(town_id), int(number) if number.isdecimal() else 1)


async def _wall_page(request: Request, town: Town) -> Response:
    site = _site(request)
    words, now = _speak(request), site.live.now()
    shown = wall_of(site, town.id, request.query_params.get("page", "")[:6])
    speech = site.speech(request)
    main = ((thing, _main_channel(thing)) for thing in shown.things)
    await site.history.prepare(((thing, c.id) for thing, c in main if c), now)
    return page(
        site,
        request,
        "wall.html",
        town=town,
        one_town=len(site.settings.towns) == 1,
        summary=_summary(site, town.id, now),
        places=[
            (
                place,
                [
                    (
                        _card(site, thing, words, now),
                        card_figure(site, thing),
                        counts.votes(site.history, thing, words, now),
                    )
                    for thing in place.things
                ],
            )
            for place in places(shown.things)
        ],
        wall=shown,
        banners=day_views.banners(site, town.id),
        events=f"/events?town={town.id}&page={shown.number}&lang={speech.language}",
        revision=site.live.revision,
        updated=updated(words, now),
    )


def _summary(site: Site, town_id: str, now: float) -> cards.Summary:
    """Sum up a town; of a large one, all pages share the sentence of the last seconds."""
    name = (town_id, i18n.current())
    then, kept = site.summaries.get(name, (0.0, None))
    if kept is not None and 0 <= now - then < SUMMARY_KEPT_S:
        return kept
    things = site.live.objects(town_id)
    summary = cards.summary(things, now)
    if len(things) >= LARGE_TOWN:
        site.summaries[name] = (now, summary)
    return summary


def _section(figures: Figures, words: Words, channel: Channel) -> dict[str, object]:
    return {
        "channel": channel,
        "day": figures.day(channel),
        "week": figures.week(channel),
        "meanings": cards.meanings(channel, words),
    }


def _main_channel(thing: LiveObject) -> Channel | None:
    channels = thing.build.channels if thing.build else ()
    return next((channel for channel in channels if can_be_drawn(channel)), None)


def _recent(figures: Figures, thing: LiveObject) -> Figure | None:
    channel = _main_channel(thing)
    return figures.recent(channel) if channel is not None else None


def _believed(site: Site, thing: LiveObject, words: Words) -> Sequence[tuple[str, str]]:
    """Return how far an object's counts can be believed."""
    if thing.build is None or site.passports is None:
        return []
    return counts.calibrations(thing.build, site.passports.taught(thing.key), words)


def _followed(site: Site, thing: LiveObject) -> tuple[LiveObject, str] | None:
    """Return the object that a lamp follows and the name of the channel."""
    device, _slash, channel_id = thing.device.follow.partition("/")
    source = site.live.find(DeviceKey(thing.device.town, device))
    channel = source.build.channel(channel_id) if source is not None and source.build else None
    return (source, str(channel.name)) if source is not None and channel is not None else None


def _events(request: Request, thing: LiveObject) -> str:
    language = _site(request).speech(request).language
    return f"/events?town={thing.key.town}&device={thing.key.device}&lang={language}"


def _town(request: Request) -> Town:
    town = _site(request).settings.town(request.path_params["town"])
    if town is None:
        raise HTTPException(404)
    return town


def _town_name(site: Site) -> dict[str, str]:
    return {town.id: town.name for town in site.settings.towns}


def _speak(request: Request) -> Words:
    """Take the language of the request into use; return how to write in it."""
    site = _site(request)
    i18n.use(site.speech(request).language)
    return site.words()


def _site(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site
