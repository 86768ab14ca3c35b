"""`fabnum boards build`: the boards as files that Grafana imports."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from dashboards.boards import boards_of_site, boards_of_town
from dashboards.grafana.dashboard import Surroundings
from dashboards.grafana.files import board_files, write
from kit import i18n
from kit.cli.boards_organisations import all_builds, organisations
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, load

Files = Iterable[tuple[PurePosixPath, str]]


def build_boards(out: Path, languages: list[str], folder: DataFolder | None) -> None:
    """Write one file a board and language: ``<language>/<board>.json``.

    With a data folder, the boards of its towns and of the fabmanagers, each in a folder of their
    own, in the languages of the site. Without one, those of the whole catalogue.
    """
    files = _of_catalogue(languages) if folder is None else boards_of(folder, languages)
    said(out, write(out, files))


def boards_of(folder: DataFolder, languages: list[str]) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the boards of a site: ``<town or _site>/<language>/<board>.json``."""
    settings = load(folder)
    around = Surroundings(
        settings.site.time_zone, wanted_languages(languages, settings.site.languages)
    )
    for organisation in organisations(folder, settings):
        for name, content in board_files(organisation.boards, around):
            yield PurePosixPath(organisation.id, name), content


def wanted_languages(asked: list[str], usual: Iterable[str]) -> tuple[str, ...]:
    """Return the languages asked for, else the usual. Raises FabnumError for an unknown one."""
    known = i18n.languages()
    for language in asked:
        if language not in known:
            raise FabnumError(
                _("The kit does not speak “{language}”.", language=language),
                _("Take one of: {known}.", known=", ".join(known)),
            )
    return tuple(dict.fromkeys(asked)) or tuple(usual)


def said(folder: Path, paths: Iterable[Path]) -> None:
    """Print each file that was written, and how many."""
    count = 0
    for path in paths:
        print(path.relative_to(folder))
        count += 1
    print(i18n.ngettext("{n} file in {folder}.", "{n} files in {folder}.", count, folder=folder))


def _of_catalogue(languages: list[str]) -> Files:
    around = Surroundings(languages=wanted_languages(languages, i18n.languages()))
    return board_files(lambda: [*boards_of_town(all_builds()), *boards_of_site()], around)
