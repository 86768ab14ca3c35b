"""Climate: 19 °C, and damp (workshop « 19 °C »)."""

from itertools import dropwhile

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from kit.catalogue import Band, Channel
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show how warm the rooms are."""
    said = _("Rooms are heated to 19 °C at most. Turn the heating down first where it is warmest.")
    return panels.now(objects, objects.source("temperature"), said)


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show the heating of the week, and where it is damp."""
    temperature, humidity = objects.source("temperature"), objects.source("humidity")
    day = _("When does the heating start, and when does it stop? Compare with the hours of use.")
    nights = _("At night and at the weekend the curve should fall. If not, set the timer.")
    warm = _("For how many hours each room was too warm. Each degree less saves energy.")
    damp = _("Air that stays damp brings mould. Air the room, and look for cold walls.")
    hours = _("For how many hours each room was too dry or too damp. Begin with the longest bar.")
    return (
        Row(_("The last 24 hours"), (panels.day(temperature, day),)),
        Row(
            _("The last 7 days"),
            (
                panels.week(temperature, nights),
                panels.hours(
                    temperature,
                    _too_warm(temperature.channel),
                    _("Hours above 19 °C"),
                    warm,
                ),
            ),
        ),
        Row(
            _("Damp"),
            (
                panels.week(humidity, damp),
                panels.hours(
                    humidity,
                    panels.urgent(humidity.channel),
                    _("Hours too dry or too damp"),
                    hours,
                ),
            ),
        ),
    )


def _too_warm(channel: Channel) -> list[Band]:
    """Return the bands above the good one. A room may well be cold at night."""
    _good, *above = dropwhile(lambda band: band.state != "good", channel.bands)
    return above
