"""The panels that many boards have: now, the day, the week, hours of the week, counts by the hour.

Each takes the words that say what is seen and what to do; its id is that of what it shows.
"""

from collections.abc import Iterable

from dashboards.board import First, Panel, Series
from dashboards.boards.channels import Objects
from dashboards.boards.source import DAY_S, HOUR_S, Source
from kit.catalogue import Band, Channel
from kit.i18n import _

DAY_STEP_S = 600
"""Ten-minute means: fine enough to see windows being opened, too coarse to see one person."""


def now(objects: Objects, source: Source, description: str, first: First = "highest") -> Panel:
    """Show the last value of each object, large, with what it means."""
    return Panel(
        f"now-{objects.build.id}",
        "tiles",
        str(objects.build.name),
        sentences(description, _("An object that is silent is not shown.")),
        (source.last(objects.fresh_s),),
        width=2,
        first=first,
    )


def day(source: Source, description: str, *, width: int = 4) -> Panel:
    """Show the curve of the last day, in means of ten minutes."""
    series = (source.mean(DAY_STEP_S, DAY_S),)
    return Panel(_id("day", source), "curve", _title(source), description, series, width)


def week(source: Source, description: str, *, width: int = 4) -> Panel:
    """Show the curve of the board's time, a week unless somebody chooses another; hourly means."""
    series = (source.mean(HOUR_S),)
    return Panel(_id("week", source), "curve", _title(source), description, series, width)


def hours(source: Source, bands: Iterable[Band], title: str, description: str) -> Panel:
    """Show for how many hours of the board's time each object was in these bands."""
    series = tuple(source.hours(band) for band in bands)
    return Panel(_id("hours", source), "bars", title, description, series, first="highest")


def now_counted(objects: Objects, source: Source, description: str) -> Panel:
    """Show what was counted in each hour of the last day, and which of them are hidden."""
    title = _("{build}: {what}", build=objects.build.name, what=source.channel.name)
    series = (source.counted(back_s=DAY_S), source.hidden().counted(back_s=DAY_S))
    return Panel(f"now-{objects.build.id}", "bars", title, description, series, width=2)


def hours_of_week(source: Source, description: str) -> Panel:
    """Show what was counted in each hour of the board's time, and which of them are hidden."""
    series = (source.counted(), source.hidden().counted())
    return Panel(_id("week", source), "bars", _title(source), description, series)


def days_of_week(source: Source, description: str) -> Panel:
    """Show what was counted in each day of the board's time."""
    title = _("{quantity}, day by day", quantity=source.channel.name)
    series = (source.counted(DAY_S),)
    return Panel(_id("days", source), "bars", title, description, series, width=2)


def objects_table(objects: Objects, title: str) -> Panel:
    """Show each object of a build, place by place: its last values, and how old they are."""
    sources = [objects.of(channel) for channel in objects.build.channels]
    return Panel(
        f"objects-{objects.build.id}",
        "table",
        title,
        _("The last reading of each object, and its age. If it is old, go and see the object."),
        (*(s.last() for s in sources if not s.channel.hidden_below), *_ages(sources[0])),
    )


def text(panel_id: str, title: str, *said: str) -> Panel:
    """Show words alone; each of ``said`` is a paragraph."""
    description = _("Read this before you tell others of these numbers.")
    return Panel(panel_id, "text", title, description, text="\n\n".join(said))


def sentences(*said: str) -> str:
    """Return sentences as one text."""
    return " ".join(said)


def urgent(channel: Channel) -> list[Band]:
    """Return what asks for something among the meanings of a channel."""
    return [band for band in channel.bands if band.state != "good"]


def _ages(source: Source) -> tuple[Series, ...]:
    """Ask how old the last reading is. Of counts, one that is hidden is one, too."""
    if source.channel.hidden_below:
        return (source.age(_("Last count shown")), source.hidden().age(_("Last count hidden")))
    return (source.age(),)


def _id(what: str, source: Source) -> str:
    return f"{what}-{source.channel.id}".replace("_", "-")


def _title(source: Source) -> str:
    return str(source.channel.name)
