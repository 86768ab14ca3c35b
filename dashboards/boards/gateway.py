"""The gateway, for fabmanagers: what comes in (RED) and how the machine copes (USE).

Rate, errors, duration: T. Wilkie, "The RED Method". Utilisation, saturation, errors: B. Gregg,
"The USE Method".
"""

from dashboards.board import Board, Panel, Row, Series
from dashboards.boards.signals import SAMPLED_S, of_gateway
from dashboards.boards.source import DAY_S, HOUR_S
from kit.i18n import _

STEP_S = 300


def gateway_board() -> Board:
    """Return the board of the gateway and its machine."""
    return Board(
        "gateway",
        _("The gateway"),
        _("Whether readings come in, are kept and are passed on; and how the machine copes."),
        "site",
        (
            Row(_("Now"), (_broker(), _lag_now(), _disk_now(), _certificate())),
            Row(_("What comes in"), (_messages(), _rejects(), _delay())),
            Row(_("What is kept"), (_journal_size(), _journal_frames(), _journal_up(), _lag())),
            Row(_("The machine"), (_cpu(), _load(), _memory(), _disk())),
        ),
        span_s=DAY_S,
    )


def _tile(name: str, description: str, *, rare: bool = False) -> Panel:
    source = of_gateway(name)
    series = (source.last(SAMPLED_S, rare=rare),)
    panel_id = f"now-{name}".replace("_", "-")
    return Panel(panel_id, "tiles", str(source.channel.name), description, series, width=1)


def _curve(name: str, description: str, *series: Series, rare: bool = False) -> Panel:
    source = of_gateway(name)
    shown = series or (source.mean(STEP_S, rare=rare),)
    panel_id = name.replace("_", "-")
    return Panel(panel_id, "curve", str(source.channel.name), description, shown, width=2)


def _broker() -> Panel:
    return _tile("broker_up", _("Whether objects can send. If not, start the broker again."))


def _lag_now() -> Panel:
    said = _("For how long InfluxDB has not had everything. The journal keeps it: start InfluxDB.")
    return _tile("influx_lag", said, rare=True)


def _disk_now() -> Panel:
    return _tile("disk_free", _("When it gets low, delete what is no longer needed."))


def _certificate() -> Panel:
    said = _("When it ends, objects cannot connect. Restart the gateway before: it renews it.")
    return _tile("certificate", said, rare=True)


def _messages() -> Panel:
    said = _("What objects send. If it falls to zero, look at the broker and the network.")
    return _curve("messages", said)


def _rejects() -> Panel:
    rejects = of_gateway("rejects")
    return Panel(
        "rejects",
        "bars",
        _("Messages refused, by reason"),
        _("What the gateway could not take, hour by hour. Many at once: an object has gone wrong."),
        (rejects.each("what").total(HOUR_S),),
        width=2,
    )


def _delay() -> Panel:
    delay = of_gateway("delay")
    said = _("How long a message takes to the disk. If it rises, the disk is slow or worn out.")
    return _curve(
        "delay",
        said,
        delay.mean(STEP_S, name=_("Mean"), rare=True),
        delay.highest(STEP_S, rare=True),
    )


def _journal_size() -> Panel:
    return _curve("journal_size", _("It grows until its limit; then the oldest readings go."))


def _journal_frames() -> Panel:
    return _curve("journal_frames", _("It rises as long as readings come in."))


def _journal_up() -> Panel:
    said = _("1 is well. 0: the disk is full or broken, and objects keep their readings.")
    return _curve("journal_up", said, of_gateway("journal_up").lowest(STEP_S))


def _lag() -> Panel:
    lag = of_gateway("influx_lag")
    said = _("It rises while InfluxDB is away, and falls once it is back.")
    return _curve("influx_lag", said, lag.highest(STEP_S, rare=True))


def _cpu() -> Panel:
    return _curve("cpu", _("Always near 100: too much runs on this machine."), rare=True)


def _load() -> Panel:
    return _curve("load", _("Above 1, programs wait for the processor."))


def _memory() -> Panel:
    return _curve("memory", _("Above 90, the machine gets slow. Restart what has grown."))


def _disk() -> Panel:
    said = _("A line that falls steadily reaches zero: make room before.")
    return _curve("disk_free", said, of_gateway("disk_free").lowest(STEP_S))
