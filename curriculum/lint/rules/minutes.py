"""Whether the times of a module add up."""

from collections.abc import Iterator

from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Subject
from curriculum.model import SECTIONS
from kit.i18n import _

SHORTEST, LONGEST = 180, 540
"""Minutes that a group of learners has for a module: from two sessions to six."""


def minutes_section(subject: Subject) -> Iterator[Mistake]:
    """Find minutes for a section that no module has."""
    if subject.front is None:
        return
    for section in subject.front.minutes:
        if section not in SECTIONS:
            yield Mistake(
                subject.main,
                0,
                _("No section of a module is called “{section}”.", section=section),
                _("Take one of: {known}.", known=", ".join(SECTIONS)),
            )


def minutes_in_all(subject: Subject) -> Iterator[Mistake]:
    """Find a module that no group could go through in the time that it names."""
    if subject.front is None or subject.is_draft:
        return
    minutes = sum(subject.front.minutes.values())
    if not SHORTEST <= minutes <= LONGEST:
        yield Mistake(
            subject.main,
            0,
            _("The sections take {n} minutes in all.", n=minutes),
            _(
                "Look at “minutes” again: a module takes {least} to {most} minutes.",
                least=SHORTEST,
                most=LONGEST,
            ),
        )


def workshop_minutes(subject: Subject) -> Iterator[Mistake]:
    """Find steps of the workshop that are not, in all, as long as ``build.toml`` says it is."""
    if subject.front is None or subject.build is None:
        return
    steps = sum(step.minutes for step in subject.front.workshop.steps)
    wanted = subject.build.workshop.minutes
    if steps != wanted:
        yield Mistake(
            subject.main,
            0,
            _(
                "The steps of the workshop take {n} minutes, and the workshop {wanted}.",
                n=steps,
                wanted=wanted,
            ),
            _("Correct the minutes of the steps; those of the workshop stand in build.toml."),
        )
