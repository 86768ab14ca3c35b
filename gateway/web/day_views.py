"""What the pages of a workshop's day show, and what of them changes while they are open."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.day import Day, Session, Step
from gateway.day.plan import said
from gateway.live import LiveObject
from gateway.web import cards, counts
from gateway.web.day_room import Chosen, Group, chosen, groups
from gateway.web.events import Update
from gateway.web.qr import qr_svg
from gateway.web.site import Site, fragment
from gateway.web.words import Words
from gateway.workshops import known_workshops
from kit import i18n
from kit.i18n import _
from kit.web.language import Speech

CALL = "call"
"""The element that says that the questions are open, or that the workshop has ended."""
LEAD = "lead"
CLOCK = "clock"
_STATES = ("now", "next", "past")
"""Of a step that is the present one, after it (1) or before it (-1)."""


class Seen(NamedTuple):
    """One object on the page of a session."""

    card: cards.Card
    wishes: Sequence[Group]
    chosen: Chosen | None


class StepSeen(NamedTuple):
    """One step of the plan, as the facilitator reads it; ``state``: ``past``, ``now``, ``next``."""

    title: str
    does: str
    role: str
    minutes: int
    state: str


def workshop_name(workshop_id: str) -> str:
    """Return what a workshop is called, in the language in use."""
    workshop = known_workshops().get(workshop_id)
    return str(workshop.name) if workshop else workshop_id


def things_of(site: Site, session: Session) -> list[LiveObject]:
    """Return the objects of a session that there are: first those that the room may steer."""
    words = site.words()
    found = [thing for key in session.keys if (thing := site.live.find(key)) is not None]
    return sorted(found, key=lambda thing: not groups(thing, words))


def seen(site: Site, day: Day, session: Session, thing: LiveObject) -> Seen:
    """Return one object as the page of a session shows it."""
    words, now = site.words(), site.live.now()
    card = cards.card(thing, words, now, counts.last_hour(site.history, thing, now))
    return Seen(card, groups(thing, words), chosen(day, session, thing, words))


def banners(site: Site, town: str) -> list[dict[str, object]]:
    """Return what a wall says of the workshops that are open in a town."""
    if site.day is None:
        return []
    address = site.settings.pages_address
    return [
        {
            "session": session,
            "name": workshop_name(session.workshop),
            "qr": qr_svg(f"{address}/a/{session.code}"),
            "address": f"{address}/a".removeprefix("http://"),
        }
        for session in site.day.open(town)
    ]


def plan_of(day: Day, session: Session) -> tuple[list[StepSeen], int]:
    """Return the steps of a plan, and the whole seconds that are left of the one that is now."""
    language = i18n.current()
    at = day.moment(session)
    return [
        _step(step, language, _STATES[(number > at.step) - (number < at.step)])
        for number, step in enumerate(session.plan)
    ], round(at.left_s)


def clock_words(left_s: int) -> str:
    """Write a time that is left, as a clock does; with a sign where it has passed."""
    minutes, seconds = divmod(abs(left_s), 60)
    return f"{'+' if left_s < 0 else ''}{minutes}:{seconds:02}"


def _step(step: Step, language: str, state: str) -> StepSeen:
    return StepSeen(
        said(step.title, language),
        said(step.does, language),
        said(step.role, language),
        step.minutes,
        state,
    )


class RoomRenderer:
    """Makes the updates of the open page of a session."""

    def __init__(
        self, site: Site, day: Day, code: str, speech: Speech, *, asked: bool = False
    ) -> None:
        """``asked``: the page has been made with the questions on it, or after them."""
        self._site = site
        self._day = day
        self._code = code
        self._speech = speech
        i18n.use(speech.language)
        self._shown = {CALL: call_of(speech, code, is_open=True)} if asked else {}

    def __call__(self, things: Sequence[LiveObject]) -> list[Update]:
        """Render what has changed."""
        i18n.use(self._speech.language)
        session, words = self._day.find(self._code), self._site.words()
        moment = words.time(self._site.live.now())
        told = _("Updated at {time}", time=moment)
        updates = [
            Update(CALL, "", {"now": text}, told)
            for text in self._changed(CALL, self._call(session))
        ]
        if session is None:
            return updates
        for thing in things:
            card = seen(self._site, self._day, session, thing).card
            slots = {"now": fragment("_now.html", card=card, small=True)}
            updates.append(Update(card.id, card.condition, slots, told))
        return updates + [
            Update(cards.element_id(thing), "", {"room": text}, told)
            for thing in things_of(self._site, session)
            for text in self._room(session, thing, words)
        ]

    def _room(self, session: Session, thing: LiveObject, words: Words) -> list[str]:
        found = chosen(self._day, session, thing, words)
        text = fragment("_day_room.html", chosen=found) if found else ""
        return self._changed(str(thing.key), text)

    def _call(self, session: Session | None) -> str:
        if session is not None and not session.asked:
            return ""
        return call_of(self._speech, self._code, is_open=session is not None)

    def _changed(self, name: str, text: str) -> list[str]:
        """Return a text if it is another than the last one of that name."""
        if self._shown.get(name, "") == text:
            return []
        self._shown[name] = text
        return [text]


def call_of(speech: Speech, code: str, *, is_open: bool) -> str:
    """Return what an open page is told: that there are questions now, or that this is the end."""
    return fragment("_day_call.html", is_open=is_open, code=code, link=speech.link)


class LeadRenderer:
    """Makes the updates of the facilitator's open page."""

    def __init__(self, day: Day, code: str, site: Site, speech: Speech) -> None:
        self._day = day
        self._code = code
        self._site = site
        self._speech = speech
        self._shown: dict[str, object] = {}

    def __call__(self, _things: Sequence[LiveObject]) -> list[Update]:
        """Render what has changed."""
        i18n.use(self._speech.language)
        session = self._day.find(self._code)
        if session is None:
            return []
        told = _("Updated at {time}", time=self._site.words().time(self._site.live.now()))
        counted = fragment("_day_counts.html", counted=counts_of(self._day, session))
        updates = []
        if self._is_new(LEAD, counted):
            updates.append(Update(LEAD, "", {"now": counted}, told))
        steps, left_s = plan_of(self._day, session)
        # Between two steps the page counts by itself.
        if self._is_new(CLOCK, ([step.state for step in steps], session.began)):
            clock = fragment(
                "_day_clock.html", steps=steps, left_s=left_s, clock=clock_words(left_s)
            )
            updates.append(Update(CLOCK, "", {"now": clock}, told))
        return updates

    def _is_new(self, name: str, what: object) -> bool:
        if self._shown.get(name) == what:
            return False
        self._shown[name] = what
        return True


def counts_of(day: Day, session: Session) -> dict[str, int]:
    """Return the numbers of the facilitator's page."""
    return {
        "phones": day.phones(session.code),
        "wishes": day.wishes(session.code),
        "answers": session.answers,
        "asked": session.asked,
    }
