"""Minutes as people write them."""

from kit.i18n import _


def duration(minutes: int) -> str:
    """Write how long something takes: “45 min”, “2 h”, “1 h 30”."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{n} min", n=rest)
    return (
        _("{hours} h {minutes}", hours=hours, minutes=f"{rest:02}") if rest else _("{n} h", n=hours)
    )


def after(minutes: int) -> str:
    """Write a moment counted from the beginning: “0:05”, “1:30”."""
    return f"{minutes // 60}:{minutes % 60:02}"
