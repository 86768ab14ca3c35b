"""The parts of the build, opened by their drivers; the first alternative that answers is taken."""

import asyncio

from drivers.errors import SensorError, SensorMissing
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.tally import Tally

_READ_TIMEOUT_S = const(15)  # the slowest, an SCD41, has a reading every 5 s
_CALIBRATE_TIMEOUT_S = const(120)  # the slowest, a microphone, listens for a minute


class Part:
    """One part of the build, or one of those that stand in for it (``instead_of``).

    ``error``: the SensorError of the last reading, ``None`` if it went well or there was none yet.
    A driver that measures and yet has something to complain of says so in its ``complaint``: its
    values are given, and that is the ``error``. ``on_change(part)``, if set, is called when there
    is another kind of error, or none any more. ``tally``: what keeps its counts, if it counts.
    """

    def __init__(self, build: "dict[str, Any]", part_id: str) -> None:
        self.id = part_id
        self.error: SensorError | None = None
        self.on_change: Callable[[Part], None] | None = None
        self.tally: Tally | None = None
        self._descriptions: list[dict[str, Any]] = []  # its own first
        known = ""
        for description in build["parts"]:
            known += " " + description["id"]
            if description["id"] == part_id:
                self._descriptions.insert(0, dict(description))
            elif description.get("instead_of") == part_id:
                self._descriptions.append(dict(description))
        if not self._descriptions or self._descriptions[0]["id"] != part_id:
            known = ", ".join(known.split())
            raise ValueError("Cet objet n’a pas de « %s ». Il a : %s." % (part_id, known))
        self._drivers: list[Any] = [None] * len(self._descriptions)
        self._chosen = 0
        # One question at a time, in the order of asking: a bus does not mix two, and a program that
        # reads without a pause would keep a calibration waiting for ever.
        self._turn = asyncio.Lock()

    @property
    def driver(self) -> "Any":
        """The driver's own object: what only that part can do."""
        return self._driver(self._chosen)

    @property
    def description(self) -> "dict[str, Any]":
        """Its entry of ``build.json``, with what it was taught as ``calibration``."""
        self._driver(self._chosen)
        return self._descriptions[self._chosen]

    async def start(self) -> None:
        """Wake the part. A sensor that does not answer yet is tried again at each reading."""
        await self._first_that_answers("start")

    async def read(self) -> dict[str, float]:
        """Return ``{channel: value}``. Raises SensorError, whose text is a French sentence."""
        return await (self.tally.read(self) if self.tally else self.measure())

    async def measure(self) -> dict[str, float]:
        """Return what the part itself gives now; of what is counted, :meth:`read` has the whole."""
        values: dict[str, float] = await self._first_that_answers("read")
        return values

    async def calibrate(self, step: str, value: float | None) -> "dict[str, Any]":
        """Carry out one step of a calibration; return what is to be kept of it.

        Readings wait meanwhile. What is raised is a French sentence.
        """
        async with self._turn:
            try:
                taught = self.driver.calibrate(step, value)
                learnt: dict[str, Any] = await asyncio.wait_for(taught, _CALIBRATE_TIMEOUT_S)
            except asyncio.TimeoutError:
                raise SensorMissing(self.id) from None
        return learnt

    async def pressed(self) -> None:
        """Return once for each press of a button."""
        await self.driver.pressed()

    async def _first_that_answers(self, question: str) -> "Any":
        async with self._turn:
            return await self._ask_each(question)

    async def _ask_each(self, question: str) -> "Any":
        first: SensorError | None = None
        chosen = self._chosen
        for turn in range(len(self._drivers)):
            i = (chosen + turn) % len(self._drivers)
            try:
                asked = getattr(self._driver(i), question)()
                answer: Any = await asyncio.wait_for(asked, _READ_TIMEOUT_S)
            except SensorError as failure:
                first = first or failure
            except asyncio.TimeoutError:
                first = first or SensorMissing(self.id)
            else:
                self._chosen = i
                self._settle(getattr(self._driver(i), "complaint", None))
                return answer
        error = first or SensorMissing(self.id)
        if error.code != "not-ready":  # it is there, and only slow
            self._settle(error)
        raise error

    def _settle(self, error: SensorError | None) -> None:
        changed = type(error) is not type(self.error)
        self.error = error
        if changed and self.on_change:
            self.on_change(self)

    def _driver(self, i: int) -> "Any":
        if self._drivers[i] is None:
            description = self._descriptions[i]
            description["calibration"] = _taught(description["id"])
            name = description["driver"]
            module = __import__("drivers." + name, None, None, ("create",))
            self._drivers[i] = module.create(description)
        return self._drivers[i]


def _taught(part_id: str) -> "dict[str, Any]":
    """Return what a part was taught (``fabnum.calibration``); empty if nothing is known."""
    from fabnum import config

    try:
        taught = config.load()["settings"]["calibration"][part_id]
        return dict(taught)
    except (config.ConfigError, LookupError, TypeError, ValueError):
        return {}
