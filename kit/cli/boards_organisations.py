"""Who sees which boards: each town its own, the fabmanagers those over all towns."""

from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple

from dashboards.board import Board
from dashboards.boards import boards_of_site, boards_of_town
from dashboards.grafana.files import in_language
from gateway.registry import Registry
from kit.catalogue import Build, builds, load_build
from kit.i18n import _
from kit.settings import DataFolder, Settings
from kit.signals import SITE


class Organisation(NamedTuple):
    """One town, or the fabmanagers (``id`` is then ``_site``), as an organisation of Grafana."""

    id: str
    name: str
    builds: tuple[Build, ...] = ()

    def boards(self) -> list[Board]:
        """Return its boards, in the language in use."""
        return boards_of_site() if self.id == SITE else boards_of_town(self.builds)

    def database(self, settings: Settings) -> str:
        """Return the database that holds what they show. Raises ValueError without InfluxDB."""
        if settings.influx is None:
            raise ValueError("the site has no InfluxDB")
        return settings.influx.database_prefix + self.id


def organisations(folder: DataFolder, settings: Settings) -> list[Organisation]:
    """Return the fabmanagers and the towns of a site, in the order of its settings.

    A town has the boards of what it has built; one that has no objects yet, of all that there is.
    """
    built = _built(folder) if folder.registry.exists() else {}
    towns = [
        Organisation(town.id, town.name, tuple(_of(built.get(town.id, []))))
        for town in settings.towns
    ]
    return [Organisation(SITE, _fabmanagers(settings)), *towns]


def _fabmanagers(settings: Settings) -> str:
    """Return what the fabmanagers' organisation is called: as the site, if no town is called so.

    It is said in the first language of the site, whatever this shell speaks: Grafana knows an
    organisation by its name alone.
    """
    name = settings.site.name
    if name.casefold() not in {town.name.casefold() for town in settings.towns}:
        return name
    return in_language(settings.site.languages[0], lambda: _("{site} (fabmanagers)", site=name))


def all_builds() -> list[Build]:
    """Return the whole catalogue."""
    return [load_build(name) for name in builds()]


def _built(folder: DataFolder) -> dict[str, list[str]]:
    """Return the builds of each town's objects."""
    built: dict[str, list[str]] = {}
    with closing(Registry(folder.registry)) as registry:
        for device in registry.all():
            built.setdefault(device.town, []).append(device.build)
    return built


def _of(names: Sequence[str]) -> list[Build]:
    """Return these builds in the order of the catalogue, without those it no longer has."""
    return [build for build in all_builds() if build.id in names] or all_builds()
