"""`fabnum calibrate`: teach an object what is true, step by step, with somebody at the terminal.

What is to be done, and which number is asked, stands in ``[[calibrations]]`` of the build. A step
is whole or not at all: whoever stops half-way keeps what was learnt so far, and harms nothing.
"""

import asyncio
import json
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from babel.numbers import format_decimal
from rich.console import Console
from rich.panel import Panel
from rich.status import Status
from rich.text import Text

from gateway.registry import Registry, unknown_device
from gateway.web import taught
from gateway.web.words import NO_BREAK, Words
from kit import i18n
from kit.catalogue import Asked, Build, Calibration, CalibrationStep, builds, load_build
from kit.cli.calibrate_talk import Talk
from kit.cli.exits import INTERRUPTED
from kit.cli.names import device_key
from kit.cli.send import arguments
from kit.cli.typed_number import typed_number
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import DataFolder, load

T = TypeVar("T")

SKIP, STOP, AGAIN, BACK = ("s", "p"), ("q",), ("r",), ("b", "a")
"""What is typed to skip (« passer »), to stop (« quitter »), to do a step again, to go back."""


@dataclass(frozen=True)
class Options:
    """How to calibrate. ``values``: ``step=number``; ``yes``: nobody is there to be asked."""

    part: str = ""
    steps: Sequence[str] = ()
    values: Sequence[str] = ()
    yes: bool = False
    as_json: bool = False


class Stopped(Exception):  # noqa: N818 - no error: somebody had enough
    """Whoever sits there wants to stop."""


def calibrate(folder: DataFolder, name: str, options: Options) -> int:
    """Calibrate an object, in a dialogue or with the numbers given. Raises FabnumError."""
    settings = load(folder)
    key = device_key(settings, name)
    build = _build(folder, key)
    chosen = _chosen(build, options)
    numbers = _numbers(chosen, options)
    # With --json, standard output belongs to the results.
    dialogue = Dialogue(
        Console(stderr=options.as_json, highlight=False), Words(settings.site.time_zone), options
    )
    dialogue.talk = Talk(settings, folder, key, dialogue.waiting)
    try:
        dialogue.greet(key)
        for calibration, steps in chosen:
            dialogue.go_through(calibration, steps, numbers)
    except (Stopped, KeyboardInterrupt, EOFError) as stop:
        return dialogue.stopped(stop)
    dialogue.farewell(key)
    return 0


def _build(folder: DataFolder, key: DeviceKey) -> Build:
    with closing(Registry(folder.registry)) as registry:
        device = registry.find(key)
    if device is None or device.revoked is not None:
        raise unknown_device(key)
    return device.catalogue()


Chosen = Sequence[tuple[Calibration, Sequence[CalibrationStep]]]
"""The steps of each calibration to go through."""


def _chosen(build: Build, options: Options) -> Chosen:
    """Return the steps to go through. Raises FabnumError if there are none of these names."""
    if not build.calibrations:
        able = [name for name in builds() if load_build(name).calibrations]
        raise FabnumError(
            _("Objects of the build “{build}” need no calibration.", build=build.id),
            _("These can be calibrated: {known}.", known=", ".join(able)),
        )
    parts = [c for c in build.calibrations if options.part in ("", c.part)]
    if not parts:
        raise FabnumError(
            _("This object has no part “{part}” to calibrate.", part=options.part),
            _("Take one of: {known}.", known=", ".join(c.part for c in build.calibrations)),
        )
    known = [step.id for calibration in parts for step in calibration.steps]
    for name in options.steps:
        if name not in known:
            raise _no_step(name, known)
    wanted = options.steps or known
    return [(c, [step for step in c.steps if step.id in wanted]) for c in parts]


def _numbers(chosen: Chosen, options: Options) -> dict[str, float]:
    """Read ``--value step=number``. Raises FabnumError for a step or a number that cannot be."""
    asked = {step.id: step.value for _calibration, steps in chosen for step in steps}
    numbers: dict[str, float] = {}
    for step, text in arguments(list(options.values)).items():
        what = asked.get(step)
        if what is None:
            raise _no_step(step, [name for name, value in asked.items() if value is not None])
        numbers[step] = read_value(str(text), what)
    return numbers


def _no_step(name: str, known: Sequence[str]) -> FabnumError:
    return FabnumError(
        _("This calibration asks for no number in a step “{step}”.", step=name)
        if not known
        else _("This calibration has no such step: “{step}”.", step=name),
        _("Take one of: {known}.", known=", ".join(known)) if known else "",
    )


def read_value(text: str, asked: Asked) -> float:
    """Read the number that a step asks for, as people type it. Raises FabnumError."""
    value = typed_number(text, asked.unit)
    if value is None:
        raise FabnumError(
            _("“{text}” is not a number.", text=text),
            _("Write a number {span}.", span=_span(asked)),
        )
    if not asked.range[0] <= value <= asked.range[1]:
        raise FabnumError(
            _("{value} cannot be right.", value=_plain(value) + _unit(asked)),
            _("Write a number {span}.", span=_span(asked)),
        )
    return value


