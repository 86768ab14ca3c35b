"""What is measured of a town: its objects, its workshops; and what its vote boxes may tell.

Reading it takes a look at the logbook, the journal and the workshops: beside the event loop.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gateway.counting import HOUR_S, counts_of, sum_of_told, sum_told, votes_read_from
from gateway.journal import Hour, Journal, Wanted, Window
from gateway.live import Condition, LiveObject
from gateway.logbook import Logbook
from gateway.registry import Registry
from gateway.wording import Wording, options_of
from gateway.workshops import Answers, Workshops
from kit.catalogue import Build, Channel
from kit.closing_questions import FACE_IDS, QUESTION_IDS
from kit.names import DeviceKey
from kit.signals import FEW, channel, signal

DEPLOYED_S = 7 * 86_400.0
"""An object that has sent nothing for longer is in a cupboard."""


class Box(NamedTuple):
    """A vote box, and the question that it asks: what is needed to count beside the event loop."""

    key: DeviceKey
    build: Build
    wording: Wording


class Records:
    """What the files of a site know of its towns. Called beside the event loop."""

    def __init__(
        self, registry: Registry, logbook: Logbook, journal: Journal, workshops: Workshops
    ) -> None:
        self._registry = registry
        self._logbook = logbook
        self._journal = journal
        self._workshops = workshops

    def of_towns(self) -> dict[str, dict[str, float]]:
        """Return what was built and held in each town where there is anything to tell."""
        found: dict[str, dict[str, float]] = {}
        for town, count in self._built().items():
            found.setdefault(town, {})["built"] = float(count)
        for (town, workshop), held in self._workshops.sums().items():
            signals = found.setdefault(town, {})
            signals[channel("workshops", workshop)] = float(held.held)
            signals |= told("people", workshop, held.people, signal("town", "people"))
        for (town, workshop), answers in self._workshops.answer_sums().items():
            found.setdefault(town, {}).update(_answers(workshop, answers))
        return found

    def votes(self, box: Box, now: float) -> dict[str, float]:
        """Return what was answered to a question since it stands, as far as it may be told."""
        options = options_of(box.build)
        hours: list[list[Hour]] = [[] for _option in options]
        wanted = [Wanted(box.key, option.id) for option in options]
        window = Window(votes_read_from(box.wording), now, int(HOUR_S))
        for step in self._journal.steps(wanted, window):
            mean = step.total / step.readings
            hours[step.which].append(
                Hour(step.start, step.readings, step.minimum, mean, step.maximum)
            )
        found: dict[str, float] = {}
        for option, own in zip(options, hours, strict=True):
            found |= told("votes", option.id, sum_of_told(option, counts_of(own)), option)
        return found

    def _built(self) -> Counter[str]:
        """Count the objects that have worked once: which passed a self-test, or sent a reading.

        One that was handed over was built once, where it was first.
        """
        origins = self._registry.origins()
        passed = self._logbook.passed()
        built = {
            _first(key, origins) for key in origins if key in passed or self._journal.has_heard(key)
        }
        return Counter(key.town for key in built)


def _first(key: DeviceKey, origins: Mapping[DeviceKey, str]) -> DeviceKey:
    """Return what an object was before it was ever handed over."""
    seen = {key}
    while origin := origins.get(key):
        town, _slash, device = origin.partition("/")
        key = DeviceKey(town, device)
        if key in seen:
            break
        seen.add(key)
    return key


def told(name: str, what: str, total: float, count: Channel) -> dict[str, float]:
    """Return a sum of people as it may be told, or that there were a few."""
    number = sum_told(count, total)
    if number is None:
        return {channel(name + FEW, what): 1.0}
    return {channel(name, what): float(number)}


def _answers(workshop: str, answers: Answers) -> dict[str, float]:
    """Return what was answered at the end of a workshop: by face, for each question it asked."""
    found: dict[str, float] = {}
    asked = {question for question, _face in answers}
    for number, question in enumerate(QUESTION_IDS, 1):
        for face in FACE_IDS if question in asked else ():
            name = f"answers_{face.replace('-', '_')}"
            total = answers.get((question, face), 0)
            found |= told(name, f"{workshop}.{number}", total, signal("town", name))
    return found


def objects_of_towns(
    objects: Iterable[LiveObject], towns: Iterable[str], now: float
) -> dict[str, dict[str, float]]:
    """Count the objects of each town by condition, and those that are in service."""
    conditions = {town: Counter[Condition]() for town in towns}
    deployed, silent = Counter[str](), Counter[str]()
    for thing in objects:
        town, condition = thing.key.town, thing.condition(now)
        conditions.setdefault(town, Counter())[condition] += 1
        last = thing.last_data
        if last is not None and now - last <= DEPLOYED_S:
            deployed[town] += 1
            silent[town] += condition in (Condition.SILENT, Condition.LOST)
    return {
        town: {
            **{channel("objects", c.value): float(found[c]) for c in Condition},
            "deployed": float(deployed[town]),
            "silent": float(silent[town]),
        }
        for town, found in conditions.items()
    }
