"""A build that has no words of its own yet: its readings, as its ``build.toml`` describes them."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from kit.i18n import _


def now(objects: Objects) -> Panel:
    """Show what it measures first."""
    first = objects.of(objects.build.channels[0])
    if first.channel.hidden_below:
        said = _("Each bar is one hour. Very small counts are hidden.")
        return panels.now_counted(objects, first, said)
    return panels.now(objects, first, str(objects.build.summary))


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show the week of each channel."""
    sources = [objects.of(channel) for channel in objects.build.channels]
    counts = _("Each bar is one hour. Very small counts are hidden.")
    means = _("Means of an hour. Compare the objects, and the days.")
    shown = (
        panels.hours_of_week(source, counts)
        if source.channel.hidden_below
        else panels.week(source, means)
        for source in sources
    )
    return (Row(_("The last 7 days"), tuple(shown)),)
