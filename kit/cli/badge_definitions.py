"""What the badges are for: made of the modules, whose objectives are their criteria."""

import logging

from curriculum.model import Module
from curriculum.reading import folders, load
from gateway.badges.achievement import Criterion, Definition
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder

log = logging.getLogger(__name__)


def definitions(folder: DataFolder) -> dict[str, Definition]:
    """Return the badges by module, the site's own modules among them.

    A module that cannot be read has no badge: the log says why.
    """
    found = {}
    for place in folders(folder.modules):
        try:
            module = load(place)
        except FabnumError as error:
            log.warning("%s", error)
            continue
        found[module.front.id] = definition(module)
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


def definition(module: Module) -> Definition:
    """Return the badge of one module."""
    front = module.front
    return Definition(
        module=front.id,
        version=front.version,
        name=dict(front.badge.name),
        description=dict(front.badge.description),
        criteria={language: _criteria(module, language) for language in i18n.languages()},
        minutes=module.minutes,
    )


def _criteria(module: Module, language: str) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(
            text=objective.criterion.get(language, objective.criterion[i18n.DEFAULT_LANGUAGE]),
            skills=(
                *(f"DigComp {skill}" for skill in objective.digcomp),
                *(f"CRCN {skill}" for skill in objective.crcn),
            ),
        )
        for objective in module.front.objectives
    )
