"""`fabnum boards build`: the boards as files that Grafana imports."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from dashboards.boards import boards_of_site, boards_of_town
from dashboards.grafana.dashboard import Surroundings
from dashboards.grafana.files import board_files, write
from kit import i18n
from kit.cli.boards_organisations import Organisation, all_builds, organisations
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, Settings, load

Files = Iterator[tuple[PurePosixPath, str]]


def build_boards(out: Path, languages: list[str], folder: DataFolder | None) -> None:
    """Write one file a board and language: ``<language>/<board>.json``.

    With a data folder, the boards of its towns and of the fabmanagers, each in a folder of their
    own, in the languages of the site. Without one, those of the whole catalogue.
    """
    if folder is None:
        said(out, write(out, _of_catalogue(languages)))
    else:
        settings = load(folder)
        every = organisations(folder, settings)
        said(out, write(out, files_of(every, surroundings(settings, languages))))


def files_of(every: Iterable[Organisation], around: Surroundings) -> Files:
    """Yield the boards of organisations: ``<town or _site>/<language>/<board>.json``."""
    for organisation in every:
        for name, content in board_files(organisation.boards, around):
            yield PurePosixPath(organisation.id, name), content


def surroundings(settings: Settings, languages: list[str]) -> Surroundings:
    """Return the site's time zone and the languages asked for, else its own.

    Raises FabnumError for a language that the kit does not speak.
    """
    return Surroundings(settings.site.time_zone, _wanted(languages) or (*settings.site.languages,))


def said(folder: Path, paths: Iterable[Path]) -> None:
    """Print each file that was written, and how many."""
    count = 0
    for path in paths:
        print(path.relative_to(folder))
        count += 1
    print(i18n.ngettext("{n} file in {folder}.", "{n} files in {folder}.", count, folder=folder))


def _of_catalogue(languages: list[str]) -> Files:
    around = Surroundings(languages=_wanted(languages) or (*i18n.languages(),))
    return board_files(lambda: [*boards_of_town(all_builds()), *boards_of_site()], around)


def _wanted(languages: list[str]) -> tuple[str, ...]:
    known = i18n.languages()
    for language in languages:
        if language not in known:
            raise FabnumError(
                _("The kit does not speak “{language}”.", language=language),
                _("Take one of: {known}.", known=", ".join(known)),
            )
    return tuple(dict.fromkeys(languages))
