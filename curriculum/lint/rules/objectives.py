"""Whether objectives can be seen to be reached, and name what is known."""

from collections import Counter
from collections.abc import Iterator, Mapping

from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Subject
from curriculum.roles import roles
from curriculum.skills import skills
from kit.i18n import _

FRAMEWORKS: Mapping[str, str] = {"digcomp": "DigComp", "crcn": "CRCN", "soft": "soft"}


def objective_twice(subject: Subject) -> Iterator[Mistake]:
    """Find ids that two objectives have: a badge could not tell them apart."""
    if subject.front is None:
        return
    for objective, count in Counter(one.id for one in subject.front.objectives).items():
        if count > 1:
            yield Mistake(
                subject.main,
                0,
                _("Two objectives have the id “{id}”.", id=objective),
                _("Give one of the two another id."),
            )


def objective_challenge(subject: Subject) -> Iterator[Mistake]:
    """Find objectives whose challenge is not there."""
    if subject.front is None:
        return
    count = len(subject.front.challenges)
    for objective in subject.front.objectives:
        if objective.challenge > count:
            yield Mistake(
                subject.main,
                0,
                _(
                    "The objective “{id}” names challenge {n}; there are {count}.",
                    id=objective.id,
                    n=objective.challenge,
                    count=count,
                ),
                _("Name the challenge that shows that it is reached."),
            )


def challenge_without_objective(subject: Subject) -> Iterator[Mistake]:
    """Find challenges that show nothing that the module is for."""
    if subject.front is None:
        return
    shown = {objective.challenge for objective in subject.front.objectives}
    for number in range(1, len(subject.front.challenges) + 1):
        if number not in shown:
            yield Mistake(
                subject.main,
                0,
                _("No objective is shown by challenge {n}.", n=number),
                _("Name it in an objective, or take the challenge out."),
            )


def skill_unknown(subject: Subject) -> Iterator[Mistake]:
    """Find skills that are not of DigComp, of CRCN, or of ours."""
    if subject.front is None:
        return
    for objective in subject.front.objectives:
        for framework, name in FRAMEWORKS.items():
            known = skills().named(framework)
            for skill in getattr(objective, framework):
                if skill not in known:
                    yield Mistake(
                        subject.main,
                        0,
                        _("{framework} has no skill “{skill}”.", framework=name, skill=skill),
                        _("Take one of: {known}.", known=", ".join(known)),
                    )


def role_unknown(subject: Subject) -> Iterator[Mistake]:
    """Find roles that ``roles.toml`` does not have."""
    if subject.front is None:
        return
    named = [*subject.front.group.roles, *(step.role for step in subject.front.workshop.steps)]
    for role in dict.fromkeys(named):
        if role not in roles():
            yield Mistake(
                subject.main,
                0,
                _("There is no role “{role}”.", role=role),
                _("Take one of: {known}.", known=", ".join(roles())),
            )
