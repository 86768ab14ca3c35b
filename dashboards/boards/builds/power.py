"""Power: what a device draws (workshop « Combien ça consomme ? »)."""

from dashboards.board import Panel, Row
from dashboards.boards import panels
from dashboards.boards.channels import Objects
from dashboards.boards.source import HOUR_S
from kit.i18n import _

MINUTE_S = 60


def now(objects: Objects) -> Panel:
    """Show what the device on the table draws."""
    said = _("What the device that is plugged in draws now. Switch it to standby, and compare.")
    return panels.now(objects, objects.source("power"), said)


def rows(objects: Objects) -> tuple[Row, ...]:
    """Show the hour of the workshop, then what was drawn hour by hour."""
    sources = [objects.of(channel) for channel in objects.build.channels]
    power = objects.source("power")
    said = {
        "power": _("One point a minute. Each step is something that is switched on or off."),
        "voltage": _(
            "It should stay the same. If it falls when something starts, the supply is weak."
        ),
        "current": _("Below zero, the two wires of the device are swapped."),
    }
    week = _("Means of an hour. 10 W for one hour are 10 Wh: add the hours up.")
    return (
        Row(
            _("The last hour"),
            tuple(
                Panel(
                    f"hour-{source.channel.id}",
                    "curve",
                    str(source.channel.name),
                    said[source.channel.id],
                    (source.mean(MINUTE_S, HOUR_S),),
                    width=4 if source == power else 2,
                )
                for source in sorted(sources, key=lambda source: source != power)
            ),
        ),
        Row(_("The last 7 days"), (panels.week(power, week),)),
    )
