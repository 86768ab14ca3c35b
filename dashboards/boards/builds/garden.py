"""Garden: when to water (workshop « Le jardin qui parle »)."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show how moist the soil is, the driest first."""
    said = _("How moist the soil is. Water the driest first.")
    return panels.now(objects, objects.source("moisture"), said, first="lowest")


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show how the soil dries, and how much sun it has."""
    moisture = objects.source("moisture")
    week = _("Each jump is rain or water. Plan the rota by how many days the soil takes to dry.")
    dry = _("For how many hours the soil was too dry or too wet. Begin with the longest bar.")
    light = _("Soil in the sun dries faster. Mulch keeps it moist.")
    return (
        Row(
            _("The last 7 days"),
            (
                panels.week(moisture, week),
                panels.hours(
                    moisture,
                    panels.urgent(moisture.channel),
                    _("Hours too dry or too wet"),
                    dry,
                ),
                panels.week(objects.source("light"), light),
            ),
        ),
    )
