"""How long, how hard and how well tried a module is, in words."""

from babel.dates import format_date

from curriculum.model import FrontMatter
from kit import i18n
from kit.i18n import _

NO_BREAK = "\u00a0"
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def duration(minutes: int) -> str:
    """Write how long something takes: “45 min”, “2 h”, “4 h 30”."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{n} min", n=minutes).replace(" ", NO_BREAK)
    written = f"{hours}{NO_BREAK}h"
    return f"{written}{NO_BREAK}{rest:02}" if rest else written


def difficulty(front: FrontMatter) -> str:
    """Say how hard a module is."""
    return {
        "beginner": _("Beginner"),
        "intermediate": _("Intermediate"),
        "advanced": _("Advanced"),
    }[front.difficulty]


def status(front: FrontMatter) -> str:
    """Say how far a module has been tried."""
    return {
        "draft": _("Draft: not tried yet."),
        "trial": _("On trial: not held with a group yet."),
        "ready": _("Ready: held with groups."),
    }[front.status]


def tested(front: FrontMatter) -> str:
    """Say when and on what a module was gone through last."""
    day = format_date(
        front.last_tested.day, "long", locale=_LOCALES.get(i18n.current(), "en_GB")
    ).replace(" ", NO_BREAK)
    return _("Last gone through on {day}: {what}.", day=day, what=front.last_tested.what)
