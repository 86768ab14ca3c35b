"""A list of objects whose boards are still to come, as a spreadsheet writes it (CSV).

    town;place;build;name;device;cohort;workshop
    Gonesse;École Pasteur;air;Air de la salle 3;;2026-A;M02

The first line names the columns, in French or English and in any order; ``place`` and ``build``
are needed, ``town`` where a site has several. Columns are parted by ``;`` (French spreadsheets),
``,`` or tabs; a line ``sep=;`` may come first (Excel).
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from gateway.naming import free_names
from gateway.registry import Device, Registry, require_usable
from kit.catalogue import builds, load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import slug
from kit.settings import Settings

MAX_ROWS = 1000

_COLUMNS = {
    "town": ("town", "ville", "commune"),
    "place": ("place", "lieu", "emplacement"),
    "build": ("build", "objet", "montage", "type", "modele"),
    "name": ("name", "nom"),
    "device": ("device", "identifiant", "id"),
    "cohort": ("cohort", "cohorte", "promotion", "promo", "groupe"),
    "workshop": ("workshop", "atelier"),
}
_NEEDED = ("place", "build")


class Mistake(NamedTuple):
    """A line that cannot be taken: its number as the spreadsheet shows it, and the reason."""

    line: int
    reason: str


class Read(NamedTuple):
    """What a list holds: objects to await, how many were there already, and wrong lines."""

    objects: list[Device]
    known: int
    mistakes: list[Mistake]


class _Row(NamedTuple):
    line: int
    cells: dict[str, str]


def read_list(content: bytes, settings: Settings, registry: Registry) -> Read:
    """Read a list. Objects without an id get the next free ones.

    A line that was read before counts as known, so that the same list may be given twice. Raises
    FabnumError if the file is no list at all.
    """
    reader = _Reader(settings, registry)
    for row in list(_rows(_text(content))):
        reader.take(row)
    return Read(reader.objects, reader.known, reader.mistakes)


class _Reader:
    """Takes the lines of one list."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self._settings = settings
        self._names = {town.id: registry.names(town.id) for town in settings.towns}
        there = [*registry.all(revoked=True), *registry.awaited()]
        self._there = {device.key: _content(device) for device in there}
        self._unclaimed = Counter(self._there.values())
        self.objects: list[Device] = []
        self.known = 0
        self.mistakes: list[Mistake] = []

    def take(self, row: _Row) -> None:
        """Add what one line says."""
        try:
            device = self._device(row.cells)
            if self._is_known(device):
                self.known += 1
                return
            self.objects.append(self._named(device))
        except FabnumError as error:
            self.mistakes.append(Mistake(row.line, error.cause))

    def _device(self, cells: dict[str, str]) -> Device:
        build, place = _build_id(cells["build"]), cells["place"]
        if not slug(place):
            raise FabnumError(_("The place is missing."))
        device = Device(
            town=self._town_id(cells.get("town", "")),
            device=cells.get("device", ""),
            build=build,
            place=slug(place),
            place_name=place,
            name=cells.get("name") or str(load_build(build).name),
            cohort=cells.get("cohort", ""),
            workshop=cells.get("workshop", ""),
        )
        if device.device:
            require_usable(device)
        return device

    def _is_known(self, device: Device) -> bool:
        if device.device:
            return self._there.get(device.key) == _content(device)
        content = _content(device)
        self._unclaimed[content] -= 1
        return self._unclaimed[content] >= 0

    def _named(self, device: Device) -> Device:
        taken = self._names[device.town]
        name = device.device or next(free_names(device.build, device.place_name, taken))
        if name in taken:
            raise FabnumError(_("There is already an object {device}.", device=device.key))
        taken.add(name)
        return msgspec.structs.replace(device, device=name)

    def _town_id(self, text: str) -> str:
        towns = self._settings.towns
        if not text and len(towns) == 1:
            return towns[0].id
        for town in towns:
            if slug(text) in (town.id, slug(town.name)):
                return town.id
        known = ", ".join(town.name for town in towns)
        if not text:
            raise FabnumError(_("The town is missing; it is one of: {known}.", known=known))
        raise FabnumError(
            _("This site has no town “{town}”; it has: {known}.", town=text, known=known)
        )


def _content(device: Device) -> tuple[str, ...]:
    """Return what makes two lines without an id the same."""
    return (
        device.town,
        device.place,
        device.build,
        device.name,
        device.cohort,
        device.workshop,
    )


def _build_id(text: str) -> str:
    """Return the build that a cell means: by its id or its name in any language."""
    for build_id in builds():
        names = {build_id, *(slug(name) for name in load_build(build_id).name.values())}
        if slug(text) in names:
            return build_id
    known = ", ".join(builds())
    if not text:
        raise FabnumError(_("The build is missing; it is one of: {known}.", known=known))
    raise FabnumError(
        _("There is no build “{build}”; there are: {known}.", build=text, known=known)
    )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FabnumError(
            _("The list is not written in UTF-8, so its accents cannot be read."),
            _("Save it again in the spreadsheet as “CSV UTF-8”."),
        ) from None


def _rows(text: str) -> Iterator[_Row]:
    """Yield the lines below the one that names the columns. Raises FabnumError if there is none."""
    lines = text.splitlines(keepends=True)
    first = 1 if lines and lines[0].lower().startswith("sep=") else 0
    delimiter = _delimiter(lines[first] if len(lines) > first else "")
    reader = csv.reader(io.StringIO("".join(lines[first:]), newline=""), delimiter=delimiter)
    try:
        columns = _columns(next(reader, []))
        for number, cells in enumerate(reader):
            if number >= MAX_ROWS:
                raise FabnumError(
                    _("The list has more than {most} lines.", most=MAX_ROWS),
                    _("Part it into several lists."),
                )
            texts = [" ".join(cell.split()) for cell in cells]
            if any(texts):
                found = dict(zip(columns, [*texts, *[""] * len(columns)], strict=False))
                found.pop("", None)
                yield _Row(first + reader.line_num, found)
    except csv.Error as error:
        raise FabnumError(
            _("Line {line} is no line of a list: {reason}.", line=reader.line_num, reason=error),
            _("Save it again in the spreadsheet as “CSV UTF-8”."),
        ) from None


def _delimiter(header: str) -> str:
    return max((";", ",", "\t"), key=header.count)


def _columns(header: Sequence[str]) -> list[str]:
    """Return our name of each column, empty for one that we do not read."""
    ours = {word: column for column, words in _COLUMNS.items() for word in words}
    columns = [ours.get(slug(cell), "") for cell in header]
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise FabnumError(
            _("The list’s first line does not name the column: {names}.", names=", ".join(missing)),
            _("Begin with a line like: {example}", example="town;place;build;name"),
        )
    return columns
