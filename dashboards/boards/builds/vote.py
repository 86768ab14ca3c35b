"""Vote: the result, told so that nobody's vote is found out (workshop « Donnez votre avis »)."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from dashboards.boards.source import DAY_S
from kit.i18n import _
from kit.signals import signal

TOLD_S = 900
"""Votes are told every five minutes. What was told before may have been "fewer than five" still."""


def now(objects: Objects) -> Panel:
    """Show the result: a bar for each answer, since the question stands."""
    votes = objects.of(signal("told", "votes"))
    answers = [
        (votes.labelled(channel.id), str(channel.name)) for channel in objects.build.channels
    ]
    hidden = [(answer.hidden(), name) for answer, name in answers]
    return Panel(
        f"result-{objects.build.id}",
        "bars",
        _("Result of the vote"),
        _("The votes since the question stands, in steps of five. Fewer than five are not told."),
        (
            *(answer.last(TOLD_S, name, rare=True) for answer, name in answers),
            *(few.last(TOLD_S, few.named(name)) for few, name in hidden),
        ),
        width=2,
    )


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show when people voted, never finer than an hour."""
    answers = [objects.of(channel) for channel in objects.build.channels]
    hourly = Panel(
        "hours-votes",
        "bars",
        _("Votes, hour by hour"),
        _("When do people vote? Put the box where they pass at that time."),
        tuple(answer.counted(back_s=DAY_S) for answer in answers),
    )
    hidden = Panel(
        "hidden-votes",
        "bars",
        _("Hidden hours"),
        _("Each mark is an hour with so few votes that their number is not told."),
        tuple(answer.hidden().counted(back_s=DAY_S) for answer in answers),
    )
    return (
        Row(_("The last 24 hours"), (hourly, hidden)),
        Row(
            _("What this is worth"),
            (
                panels.text(
                    "worth",
                    _("The limits of a vote box"),
                    _("Those who press are not everybody, and one person may press several times."),
                    _("The question and its answers stand on the object’s page."),
                ),
            ),
        ),
    )
