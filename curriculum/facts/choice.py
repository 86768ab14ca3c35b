"""What a directive or the front matter names must exist; if not, say what there is."""

from collections.abc import Mapping
from typing import TypeVar

from kit.errors import FabnumError
from kit.i18n import _

T = TypeVar("T")


def chosen(known: Mapping[str, T], key: str, named_by: str) -> T:
    """Return what is known under a key. Raises FabnumError, which says who named it, if nothing."""
    if key not in known:
        raise FabnumError(
            _("{place} names “{key}”, which does not exist.", place=named_by, key=key),
            _("Take one of: {known}.", known=", ".join(known)),
        )
    return known[key]
