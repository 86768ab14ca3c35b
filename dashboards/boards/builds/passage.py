"""Passage: visits an hour, and how far to believe them (« Compter sans surveiller »).

For the counter of entries and exits, and for the one that only sees movements.
"""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show the hours of the last day: what was counted first, entries or movements."""
    return panels.now_counted(
        objects,
        objects.of(objects.build.channels[0]),
        _("Each bar is one hour. Where very few came, a mark hides the number."),
    )


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show the rhythm of the week, hour by hour and day by day."""
    sources = [objects.of(channel) for channel in objects.build.channels]
    week = _("When do people come? Set the opening hours by it. A hidden hour had very few.")
    days = _("A day is counted in Universal Time. Hidden hours are left out: a few more came.")
    return (
        Row(_("Hour by hour"), tuple(panels.hours_of_week(source, week) for source in sources)),
        Row(_("Day by day"), tuple(panels.days_of_week(source, days) for source in sources)),
        Row(
            _("What this is worth"),
            (
                panels.text(
                    "worth",
                    _("The error of the counter"),
                    _("Every counter errs. A count by hand shows by how much."),
                    _("Once measured, the error stands on the object’s page: always tell it, too."),
                    _("No camera, no telephone: nobody can be recognised here."),
                ),
            ),
        ),
    )
