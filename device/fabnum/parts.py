"""The parts of the build, opened by their drivers; the first alternative that answers is taken."""

import asyncio

from drivers.errors import SensorError, SensorMissing
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

_READ_TIMEOUT_S = const(15)  # the slowest, an SCD41, has a reading every 5 s


class Part:
    """One part of the build, or one of those that stand in for it (``instead_of``).

    ``error``: the SensorError of the last reading, ``None`` if it went well or there was none yet.
    ``on_change(part)``, if set, is called when that changes.
    """

    def __init__(self, build: "dict[str, Any]", part_id: str) -> None:
        self.id = part_id
        self.error: SensorError | None = None
        self.on_change: Callable[[Part], None] | None = None
        self._descriptions = [
            part for part in build["parts"] if part_id in (part["id"], part.get("instead_of"))
        ]
        self._descriptions.sort(key=lambda part: part["id"] != part_id)
        if not self._descriptions or self._descriptions[0]["id"] != part_id:
            known = ", ".join([part["id"] for part in build["parts"]])
            raise ValueError("Cet objet n’a pas de « %s ». Il a : %s." % (part_id, known))
        self._drivers: list[Any] = [None] * len(self._descriptions)
        self._chosen = 0
        self._asking = asyncio.Lock()  # one question at a time: a bus does not mix two

    @property
    def driver(self) -> "Any":
        """The driver's own object: what only that part can do."""
        return self._driver(self._chosen)

    async def start(self) -> None:
        """Wake the part. A sensor that does not answer yet is tried again at each reading."""
        await self._first_that_answers(lambda driver: driver.start())

    async def read(self) -> dict[str, float]:
        """Return ``{channel: value}``. Raises SensorError, whose text is a French sentence."""
        values: dict[str, float] = await self._first_that_answers(lambda driver: driver.read())
        return values

    async def pressed(self) -> None:
        """Return once for each press of a button."""
        await self.driver.pressed()

    async def _first_that_answers(self, ask: "Callable[[Any], Coroutine[Any, Any, Any]]") -> "Any":
        async with self._asking:
            return await self._ask_each(ask)

    async def _ask_each(self, ask: "Callable[[Any], Coroutine[Any, Any, Any]]") -> "Any":
        order = sorted(range(len(self._drivers)), key=lambda i: i != self._chosen)
        first: SensorError | None = None
        for i in order:
            try:
                answer: Any = await asyncio.wait_for(ask(self._driver(i)), _READ_TIMEOUT_S)
            except SensorError as failure:
                first = first or failure
            except asyncio.TimeoutError:
                first = first or SensorMissing(self.id)
            else:
                self._chosen = i
                self._settle(None)
                return answer
        error = first or SensorMissing(self.id)
        if error.code != "not-ready":  # it is there, and only slow
            self._settle(error)
        raise error

    def _settle(self, error: SensorError | None) -> None:
        changed = (error is None) != (self.error is None)
        self.error = error
        if changed and self.on_change:
            self.on_change(self)

    def _driver(self, i: int) -> "Any":
        if self._drivers[i] is None:
            description = self._descriptions[i]
            name = description["driver"]
            module = __import__("drivers." + name, None, None, ("create",))
            self._drivers[i] = module.create(description)
        return self._drivers[i]
