"""How people name an object on the command line."""

from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, is_slug
from kit.settings import Settings


def device_key(settings: Settings, text: str) -> DeviceKey:
    """Read ``town/device``, or ``device`` alone where the site has one town.

    Raises FabnumError when the town is missing or unknown, or the name is no slug.
    """
    town, slash, device = text.rpartition("/")
    if not slash:
        if len(settings.towns) > 1:
            raise FabnumError(
                _("This site has several towns: “{name}” alone does not say which.", name=text),
                _(
                    "Write town/object, such as {example}.",
                    example=f"{settings.towns[0].id}/{text}",
                ),
            )
        town = settings.towns[0].id
    if settings.town(town) is None:
        known = ", ".join(town.id for town in settings.towns)
        raise FabnumError(
            _("This site has no town “{town}”.", town=town), _("Take one of: {known}.", known=known)
        )
    if not is_slug(device):
        raise FabnumError(
            _("“{name}” cannot name an object.", name=device),
            _("Use 1 to 32 of: a-z, 0-9 and the hyphen."),
        )
    return DeviceKey(town, device)
