"""`fabnum curriculum export` and `import`: modules from site to site."""

from pathlib import Path

from curriculum import exchange, reading
from kit.cli.curriculum_known import known
from kit.cli.curriculum_lint import show
from kit.i18n import _
from kit.settings import DataFolder


def export_module(which: str, out: Path, folder: DataFolder) -> None:
    """Write a module of the kit or of the site as a zip file. Raises FabnumError."""
    module = reading.find(which, folder.modules)
    exchange.give(module.folder, out)
    print(
        _(
            "{file} holds {module}, version {version}.",
            file=out,
            module=module.front.id,
            version=module.front.version,
        )
    )


def import_module(archive: Path, folder: DataFolder) -> None:
    """Take a module in among the site's own. Raises FabnumError, findings printed before."""
    try:
        taken = exchange.take(archive, folder.modules, known())
    except exchange.FaultyModuleError as error:
        show(error.findings, 1)
        raise
    print(_said(taken))


def _said(taken: exchange.Taken) -> str:
    facts = {"module": taken.module_id, "version": taken.version, "folder": taken.folder}
    if taken.result == "new":
        return _("{module} {version} was taken in: {folder}", **facts)
    if taken.result == "same":
        return _("{module} {version} is already there; nothing was changed.", **facts)
    return _(
        "{module} {version} takes the place of version {before}: {folder}",
        before=taken.before,
        **facts,
    )
