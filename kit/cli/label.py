"""`fabnum label`: a sheet of labels for objects, also for those whose boards are still to come."""

import contextlib
from pathlib import Path

from gateway.office import Office
from kit.cli.names import device_key
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder, load
from provisioning.labels import write_sheet


def write_labels(
    folder: DataFolder,
    names: list[str],
    *,
    every: bool = False,
    town: str = "",
    output: Path = Path("labels.pdf"),
    layout: str = "3x8",
    start: int = 1,
    cut_marks: bool = False,
) -> None:
    """Write the labels of the named objects, of all, or of all of a town, to a PDF."""
    settings = load(folder)
    if town and settings.town(town) is None:
        known = ", ".join(town.id for town in settings.towns)
        raise FabnumError(
            _("This site has no town “{town}”.", town=town), _("Take one of: {known}.", known=known)
        )
    keys = [device_key(settings, name) for name in names]
    with contextlib.closing(Office(settings, folder)) as office:
        if every or (town and not names):
            keys += [device.key for device in office.devices()]
            keys += [device_key(settings, f"{w.town}/{w.device}") for w in office.awaited()]
        keys = [key for key in dict.fromkeys(keys) if town in ("", key.town)]
        labels = [office.label(key) for key in keys]
    pages = write_sheet(labels, output, layout=layout, start=start, cut_marks=cut_marks)
    print(
        ngettext("One label is in {file}.", "{n} labels are in {file}.", len(labels), file=output),
        _("Print it at 100 %, without fitting it to the page.")
        if pages == 1
        else _("Print all {pages} pages at 100 %, without fitting them to the page.", pages=pages),
    )
