"""`fabnum curriculum pdf`: the modules on paper, for the site of a data folder or for any."""

from pathlib import Path

from rich.console import Console

from curriculum import reading
from curriculum.model import Module
from curriculum.pdf.writing import Where, write
from kit import i18n
from kit.cli.curriculum_known import known
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder, load

JOIN = "/a"
"""The page on which residents join a workshop."""


def make_pdf(
    data: DataFolder, names: list[str], out: Path, *, languages: str = "", place: str = ""
) -> None:
    """Write the documents of the named modules, or of all, and say where they are.

    ``languages``: ids with commas between, such as ``fr,en``; empty for all. Raises FabnumError.
    """
    console = Console(highlight=False, soft_wrap=True)
    modules = _modules(data, names)
    wanted = _languages(languages)
    with console.status("") as status:
        written = write(
            modules,
            out,
            known=known(),
            languages=wanted,
            where=Where(_live_page(data), place.strip()),
            # Without a terminal the status says nothing.
            begin=lambda path: status.update(_("Writing {file} …", file=path)),
        )
    said = ngettext(
        "{n} file, in the folder {folder}.",
        "{n} files, in the folder {folder}.",
        len(written),
        folder=out,
    )
    console.print(said, markup=False)
    if not _live_page(data):
        console.print(
            _("Posters have room for a QR code: name the site with --data, and it is printed."),
            markup=False,
        )


def _modules(data: DataFolder, names: list[str]) -> list[Module]:
    if not names:
        return list(reading.modules(data.modules))
    found = {name.upper(): reading.find(name, data.modules) for name in names}
    return list(found.values())


def _languages(text: str) -> list[str]:
    wanted = [language.strip().lower() for language in text.split(",") if language.strip()]
    for language in wanted:
        if language not in i18n.languages():
            raise FabnumError(
                _("The kit has no language “{language}”.", language=language),
                _("Take one of: {known}.", known=", ".join(i18n.languages())),
            )
    return list(dict.fromkeys(wanted))


def _live_page(data: DataFolder) -> str:
    """Return where phones join; empty where the data folder is no site."""
    return load(data).pages_address + JOIN if data.settings.is_file() else ""
