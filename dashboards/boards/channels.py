"""What boards ask of a build's channels."""

from dashboards.board import Panel, Series
from dashboards.query import Query
from kit.catalogue import Build, Channel

COUNTED_UNTIL_S = 120
"""So long after the full hour the reading that counts it may be taken."""


def latest(build: Build, channel: Channel) -> Series:
    """Ask for the last value of a channel, of each object of the build."""
    query = Query(channel.quantity, "last", by=("place", "device"), where={"build": build.id})
    return Series(query, str(channel.name), channel.unit, channel.decimals, channel.bands)


def curve(build: Build, channel: Channel, step_s: int) -> Panel:
    """Show the means of a channel over time, one line for each object."""
    query = Query(
        channel.quantity,
        "mean",
        by=("place", "device"),
        where={"build": build.id},
        step_s=step_s,
    )
    series = Series(query, str(channel.name), channel.unit, channel.decimals, channel.bands)
    return Panel(channel.id, "curve", str(channel.name), str(build.summary), (series,))
