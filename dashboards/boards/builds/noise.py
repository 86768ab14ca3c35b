"""Noise: when it is too loud to talk (workshop « Le bruit de la cantine »)."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from dashboards.boards.source import DAY_S
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show how loud it is."""
    said = _("How loud it is. Where it is too loud, people speak up, and it gets louder still.")
    return panels.now(objects, objects.source("level"), said)


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show the noise of the meals, and what the charter changed."""
    level = objects.source("level")
    day = _("Ten-minute means. Which meal, which service is the loudest? Ask those who were there.")
    peaks = Panel(
        "peaks-level",
        "curve",
        _("The loudest moments"),
        _("The loudest reading of each ten minutes: chairs, trays, a shout. Felt pads help."),
        (level.highest(panels.DAY_STEP_S, DAY_S),),
    )
    week = _("Compare the week before your charter with the week after it.")
    loud = _("For how many hours the mean was loud. Aim for less next week.")
    return (
        Row(_("The last 24 hours"), (panels.day(level, day), peaks)),
        Row(
            _("The last 7 days"),
            (
                panels.week(level, week),
                panels.hours(level, panels.urgent(level.channel), _("Loud hours"), loud),
            ),
        ),
        Row(
            _("What this is worth"),
            (
                panels.text(
                    "worth",
                    _("No sound is kept"),
                    _("The object only tells a level. No voice ever leaves its memory."),
                    _("The level is unweighted: it is not the dB(A) of the rules for work."),
                ),
            ),
        ),
    )
