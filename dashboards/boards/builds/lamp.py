"""Lamp: is it there, is it lit (workshop « Ma lampe et le Wi-Fi »). Nothing of who switched it."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from dashboards.boards.source import DAY_S
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show which lamps are lit."""
    said = _("Which lamps are lit. One that is missing may have lost its power or its Wi-Fi.")
    return panels.now(objects, objects.source("on"), said)


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show how much the lamps were used: by the hour and by the day, never by the press."""
    lit = objects.source("on")
    week = _("How bright each lamp was, hour by hour. Is it lit when nobody is there?")
    presses = Panel(
        "days-presses",
        "bars",
        _("Button presses, day by day"),
        _("How often the button was pressed. By the day only: who pressed is nobody’s business."),
        (objects.source("presses").total(DAY_S),),
        width=2,
    )
    lit_hours = _("For how many hours each lamp was lit. Was it of use to somebody?")
    return (
        Row(
            _("The last 7 days"),
            (
                panels.week(objects.source("brightness"), week),
                panels.hours(lit, lit.channel.bands, _("Hours lit and off"), lit_hours),
                presses,
            ),
        ),
        Row(
            _("What this is worth"),
            (
                panels.text(
                    "follows",
                    _("What it follows"),
                    _("A lamp can follow a sensor, such as the air of a room."),
                    _("Which one it is stands on the object’s page."),
                    _("Nothing here says who switched the lamp."),
                ),
            ),
        ),
    )