@dataclass
class Dialogue:
    """The dialogue at the terminal: says what to do, asks, waits, tells what was learnt."""

    console: Console
    words: Words
    options: Options
    talk: Talk = field(init=False)
    learnt: int = 0
    _status: Status | None = None

    def waiting(self, what: str) -> None:
        """Say what the object is waited for."""
        if self._status is not None:
            self._status.update(f"{what}…")

    def greet(self, key: DeviceKey) -> None:
        """See that the object is there before anybody carries it outdoors."""
        self._wait_for(_("Looking for {device}", device=key), self.talk.greet())

    def go_through(
        self,
        calibration: Calibration,
        steps: Sequence[CalibrationStep],
        numbers: Mapping[str, float],
    ) -> None:
        """Go through the steps of a calibration until they are done or skipped. Raises Stopped."""
        place = 0
        while place < len(steps):
            step = steps[place]
            if self.options.yes:
                self._teach(calibration, step, _needed(step, numbers.get(step.id)))
                place += 1
                continue
            self._show(calibration, step, f"{place + 1}/{len(steps)}")
            place = max(0, place + self._one_try(calibration, step, numbers.get(step.id)))

    def stopped(self, stop: BaseException) -> int:
        """Say what stays when somebody stops, or nobody is there to be asked."""
        self.console.print()
        if isinstance(stop, EOFError):
            raise FabnumError(
                _("Nobody is here to answer."),
                _("Use --yes, with --value step=number where a step asks for one."),
            )
        self.console.print(_("Stopped. What was learnt stays; nothing is half done."))
        return INTERRUPTED

    def farewell(self, key: DeviceKey) -> None:
        """Say where to find it again."""
        if self.learnt:
            self.console.print(_("It is in the passport of {device}.", device=key))
        else:
            self.console.print(_("Nothing was changed."))

    # --- one step --------------------------------------------------------------------------------

    def _one_try(self, calibration: Calibration, step: CalibrationStep, given: float | None) -> int:
        """Do a step once; return how many steps to go on, or back."""
        if self._ask(_("Press Enter when it is done (s: skip, q: stop)")) in SKIP:
            return 1
        value = given if given is not None or step.value is None else self._ask_value(step.value)
        try:
            self._teach(calibration, step, value)
        except FabnumError as error:
            self._tell(error)
            question = _("Enter: try again, b: one step back, s: skip, q: stop")
            otherwise = 0
        else:
            question = _("Enter: go on, r: do it again, b: one step back, q: stop")
            otherwise = 1
        said = self._ask(question)
        if said in BACK:
            return -1
        if said in AGAIN:
            return 0
        return 1 if said in SKIP else otherwise

    def _teach(self, calibration: Calibration, step: CalibrationStep, value: float | None) -> None:
        kept = self._wait_for(
            _("Looking for the object"), self.talk.teach(calibration.part, step.id, value)
        )
        self.learnt += 1
        said = taught.in_words(calibration, kept, self.words)
        self.console.print(Text(f"✓ {said}" if said else "✓ " + _("Done."), "green"))
        if self.options.as_json:
            result = {"part": calibration.part, "step": step.id, "kept": kept}
            print(json.dumps(result, ensure_ascii=False), flush=True)

    def _wait_for(self, what: str, work: Coroutine[Any, Any, T]) -> T:
        """Run what takes a while; show for how long."""
        with self.console.status(f"{what}…") as self._status:
            return asyncio.run(work)

    # --- the person ------------------------------------------------------------------------------

    def _show(self, calibration: Calibration, step: CalibrationStep, number: str) -> None:
        title = f"{calibration.name} ({number})"
        self.console.print(Panel(Text(str(step.ask)), title=title, padding=(1, 2), expand=False))

    def _ask(self, text: str) -> str:
        said = self.console.input(f"{text} > ").strip().lower()
        if said in STOP:
            raise Stopped
        return said

    def _ask_value(self, asked: Asked) -> float:
        span = _span(asked)
        usual = "" if asked.usual is None else ", " + _("Enter: {usual}", usual=_plain(asked.usual))
        while True:
            said = self._ask(f"{asked.name} ({span}{usual})")
            if not said and asked.usual is not None:
                return asked.usual
            try:
                return read_value(said, asked)
            except FabnumError as error:
                self._tell(error)

    def _tell(self, error: FabnumError) -> None:
        self.console.print(Text(error.cause, "yellow"))
        if error.action:
            self.console.print(f"→ {error.action}")


def _needed(step: CalibrationStep, given: float | None) -> float | None:
    """Return the number of a step that nobody is asked about. Raises FabnumError."""
    if step.value is None or given is not None:
        return given
    if step.value.usual is not None:
        return step.value.usual
    raise FabnumError(
        _("The step “{step}” needs a number: {name}.", step=step.id, name=step.value.name),
        _("Add it: {example}", example=f"--value {step.id}=…"),
    )


def _span(asked: Asked) -> str:
    low, high = asked.range
    return _("from {low} to {high}", low=_plain(low), high=_plain(high)) + _unit(asked)


def _plain(value: float) -> str:
    return str(format_decimal(value, locale=i18n.current()))


def _unit(asked: Asked) -> str:
    return f"{NO_BREAK}{asked.unit}" if asked.unit else ""
