"""`fabnum orders`: what was ordered, and how far it is, as the site sees it."""

import contextlib
import json
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from gateway.journal.reader import Reader
from gateway.logbook import Logbook
from gateway.programme import order as orders
from gateway.programme.order import Order
from gateway.programme.progress import Known, Progress, Stage, progress
from gateway.registry import Registry
from kit.catalogue import load_build
from kit.days import today
from kit.errors import FabnumError
from kit.folders import make_folder
from kit.i18n import _
from kit.names import DeviceKey, is_slug, slug
from kit.printing import write
from kit.settings import DataFolder, load


def stage_words(stage: Stage) -> str:
    """Return how far an object or an order is, in words."""
    return {
        Stage.ORDERED: _("ordered"),
        Stage.AWAITED: _("begun"),
        Stage.ENROLLED: _("built"),
        Stage.TESTED: _("tested"),
        Stage.PUBLISHING: _("at work"),
        Stage.ACCEPTED: _("accepted"),
    }[stage]


def progress_of_all(folder: DataFolder) -> dict[str, tuple[Order, Progress]]:
    """Return every order of a site and how far it is."""
    settings = load(folder)
    found = orders.read_all(folder.orders)
    now = time.time()
    with contextlib.ExitStack() as open_files:
        known = _known(folder, open_files)
        for one in found.values():
            settings.require_town(one.town)
        return {name: (one, progress(one, known, today(), now)) for name, one in found.items()}


def show_list(folder: DataFolder, *, as_json: bool) -> None:
    """List the orders, those that are due first before the others."""
    found = progress_of_all(folder)
    rows = sorted(found.items(), key=lambda item: (item[1][0].accepted is not None, item[1][0].due))
    if as_json:
        print(json.dumps([_as_json(name, *row) for name, row in rows], ensure_ascii=False))
        return
    console = Console(highlight=False)
    if not rows:
        console.print(_("There is no order yet. Write one with “fabnum orders new”."))
        return
    # The name is typed after "orders show": it is never cut, whatever the terminal is.
    table = Table(Column(_("Order"), no_wrap=True), _("What"), _("Due"), _("How far"))
    for name, (one, far) in rows:
        due = f"[bold]{one.due} {_('late')}[/bold]" if far.late else str(one.due)
        wanted = f"{what(one)}\n[dim]{escape(one.client)}[/dim]"
        table.add_row(name, wanted, due, _far(far, one))
    console.print(table)


def show(folder: DataFolder, name: str) -> None:
    """Show one order with its objects, and what is to be looked at before it is handed over."""
    one, far = _find(folder, name)
    console = Console(soft_wrap=True, markup=False, highlight=False)
    console.print(one.title, style="bold")
    console.print(one.need)
    console.print(_("For: {client}, {place}", client=one.client, place=one.place))
    console.print(_("Ordered on {ordered}, due on {due}.", ordered=one.ordered, due=one.due))
    console.print(_("How far: {far}", far=_far(far, one)))
    for device, stage in sorted(far.objects.items()):
        console.print("  " + _("{place}: {word}", place=device, word=stage_words(stage)))
    if far.missing:
        console.print(
            _(
                "Next: build it with “fabnum bench --build {build}”, for {place}.",
                build=one.build,
                place=one.place,
            )
        )
    console.print(_("Before it is handed over, look together:"))
    for line in one.acceptance:
        console.print(f"  ☐ {line}")
    console.print(_("Its workshop: {workshop}", workshop=orders.workshop_of(one)))


def new(folder: DataFolder, name: str, order: Order) -> None:
    """Write the file of a new order. Raises FabnumError if it cannot be, or exists already."""
    load(folder).require_town(order.town)
    path = _path(folder, name or f"{order.ordered:%Y-%m}-{slug(order.title)}"[:32].rstrip("-"))
    if path.exists():
        raise FabnumError(
            _("There is an order “{name}” already.", name=path.stem),
            _("Give the new one another name."),
        )
    make_folder(path.parent, _("Check the disk and the rights of the data folder."))
    write(path, orders.text_of(order).encode())
    try:
        orders.read(path)
    except FabnumError:
        path.unlink()
        raise
    Console(soft_wrap=True, markup=False).print(_("The order is in {file}.", file=path))


def accept(folder: DataFolder, name: str) -> None:
    """Note that the client was content today. Raises FabnumError if it is not at work yet.

    The line is put at the end of the file: what people wrote into it, notes too, stays.
    """
    one, far = _find(folder, name)
    if one.accepted:
        raise FabnumError(
            _("The order “{name}” was accepted on {day}.", name=name, day=one.accepted),
            _("Correct the day in its file, if it is wrong."),
        )
    if far.stage < Stage.PUBLISHING:
        raise FabnumError(
            _("The order “{name}” is not at work yet: {far}.", name=name, far=_far(far, one)),
            _(
                "Finish its objects first; “fabnum orders show {name}” says what is next.",
                name=name,
            ),
        )
    path = _path(folder, name)
    text = path.read_text(encoding="utf-8-sig").rstrip("\n")
    write(path, f"{text}\naccepted = {today().isoformat()}\n".encode())
    Console().print(_("The order “{name}” is accepted.", name=name))


def what(order: Order) -> str:
    """Return what was ordered in words, such as “3 × Connected lamp”."""
    return f"{order.count} × {load_build(order.build).name}"


def _known(folder: DataFolder, open_files: contextlib.ExitStack) -> Known:
    registry = open_files.enter_context(contextlib.closing(Registry(folder.registry)))
    logbook = open_files.enter_context(contextlib.closing(Logbook(folder.logbook)))
    if not folder.journal.exists():
        return Known(registry.all(), registry.awaited(), logbook.passed(), lambda _key: 0.0)
    reader = open_files.enter_context(contextlib.closing(Reader(folder.journal, lambda: None)))

    def heard(key: DeviceKey) -> float:
        frame = reader.latest(key)
        return frame.time if frame is not None else 0.0

    return Known(registry.all(), registry.awaited(), logbook.passed(), heard)


def _find(folder: DataFolder, name: str) -> tuple[Order, Progress]:
    found = progress_of_all(folder)
    if name not in found:
        raise FabnumError(
            _("There is no order “{name}”.", name=name),
            _("See the list with “fabnum orders”."),
        )
    return found[name]


def _path(folder: DataFolder, name: str) -> Path:
    if not is_slug(name):
        raise FabnumError(
            _("“{name}” cannot name an order.", name=name),
            _("Use 1 to 32 of: a-z, 0-9 and the hyphen."),
        )
    return folder.orders / f"{name}.toml"


def _far(far: Progress, order: Order) -> str:
    if far.stage is Stage.ACCEPTED:
        return stage_words(far.stage)
    counts = {stage: far.count(stage) for stage in (Stage.ENROLLED, Stage.TESTED, Stage.PUBLISHING)}
    reached = [
        f"{stage_words(stage)} {count}/{order.count}" for stage, count in counts.items() if count
    ]
    return ", ".join(reached) or stage_words(far.stage)


def _as_json(name: str, one: Order, far: Progress) -> dict[str, object]:
    return {
        "order": name,
        "title": one.title,
        "client": one.client,
        "town": one.town,
        "place": one.place,
        "build": one.build,
        "count": one.count,
        "due": one.due.isoformat(),
        "stage": far.stage.name.lower(),
        "objects": {device: stage.name.lower() for device, stage in far.objects.items()},
        "late": far.late,
    }
