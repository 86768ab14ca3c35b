"""Weather: the neighbourhood, beside the official figure (workshop « Météo du quartier »)."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from dashboards.boards.source import DAY_S
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show the temperature outside."""
    said = _("The temperature outside. Streets of stone are warmer than streets with trees.")
    return panels.now(objects, objects.source("temperature"), said)


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show the day and the week, with the coldest and the warmest of each day."""
    temperature, pressure = objects.source("temperature"), objects.source("pressure")
    day = _("Compare with the official figure. A peak at one hour only: the sun shines on the box.")
    week = _("Compare the stations. Which street stays warm at night?")
    extremes = Panel(
        "extremes-temperature",
        "curve",
        _("Coldest and warmest of each day"),
        _("A day is counted in Universal Time. In a heat wave, watch the lowest: the nights."),
        (temperature.lowest(DAY_S), temperature.highest(DAY_S)),
    )
    falls = _(
        "When it falls fast, wind or rain is coming. Reports give it for the height of the sea."
    )
    humidity = _("Near 100, there is mist or rain.")
    return (
        Row(_("The last 24 hours"), (panels.day(temperature, day),)),
        Row(
            _("The last 7 days"),
            (
                panels.week(temperature, week),
                extremes,
                panels.week(pressure, falls, width=2),
                panels.week(objects.source("humidity"), humidity, width=2),
            ),
        ),
    )
