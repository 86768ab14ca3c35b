"""`fabnum curriculum site`: the modules as pages that work from a folder or a USB stick."""

from pathlib import Path

from rich.console import Console

from curriculum import reading
from curriculum.site import folder
from curriculum.site.render import render
from curriculum.site.version import version_of
from kit.cli.curriculum_known import known
from kit.i18n import ngettext
from kit.settings import DataFolder


def make_site(data: DataFolder, out: Path) -> None:
    """Render all modules, those of the site's own too, into a folder; say what was made.

    Raises FabnumError for a module that cannot be rendered, or a folder that holds other things.
    """
    count = render_into(data, out)
    said = ngettext(
        "{n} module, in the folder {folder}. Open {page} to read it.",
        "{n} modules, in the folder {folder}. Open {page} to read them.",
        count,
        folder=out,
        page=out / "index.html",
    )
    Console(highlight=False, soft_wrap=True).print(said, markup=False)


def render_into(data: DataFolder, out: Path) -> int:
    """Render all modules into a folder; return how many there are. Raises FabnumError."""
    folder.refuse_others(out)  # before the work
    modules = list(reading.modules(data.modules))
    folder.write(out, render(modules, known()), version_of(data.modules))
    return len(modules)
