"""`fabnum devices`: the list of objects, and what changes it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gateway import enrol
from gateway.registry import Device, Registry, unknown_device
from kit.catalogue import load_build
from kit.cli.names import device_key
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, slug
from kit.settings import DataFolder, load


def show_list(folder: DataFolder) -> None:
    """Print the objects: what they are, where they stand, whether their access has ended."""
    load(folder)
    with _registry(folder) as registry:
        rows = registry.all(revoked=True)
    table = Table(box=None, pad_edge=False)
    for heading in (_("Object"), _("Build"), _("Name"), _("Place"), _("Follows"), _("Access")):
        table.add_column(heading)
    for row in rows:
        access = _("ended") if row.revoked else _("yes")
        table.add_row(str(row.key), row.build, row.name, row.place_name, row.follow, access)
    console = Console()
    if rows:
        console.print(table)
    else:
        console.print(_("No object yet. Add one with “fabnum devices add”."))


def add_device(
    folder: DataFolder, name: str, *, build: str, place: str, label: str, config: Path
) -> None:
    """Take an object in, and write its board's configuration to a file that only we can read."""
    settings = load(folder)
    key = device_key(settings, name)
    device = Device(
        town=key.town,
        device=key.device,
        build=build,
        place=slug(place),
        place_name=place,
        name=label or str(load_build(build).name),
    )
    with _new_private_file(config) as write, _registry(folder) as registry:
        write(enrol.enrol(settings, registry, device).configuration)
    print(_("{device} is taken in; its configuration is in {file}.", device=key, file=config))


def revoke_device(folder: DataFolder, name: str) -> None:
    """End an object's access."""
    key = device_key(load(folder), name)
    with _registry(folder) as registry:
        enrol.revoke(registry, key)
    print(_("{device} can no longer connect; its readings stay.", device=key))


def rotate_device(folder: DataFolder, name: str, *, config: Path) -> None:
    """Give an object a new password."""
    settings = load(folder)
    key = device_key(settings, name)
    with _new_private_file(config) as write, _registry(folder) as registry:
        write(enrol.rotate(settings, registry, key).configuration)
    print(_("{device} has a new password; it is in {file}.", device=key, file=config))


def follow_source(folder: DataFolder, name: str, source: str) -> None:
    """Let a lamp show ``object/channel`` of its town, or nothing for ``none``."""
    key = device_key(load(folder), name)
    with _registry(folder) as registry:
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


@contextmanager
def _registry(folder: DataFolder) -> Iterator[Registry]:
    registry = Registry(folder.registry)
    try:
        yield registry
    finally:
        registry.close()


class _Writer:
    """Writes one configuration into a file that was opened before anything was changed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.written = False

    def __call__(self, configuration: dict[str, object]) -> None:
        with os.fdopen(self._descriptor, "w", encoding="utf-8") as file:
            json.dump(configuration, file, indent=2, ensure_ascii=False)
        self.written = True


@contextmanager
def _new_private_file(path: Path) -> Iterator[_Writer]:
    """Open a new file, mode 0600, before a password is made: it could not be shown again.

    Raises FabnumError if the file is there already or cannot be written. Left out on failure.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FabnumError(
            _("{file} is there already.", file=path), _("Name a new file with --config.")
        ) from None
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be written: {reason}.", file=path, reason=error.strerror),
            _("Name another file with --config."),
        ) from None
    writer = _Writer(descriptor)
    try:
        yield writer
    finally:
        if not writer.written:
            os.close(descriptor)
            path.unlink(missing_ok=True)
