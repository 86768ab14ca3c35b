"""`fabnum enrol`: an object gets its name and its password; a list of objects waits for boards."""

import asyncio
import contextlib
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.prompt import Prompt

from gateway.object_list import Read, read_list
from gateway.office import Office
from gateway.registry import Registry
from kit import firmware
from kit.catalogue import builds
from kit.cli.names import device_key
from kit.cli.networks import known_networks
from kit.cli.private_file import new_private_file
from kit.enrolment import Identity, Wish
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings, load
from provisioning.board import Board
from provisioning.install import put_identity
from provisioning.preflight import examine

MAX_LIST_BYTES = 1_000_000


def enrol_object(
    folder: DataFolder,
    wish: Wish,
    *,
    port: str = "",
    config: Path | None = None,
    yes: bool = False,
) -> None:
    """Enrol one object: onto the board at ``port``, else into the file ``config``.

    What is missing is asked for, unless ``yes`` or nobody sits at the terminal.
    """
    settings = load(folder)
    if not port and config is None:
        raise FabnumError(
            _("Where shall its name and its password go?"),
            _("Name the board’s port with --port, or a file with --config."),
        )
    asks = not yes and sys.stdin.isatty()
    with contextlib.closing(Office(settings, folder, known_networks(folder))) as office:
        if port:
            before, build = asyncio.run(_who_is_there(port))
            wish = replace(wish, build=wish.build or build, again=before)
        wish = _completed(wish, settings, office, asks=asks)
        if port:
            identity = office.enrol(wish)
            asyncio.run(_write_onto(port, identity))
            print(_("The board on {port} is now {device}.", port=port, device=identity.key))
            return
        assert config is not None
        with new_private_file(config) as write:
            identity = office.enrol(wish)
            write(identity.configuration)
        print(
            _("{device} is taken in; its configuration is in {file}.",
              device=identity.key, file=config)
        )  # fmt: skip


def enrol_list(folder: DataFolder, path: Path, *, skip_wrong: bool = False) -> None:
    """Have the objects of a list (CSV) wait for their boards; all of them or none.

    ``skip_wrong`` takes those whose lines are right. Raises FabnumError if a line is wrong.
    """
    settings = load(folder)
    with contextlib.closing(Registry(folder.registry)) as registry:
        read = read_list(_content(path), settings, registry)
        for mistake in read.mistakes:
            print(_("Line {line}: {reason}", line=mistake.line, reason=mistake.reason))
        if read.mistakes and not skip_wrong:
            raise FabnumError(
                ngettext(
                    "One line of the list is wrong; nothing was taken in.",
                    "{n} lines of the list are wrong; nothing was taken in.",
                    len(read.mistakes),
                ),
                _("Correct it and try again, or add --skip-wrong to take the others."),
            )
        registry.expect(read.objects)
    _say_what_waits(read)


def _say_what_waits(read: Read) -> None:
    for device in read.objects:
        print(f"{device.key}  {device.build}  {device.name}, {device.place_name}")
    count = len(read.objects)
    print(ngettext("One object waits for its board.", "{n} objects wait for their boards.", count))
    if read.known:
        print(ngettext("One was known already.", "{n} were known already.", read.known))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_LIST_BYTES + 1)
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be read: {reason}.", file=path, reason=error.strerror),
            _("Name the list as it was saved by the spreadsheet."),
        ) from None
    if len(content) > MAX_LIST_BYTES:
        raise FabnumError(
            _("{file} is too large for a list of objects.", file=path),
            _("Name the list as it was saved by the spreadsheet."),
        )
    return content


def _completed(wish: Wish, settings: Settings, office: Office, *, asks: bool) -> Wish:
    """Ask for what is missing; ``device`` may say its town too."""
    wish = replace(wish, build=wish.build or _asked_build(asks=asks))
    if wish.device:
        named = f"{wish.town}/{wish.device}" if wish.town else wish.device
        town, device = device_key(settings, named)
        return replace(wish, town=town, device=device)
    if asks and not wish.place and wish.again is None and not _is_awaited(office, wish.build):
        place = Prompt.ask(_("Where will it stand?"), default=settings.towns[0].name)
        return replace(wish, place=place)
    return wish


def _asked_build(*, asks: bool) -> str:
    known = builds()
    if not asks:
        raise FabnumError(
            _("What is it going to be?"), _("Say it with --build: {known}.", known=", ".join(known))
        )
    return str(Prompt.ask(_("What is it going to be?"), choices=known, console=Console()))


def _is_awaited(office: Office, build: str) -> bool:
    return any(wish.build == build for wish in office.awaited())


async def _who_is_there(port: str) -> tuple[DeviceKey | None, str]:
    """Return who the board on a port is, if it is anybody, and its build. Raises FabnumError."""
    found = await examine(port)
    found.require_micropython()
    there = found.firmware
    if there is None:
        raise FabnumError(
            _("The board on {port} has no program of the kit yet.", port=port),
            _("Put it on with “fabnum install” first, or take it over the bench."),
        )
    town, device = there["town"], there["device"]
    return DeviceKey(town, device) if town and device else None, there["build"]


async def _write_onto(port: str, identity: Identity) -> None:
    files = firmware.identity(identity.configuration, identity.authority_der)
    await put_identity(Board(port), files, restart=True)
