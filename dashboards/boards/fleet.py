"""The fleet, for fabmanagers: who is alive, what ails the rest, where to go first."""

from dashboards.board import Board, Panel, Row, Series
from dashboards.boards.labels import causes, conditions
from dashboards.boards.signals import SAMPLED_S, of_objects, of_towns
from dashboards.boards.source import HOUR_S
from kit.i18n import _

NOT_OF_ALL = ("faulty", "battery", "wifi", "queue", "unchanged", "uptime")
"""Signals that only some objects have: from a battery, with sensors, heard of within the hour."""


def fleet_board() -> Board:
    """Return the board of all objects of all towns."""
    return Board(
        "fleet",
        _("All our objects"),
        _("Who is alive, in all towns, and where to go first."),
        "site",
        (
            Row(_("Who is alive"), (_towns(), _objects())),
            Row(_("Radio and batteries"), (_wifi(), _battery())),
            Row(_("What is lost"), (_lost(), _queue(), _dropped(), _missing(), _refused())),
            Row(_("Starts and versions"), (_starts(), _running(), _versions())),
        ),
    )


def _towns() -> Panel:
    objects = of_towns("objects")
    conditions_of_town = (
        objects.labelled(label).last(SAMPLED_S, word) for label, word in conditions().items()
    )
    return Panel(
        "towns",
        "table",
        _("Objects of each town"),
        _("How many objects are how. The town with the most silent ones comes first."),
        (of_towns("silent").last(SAMPLED_S), *conditions_of_town),
        first="highest",
    )


def _objects() -> Panel:
    return Panel(
        "objects",
        "table",
        _("Each object, the most late first"),
        _("A delay of 1 means silent: look at its power and its Wi-Fi. Then read on to the right."),
        _last("late", "age", "faulty", "wifi", "battery"),
        first="highest",
    )


def _last(*names: str) -> tuple[Series, ...]:
    return tuple(of_objects(name).last(SAMPLED_S, rare=name in NOT_OF_ALL) for name in names)


def _wifi() -> Panel:
    return Panel(
        "wifi",
        "curve",
        _("The weakest Wi-Fi of each town"),
        _("Nearer to zero is better. If it falls, move the object or the access point."),
        (of_objects("wifi").each("town").lowest(HOUR_S, rare=True),),
        width=2,
    )


def _battery() -> Panel:
    return Panel(
        "battery",
        "curve",
        _("The weakest battery of each town"),
        _("A curve that bends down: take a new battery along."),
        (of_objects("battery").each("town").lowest(HOUR_S, rare=True),),
        width=2,
    )


def _lost() -> Panel:
    return Panel(
        "lost",
        "table",
        _("What each object loses"),
        _("The one that dropped most comes first. The curves show the worst of each town."),
        _last("dropped", "queue", "missing", "refused"),
        first="highest",
    )


def _queue() -> Panel:
    return Panel(
        "queue",
        "curve",
        _("Readings that wait in the objects"),
        _("The longest queue of each town. It rises while the network is away, and empties after."),
        (of_objects("queue").each("town").highest(HOUR_S, rare=True),),
        width=2,
    )


def _dropped() -> Panel:
    return Panel(
        "dropped",
        "curve",
        _("Readings dropped by full queues"),
        _("More than zero: an object was cut off for too long. Those readings are gone."),
        (of_objects("dropped").each("town").highest(HOUR_S),),
        width=2,
    )


def _missing() -> Panel:
    return Panel(
        "missing",
        "curve",
        _("Gaps since the journal began"),
        _("A step is a loss on the way, such as a power cut. Look at what happened then."),
        (of_objects("missing").each("town").highest(HOUR_S),),
        width=2,
    )


def _refused() -> Panel:
    return Panel(
        "refused",
        "curve",
        _("Impossible readings"),
        _("A sensor tells what cannot be: check its wires, then replace it."),
        (of_objects("refused").each("town").highest(HOUR_S),),
        width=2,
    )


def _starts() -> Panel:
    reset = of_objects("reset")
    return Panel(
        "starts",
        "table",
        _("Starts of the last 7 days, and why"),
        _("A weak supply: change the charger or the cable. It hung: bring it to the bench."),
        tuple(reset.labelled(label).total(name=word) for label, word in causes().items()),
        first="highest",
    )


def _running() -> Panel:
    return Panel(
        "running",
        "table",
        _("What has just started, and what hangs"),
        _("Started a moment ago: was it unplugged? Unchanged for hours: look at its sensor."),
        _last("uptime", "unchanged"),
        first="lowest",
    )


def _versions() -> Panel:
    return Panel(
        "versions",
        "table",
        _("Firmware versions"),
        _("Which version was last seen on which object. Bring the oldest to the bench."),
        (of_objects("firmware").each("what", "town", "device").age(_("Last seen")),),
        width=2,
    )
