"""What the page calls steps and states, and why each step is there, in the language in use."""

from typing import NamedTuple

from babel import Locale
from babel.numbers import format_decimal

from kit import i18n
from kit.i18n import _, ngettext
from provisioning.bench.model import State, Step


class StepWords(NamedTuple):
    """One step: a word for the picture of the way, a title while it runs, and why it is there."""

    word: str
    title: str
    why: str


WRITING = (Step.FLASH, Step.INSTALL, Step.ENROL)
"""Steps during which the cable had better stay where it is."""


def step_words(step: Step) -> StepWords:
    """Return how a step is called."""
    return {
        Step.DETECT: StepWords(
            _("Cable"),
            _("Looking for the board"),
            _("The computer looks whether the board is on its USB port."),
        ),
        Step.CHECK: StepWords(
            _("Chip"),
            _("Getting to know the chip"),
            _("Every chip is a little different. The computer asks this one what it is."),
        ),
        Step.FLASH: StepWords(
            _("MicroPython"),
            _("Writing MicroPython"),
            _("MicroPython lets the chip understand Python. It is written once."),
        ),
        Step.INSTALL: StepWords(
            _("Program"),
            _("Installing the program"),
            _("The program makes the object what it is. You can change it later."),
        ),
        Step.ENROL: StepWords(
            _("Name"),
            _("Giving it a name"),
            _("With its name and its password, the object may send its readings."),
        ),
        Step.TEST: StepWords(
            _("Tests"),
            _("Testing the board"),
            _("Each part is tried out, so that the object works where it will stand."),
        ),
        Step.LABEL: StepWords(
            _("Label"),
            _("Making the label"),
            _("The label says what the object is. Its code leads to its passport."),
        ),
    }[step]


def state_word(state: State) -> str:
    """Return how the state of a step is called."""
    return {
        State.WAITING: _("to come"),
        State.RUNNING: _("under way"),
        State.ASKING: _("your turn"),
        State.DONE: _("done"),
        State.SKIPPED: _("was there already"),
        State.FAILED: _("stopped"),
    }[state]


def percent(fraction: float) -> str:
    """Write a share of 1: “42 %”, “42%”."""
    return _("{n}%", n=round(100 * min(max(fraction, 0.0), 1.0)))


def seconds(duration_s: float) -> str:
    """Write how long something took: “8 s”, “1 min 20 s”."""
    whole = round(duration_s)
    if duration_s < 1:
        return _("under 1\u00a0s")
    if whole < 60:
        return _("{seconds}\u00a0s", seconds=whole)
    return _("{minutes}\u00a0min {seconds}\u00a0s", minutes=whole // 60, seconds=whole % 60)


def megabytes(size: int) -> str:
    """Write the size of a chip's flash memory."""
    return _("{size}\u00a0MB", size=_number(size / 2**20))


def boards(n: int) -> str:
    """Write a number of boards."""
    return ngettext("{n} board", "{n} boards", n)


def _number(value: float) -> str:
    rounded = round(value, 1)
    return str(format_decimal(rounded, "#,##0.#", Locale.parse(i18n.current())))
