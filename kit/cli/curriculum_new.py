"""`fabnum curriculum new`: a module to write, with the facts of its build already in it."""

from pathlib import Path

from curriculum import new, reading
from kit.i18n import _
from kit.settings import DataFolder


def new_module(build: str, module_id: str, to: Path | None, folder: DataFolder) -> None:
    """Write a new module into ``to``, else among the site's own. Raises FabnumError."""
    taken = (reading.id_of(one) for one in reading.folders(folder.modules))
    made = new.make(build, module_id.upper() or new.next_id(taken), to or folder.modules)
    print(_("{folder} is ready to be written.", folder=made))
    print(_("See what is missing: fabnum curriculum lint {folder}", folder=made))
