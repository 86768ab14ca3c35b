"""Which town a command is about, where a site has several."""

from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import Settings


def town_of(settings: Settings, named: str) -> str:
    """Return the id of the named town, or of the only one. Raises FabnumError if it is unclear."""
    if not named:
        if len(settings.towns) > 1:
            known = ", ".join(town.id for town in settings.towns)
            raise FabnumError(
                _("This site has several towns: say which one is meant."),
                _("Add --town and one of these: {towns}", towns=known),
            )
        return settings.towns[0].id
    settings.require_town(named)
    return named
