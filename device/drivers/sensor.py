"""What every sensor driver has in common: it starts itself, and again after a failure."""

from drivers.errors import SensorError, SensorOutOfRange


class Sensor:
    """One sensor. A driver fills in ``_start`` and ``_measure``; the firmware calls the others.

    ``channels`` names the keys of what :meth:`read` returns. ``part`` is the id of the part.
    """

    channels: tuple[str, ...] = ()

    def __init__(self, part: str) -> None:
        self.part = part
        self._started = False

    async def start(self) -> None:
        """Wake the part and set it up, whatever it did before. Raises SensorError."""
        self._started = False
        await self._start()
        self._started = True

    async def read(self) -> dict[str, float]:
        """Return the values by channel. Raises SensorError.

        After a failure the next call starts the part anew: it may have lost its power, and with it
        all that it had been told.
        """
        if not self._started:
            await self.start()
        try:
            return await self._measure()
        except SensorError:
            self._started = False
            raise

    def _within(self, value: float, low: float, high: float) -> float:
        """Return ``value`` if the part can measure it. Raises SensorOutOfRange."""
        if not low <= value <= high:
            raise SensorOutOfRange(self.part)
        return value

    async def _start(self) -> None:
        raise NotImplementedError

    async def _measure(self) -> dict[str, float]:
        raise NotImplementedError
