"""Air: when to open the windows (workshop « J’aère quand ? »)."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show how stale the air is."""
    said = _(
        "CO₂ comes from our breath: it tells how stale the air is. Air the fullest room first."
    )
    return panels.now(objects, objects.source("co2"), said)


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show how the air fared, and how quickly airing helps."""
    co2 = objects.source("co2")
    day = _("Look for a steep fall: the windows were open. The steeper it is, the better they air.")
    week = _("When does the air get stale, day after day? Open the windows just before that.")
    stale = _("For how many hours each room lacked fresh air. Aim for less next week.")
    temperature = _("If the room cools down too much, air for a shorter time, but more often.")
    humidity = _("Breath is damp, too. Open windows let the damp out.")
    return (
        Row(_("The last 24 hours"), (panels.day(co2, day),)),
        Row(
            _("The last 7 days"),
            (
                panels.week(co2, week),
                panels.hours(co2, panels.urgent(co2.channel), _("Hours to air"), stale),
                panels.week(objects.source("temperature"), temperature, width=2),
                panels.week(objects.source("humidity"), humidity, width=2),
            ),
        ),
        Row(
            _("What this is worth"),
            (
                panels.text(
                    "worth",
                    _("For teaching"),
                    _("This object is for learning. It does not replace the measurement by law."),
                    _("A curve of CO₂ shows when a room is in use. That is why it shows means."),
                ),
            ),
        ),
    )
