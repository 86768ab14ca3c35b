"""``station.show``: readings for the eyes of whoever is there."""

from fabnum import config
from fabnum.program import current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

shown: dict[str, float] = {}
"""What was shown last."""


def show(**values: float) -> None:
    """See ``station.show``."""
    app = current.running()
    app.check(values)
    shown.clear()
    shown.update(values)
    channels = config.load_build()["channels"]
    worst = -1
    for channel in sorted(values):
        value, described = values[channel], channels[channel]
        print(line(channel, value, channels))
        levels = described.get("levels")
        if levels:
            worst = max(worst, levels[sum(value >= bound for bound in described["bands"])])
    if current.light and worst >= 0:
        current.light.show_band(worst)


def line(channel: str, value: float, channels: "dict[str, Any]") -> str:
    """Return a reading as a line: ``temperature = 21,5 °C``."""
    # Six digits are what every chip tells apart; with more, 86.1 would read 86.09999.
    number = ("%.6g" % round(value, 3)).replace(".", ",")
    unit = channels[channel]["unit"]
    return "%s = %s%s" % (channel, number, " " + unit if unit else "")
