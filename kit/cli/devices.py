"""`fabnum devices`: the list of objects, and what changes it."""

import contextlib
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gateway.office import Office
from gateway.registry import Device, Registry, unknown_device
from gateway.roll_call import roll_call
from gateway.web.cards import Card
from gateway.web.words import Words
from kit.cli.logbook_words import in_words
from kit.cli.names import device_key
from kit.cli.private_file import new_private_file
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings, load


def show_list(folder: DataFolder) -> None:
    """Print the objects: what they are, where they stand, how they are, who has no access."""
    settings = load(folder)
    with contextlib.closing(Registry(folder.registry)) as registry:
        rows, awaited = registry.all(revoked=True), registry.awaited()
        cards = roll_call(settings, folder, registry)
    table = Table(box=None, pad_edge=False)
    for heading in (_("Object"), _("Build"), _("Name"), _("Place"), _("Follows"), _("Now")):
        # What is typed again elsewhere is never cut.
        table.add_column(heading, no_wrap=heading == _("Object"), overflow="fold")
    several = len(settings.towns) > 1
    for row in rows:
        now = _("access ended") if row.revoked else _now(cards.get(row.key))
        name = str(row.key) if several else row.device
        table.add_row(name, row.build, row.name, row.place_name, row.follow, now)
    for row in awaited:
        name = str(row.key) if several else row.device
        table.add_row(name, row.build, row.name, row.place_name, "", _("waits for a board"))
    console = Console()
    if rows or awaited:
        console.print(table)
    else:
        console.print(_("No object yet. Add one with “fabnum devices add”."))


def _now(card: Card | None) -> str:
    return " · ".join(filter(None, (card.word, card.asleep))) if card else ""


def add_device(
    folder: DataFolder, name: str, *, build: str, place: str, label: str, config: Path
) -> None:
    """Take an object in, and write its board's configuration to a file that only we can read."""
    settings = load(folder)
    key = device_key(settings, name)
    wish = Wish(build=build, town=key.town, device=key.device, place=place, name=label)
    with new_private_file(config) as write, _office(settings, folder) as office:
        write(office.enrol(wish).configuration)
    print(_("{device} is taken in; its configuration is in {file}.", device=key, file=config))


def revoke_device(folder: DataFolder, name: str) -> None:
    """End an object's access, or take it off the list if its board is still to come."""
    settings = load(folder)
    key = device_key(settings, name)
    with _office(settings, folder) as office:
        office.revoke(key)
    print(_("{device} can no longer connect; its readings stay.", device=key))


def rotate_device(folder: DataFolder, name: str, *, config: Path) -> None:
    """Give an object a new password."""
    settings = load(folder)
    key = device_key(settings, name)
    with new_private_file(config) as write, _office(settings, folder) as office:
        write(office.rotate(key).configuration)
    print(_("{device} has a new password; it is in {file}.", device=key, file=config))


def hand_over_device(
    folder: DataFolder, name: str, *, town: str, place: str, device: str = "", config: Path | None
) -> None:
    """Hand an object over to another town or place; its readings stay where they were measured.

    Without ``config`` its board gets the new configuration at its next time on the bench.
    """
    settings = load(folder)
    key = device_key(settings, name)
    with contextlib.ExitStack() as stack:
        write = stack.enter_context(new_private_file(config)) if config else None
        office = stack.enter_context(_office(settings, folder))
        wish = Wish(build=office.find(key).build, town=town, device=device, place=place)
        new = office.hand_over(key, wish)
        if write is not None:
            write(new.configuration)
    print(_("{old} is now {new}; its readings so far stay.", old=key, new=new.key))
    if config:
        print(_("The configuration for its board is in {file}.", file=config))
    else:
        print(_("Take its board over the bench: it gets its new name there."))
    print(_("Print its new label with “fabnum label {device}”.", device=new.key))


def note_repair(folder: DataFolder, name: str, note: str) -> None:
    """Note a repair in an object's logbook and its passport."""
    settings = load(folder)
    key = device_key(settings, name)
    with _office(settings, folder) as office:
        office.repair(key, note)
    print(_("The repair of {device} is noted.", device=key))


def show_history(folder: DataFolder, name: str) -> None:
    """Print what happened to an object, the newest first."""
    settings = load(folder)
    key = device_key(settings, name)
    with _office(settings, folder) as office:
        entries = office.entries(key)
        build = office.build(key)
    words = Words(settings.site.time_zone)
    for entry in entries:
        said = in_words(entry, build, words)
        print(f"{words.full_date(entry.time)}, {words.time(entry.time)}  {said}")
    if not entries:
        print(_("Nothing is noted of {device} yet.", device=key))


def follow_source(folder: DataFolder, name: str, source: str) -> None:
    """Let a lamp show ``object/channel`` of its town, or nothing for ``none``."""
    key = device_key(load(folder), name)
    with contextlib.closing(Registry(folder.registry)) as registry:
        lamp = _known(registry, key)
        if lamp.catalogue().command("follow") is None:
            raise FabnumError(
                _("{device} cannot follow anything: it is no lamp.", device=key),
                _("Name a lamp; “fabnum devices” lists the objects."),
            )
        if source == "none":
            registry.set_follow(key, "")
            print(_("{device} follows nothing any more.", device=key))
            return
        followed, _slash, channel = source.partition("/")
        build = _known(registry, DeviceKey(key.town, followed)).catalogue()
        if build.channel(channel) is None:
            raise FabnumError(
                _("{device} does not measure “{channel}”.", device=followed, channel=channel),
                _("Take one of: {known}.", known=", ".join(c.id for c in build.channels)),
            )
        registry.set_follow(key, source)
    print(_("{device} now follows {source}.", device=key, source=source))


def _known(registry: Registry, key: DeviceKey) -> Device:
    device = registry.find(key)
    if device is None or device.revoked is not None:
        raise unknown_device(key)
    return device


def _office(settings: Settings, folder: DataFolder) -> contextlib.closing[Office]:
    return contextlib.closing(Office(settings, folder))
