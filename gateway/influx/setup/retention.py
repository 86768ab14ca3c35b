"""How long readings stay, in words."""

from kit.i18n import _

DAY_S = 86_400


def keeps(days: int) -> str:
    """Say how long readings stay; 0 days are for good."""
    return _("readings stay {days} days", days=days) if days else _("readings stay for good")


def differs(name: str, days: int) -> str:
    """Say that a database that is there already keeps readings for another time."""
    return _(
        "“{name}” stays as it is: {kept}. With --keep you choose another time; what is older is "
        "then deleted.",
        name=name,
        kept=keeps(days),
    )
