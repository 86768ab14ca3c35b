"""What a build is made of: the lines of ``build.toml`` as values (docs/build-toml.md)."""

from typing import Any, Literal, get_args

import msgspec

from kit import i18n
from kit.chips import DEFAULT_CHIP

State = Literal["good", "watch", "act"]
PublicStep = Literal["raw", "10m", "1h", "never"]


class Text(dict[str, str]):
    """A text in several languages, by language code; ``str()`` gives the one in use."""

    def __str__(self) -> str:
        """Return the text in the language in use, else in French."""
        return self.get(i18n.current()) or self[i18n.DEFAULT_LANGUAGE]


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a value means: the first band whose ``below`` it is under. The last has no bound."""

    state: State
    word: Text
    below: float = float("inf")


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a build measures.

    ``range`` is what is physically possible in ``unit``, both ends included: a value outside it is
    a fault and goes to quarantine. A count below ``hidden_below`` is shown to residents as “fewer
    than” that, so that nobody is recognised in it. ``public_step``: how fine open data may be.
    """

    id: str
    quantity: str
    unit: str
    name: Text
    range: tuple[float, float]
    decimals: int = 1
    bands: tuple[Band, ...] = ()
    hidden_below: int = 0
    public_step: PublicStep = "10m"

    def band(self, value: float) -> Band | None:
        """Return the band that ``value`` falls into; ``None`` if the channel has no bands."""
        return next((band for band in self.bands if value < band.below), None)


def _levels(bands: tuple[Band, ...]) -> dict[str, list[int]]:
    states = get_args(State)
    return {"levels": [states.index(band.state) for band in bands]} if bands else {}


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part on the board: its driver, how it is wired, the channels it gives.

    ``pins`` are those of an ESP32, ``pins_on`` those of other chips, by chip. ``instead_of`` names
    the part that this one may replace: the firmware takes the first that answers.
    """

    id: str
    driver: str
    name: Text
    bus: Literal["i2c", "dht", "ws2812", "gpio", "adc", "i2s"]
    pins: dict[str, int]
    pins_on: dict[str, dict[str, int]] = {}
    channels: tuple[str, ...] = ()
    addresses: tuple[int, ...] = ()
    instead_of: str | None = None
    settings: dict[str, int | float] = {}

    def wired(self, chip: str) -> dict[str, int]:
        """Return the pins of that chip which this part is wired to, by the name of the wire."""
        return self.pins_on.get(chip, self.pins)


Argument = Literal["colour", "slug", "number", "text"] | tuple[float, float] | tuple[str, ...]
"""What a command's argument may be: ``#rrggbb``, a slug, a number, a text, a range, or a choice."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that an object can be told. ``residents`` says whether anybody may, on its page."""

    id: str
    name: Text
    residents: bool = False
    arguments: dict[str, Any] = {}


TestKind = Literal["found", "plausible", "rises", "falls", "press", "colours"]


class Test(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that the bench tests on every object of the build.

    ``found``: the ``part`` answers. ``plausible``: the ``channel`` reads within ``range``, as in a
    normal room. ``rises``, ``falls``: the channel moves by ``by`` of its unit within ``seconds``
    once a person does what ``ask`` says. ``press``: the button ``part`` is pressed within
    ``seconds``. ``colours``: a person sees the ``part`` light up as ``ask`` says.
    """

    id: str
    kind: TestKind
    name: Text
    part: str | None = None
    channel: str | None = None
    range: tuple[float, float] | None = None
    by: float | None = None
    seconds: int | None = None
    ask: Text | None = None


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number that a person gives in a calibration. ``usual`` is offered; ``range`` is allowed."""

    name: Text
    unit: str
    range: tuple[float, float]
    usual: float | None = None


class CalibrationStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a calibration: what ``ask`` tells a person to do, and the number they give."""

    id: str
    ask: Text
    value: Asked | None = None


class CalibrationResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number that a driver keeps of a calibration, in words for the passport."""

    id: str
    name: Text
    unit: str = ""
    decimals: int = 0


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a ``part`` is taught what is true, in steps; what it learns stays on the board.

    For each step the firmware calls the driver's ``calibrate(step, value)``; ``results`` says what
    the numbers are that it returns.
    """

    part: str
    name: Text
    steps: tuple[CalibrationStep, ...]
    results: tuple[CalibrationResult, ...] = ()

    def step(self, step_id: str) -> CalibrationStep | None:
        """Return the step of that id, or ``None``."""
        return next((step for step in self.steps if step.id == step_id), None)


class Workshop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The workshop for residents that goes with a build."""

    id: str
    name: Text
    minutes: int


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of object, as its ``build.toml`` describes it.

    ``period_s``: seconds per reading. ``sleeps``: once deployed it may run from a battery, asleep
    between two readings. ``combines``: the builds whose parts it has together on one board.
    """

    id: str
    name: Text
    summary: Text
    period_s: int
    workshop: Workshop
    parts: tuple[Part, ...]
    channels: tuple[Channel, ...]
    commands: tuple[Command, ...] = ()
    tests: tuple[Test, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    sleeps: bool = False
    combines: tuple[str, ...] = ()

    def part(self, part_id: str) -> Part | None:
        """Return the part of that id, or ``None``."""
        return next((part for part in self.parts if part.id == part_id), None)

    def part_of(self, channel_id: str) -> Part | None:
        """Return the part that gives a channel, not one that stands in for it; or ``None``."""
        giving = (p for p in self.parts if channel_id in p.channels and p.instead_of is None)
        return next(giving, None)

    def channel(self, channel_id: str) -> Channel | None:
        """Return the channel of that id, or ``None``."""
        return next((channel for channel in self.channels if channel.id == channel_id), None)

    def calibration(self, part_id: str) -> Calibration | None:
        """Return how that part is calibrated, or ``None``."""
        return next((c for c in self.calibrations if c.part == part_id), None)

    def command(self, command_id: str) -> Command | None:
        """Return the command of that id, or ``None``."""
        return next((command for command in self.commands if command.id == command_id), None)

    def for_device(self, chip: str = DEFAULT_CHIP) -> dict[str, Any]:
        """Return what the firmware on that chip needs to know of its build: ``build.json``.

        Names and words stay on the PC. Parts come as a list of ``id, driver, bus, pins,
        addresses, instead_of, settings, channels``; channels by id with ``unit``, ``range``, the
        upper ends of their ``bands`` and, where there are some, their ``levels``: 0 is good, 1 to
        be watched, 2 to act on.
        """
        return {
            "id": self.id,
            "period": self.period_s,
            "parts": [
                {
                    "id": part.id,
                    "driver": part.driver,
                    "bus": part.bus,
                    "pins": part.wired(chip),
                    "addresses": part.addresses,
                    "instead_of": part.instead_of,
                    "settings": part.settings,
                    "channels": part.channels,
                }
                for part in self.parts
            ],
            "channels": {
                channel.id: {
                    "unit": channel.unit,
                    "range": channel.range,
                    "bands": [band.below for band in channel.bands[:-1]],
                    **_levels(channel.bands),
                }
                for channel in self.channels
            },
            "commands": {command.id: command.arguments for command in self.commands},
            "sleeps": self.sleeps,
        }
