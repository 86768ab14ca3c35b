"""What the badges are for: made of the modules, whose objectives are their criteria."""

import logging

from curriculum.model import FrontMatter
from curriculum.reading import folders, front_of
from gateway.badges.achievement import Criterion, Definition
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder

log = logging.getLogger(__name__)


def definitions(folder: DataFolder) -> dict[str, Definition]:
    """Return the badges by module, the site's own modules among them.

    A module whose front matter cannot be read has no badge: the log says why. The texts are not
    read: the service makes these when it starts.
    """
    found = {}
    for place in folders(folder.modules):
        try:
            front = front_of(place)
        except FabnumError as error:
            log.warning("%s", error)
            continue
        found[front.id] = definition(front)
    return found


def find(folder: DataFolder, module: str) -> Definition:
    """Return the badge of a module. Raises FabnumError if there is no such module."""
    known = definitions(folder)
    if module.upper() not in known:
        raise FabnumError(
            _("There is no module “{module}”.", module=module),
            _("Take one of these: {modules}", modules=", ".join(known)),
        )
    return known[module.upper()]


def definition(front: FrontMatter) -> Definition:
    """Return the badge of one module."""
    return Definition(
        module=front.id,
        version=front.version,
        name=dict(front.badge.name),
        description=dict(front.badge.description),
        criteria={language: _criteria(front, language) for language in i18n.languages()},
        minutes=front.all_minutes,
    )


def _criteria(front: FrontMatter, language: str) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(
            text=objective.criterion.get(language, objective.criterion[i18n.DEFAULT_LANGUAGE]),
            skills=(
                *(f"DigComp {skill}" for skill in objective.digcomp),
                *(f"CRCN {skill}" for skill in objective.crcn),
            ),
        )
        for objective in front.objectives
    )
