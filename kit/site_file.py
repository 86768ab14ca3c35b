"""The file from which a whole place is set up: towns, languages, places, objects, workshops.

One file for another town: it can be read, discussed, sent by mail and kept under version control.
It holds no secret and nobody's name. docs/site-file.md explains each line.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from zoneinfo import available_timezones

import msgspec

from kit.catalogue import builds, load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.i18n import languages as known_languages
from kit.names import is_slug, slug

MOST_OBJECTS = 500


class _Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Common to all parts of the file: an unknown line is a mistake."""


class Town(_Lines, frozen=True):
    """A town. ``id`` is made of its name where it is left out."""

    name: str
    id: str = ""
    open_data: bool = False

    @property
    def slug(self) -> str:
        """Its id in topics, addresses and databases."""
        return self.id or slug(self.name)


class Place(_Lines, frozen=True):
    """A place of a town, as people call it. ``town`` is its name or its id."""

    name: str
    town: str = ""


class Objects(_Lines, frozen=True):
    """``count`` objects of one build at a place; ``name`` as people call them.

    ``town`` where several have a place of that name.
    """

    build: str
    place: str
    count: int = 1
    name: str = ""
    town: str = ""


class Meeting(_Lines, frozen=True):
    """A workshop for residents that is planned: ``start`` is a time of the site's clock.

    ``town`` where several have a place of that name.
    """

    workshop: str
    place: str
    day: dt.date
    start: dt.time = dt.time(14)
    town: str = ""


class SiteFile(_Lines, frozen=True):
    """All that a place is, as its file says it."""

    name: str
    towns: tuple[Town, ...]
    languages: tuple[str, ...] = ("fr", "en")
    time_zone: str = "Europe/Paris"
    names: tuple[str, ...] = ()
    """Host names and addresses under which boards reach the gateway; empty: its own."""
    places: tuple[Place, ...] = ()
    objects: tuple[Objects, ...] = ()
    schedule: tuple[Meeting, ...] = ()

    def town_of(self, place: Place) -> Town:
        """Return the town of a place: the one it names, else the only one. Raises KeyError."""
        if not place.town and len(self.towns) == 1:
            return self.towns[0]
        for town in self.towns:
            if place.town in (town.name, town.slug):
                return town
        raise KeyError(place.town)

    def place_of(self, line: Objects | Meeting) -> Place:
        """Return the place that a line names. Raises KeyError unless there is just one such."""
        found = self.places_of(line)
        if len(found) != 1:
            raise KeyError(line.place)
        return found[0]

    def places_of(self, line: Objects | Meeting) -> list[Place]:
        """Return the places that a line may mean."""
        return [
            place
            for place in self.places
            if slug(line.place) == slug(place.name) and self._is_in(place, line.town)
        ]

    def _is_in(self, place: Place, town: str) -> bool:
        return not town or town in (self.town_of(place).name, self.town_of(place).slug)

    def each_object(self) -> Iterator["Wanted"]:
        """Yield every single object, in the order of the file."""
        for line in self.objects:
            place = self.place_of(line)
            name = line.name or str(load_build(line.build).name)
            for number in range(1, line.count + 1):
                numbered = f"{name} {number}" if line.count > 1 else name
                yield Wanted(self.town_of(place).slug, line.build, place.name, numbered)


class Wanted(NamedTuple):
    """One object that shall be: its town's id, its build, its place and its name for people."""

    town: str
    build: str
    place: str
    name: str


def read(path: Path) -> SiteFile:
    """Return what a site file says. Raises FabnumError with the line's name and the reason."""
    try:
        lines = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        site = msgspec.convert(lines, SiteFile)
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be read: {reason}.", file=path, reason=error.strerror),
            _("Write one with “fabnum site new {file}”.", file=path),
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _mistake(path, str(error)) from None
    for reason in _mistakes(site):
        raise _mistake(path, reason)
    return site


def _mistakes(site: SiteFile) -> Iterator[str]:
    """Yield what cannot be, each in a few words."""
    yield from _mistakes_of_site(site)
    yield from _mistakes_of_places(site)
    yield from _mistakes_of_objects(site)
    yield from _mistakes_of_schedule(site)


def _mistakes_of_site(site: SiteFile) -> Iterator[str]:
    if not site.towns:
        yield _("it names no town")
    for town in site.towns:
        if not is_slug(town.slug):
            yield _("“{town}” cannot be a town’s id", town=town.slug or town.name)
    for twice in _twice(town.slug for town in site.towns):
        yield _("the town “{town}” stands there twice", town=twice)
    if site.time_zone not in available_timezones():
        yield _("there is no time zone “{zone}”", zone=site.time_zone)
    for language in site.languages:
        if language not in known_languages():
            yield _("the kit does not speak “{language}”", language=language)
    if not site.languages:
        yield _("it names no language")


def _mistakes_of_places(site: SiteFile) -> Iterator[str]:
    known = []
    for place in site.places:
        if not slug(place.name):
            yield _("a place has no name")
        try:
            known.append(f"{site.town_of(place).slug}/{slug(place.name)}")
        except KeyError:
            yield _("the place “{place}” needs one of the towns", place=place.name)
    for twice in _twice(known):
        yield _("the place “{place}” stands there twice", place=twice)


def _mistake_of_place(site: SiteFile, line: Objects | Meeting) -> Iterator[str]:
    """Yield why a line names no place, or more than one."""
    found = site.places_of(line)
    if not found:
        yield _("there is no place “{place}”", place=line.place)
    if len(found) > 1:
        yield _("several towns have a place “{place}”: say which town", place=line.place)


def _mistakes_of_objects(site: SiteFile) -> Iterator[str]:
    for line in site.objects:
        if line.build not in builds():
            yield _("there is no build “{build}”", build=line.build)
        yield from _mistake_of_place(site, line)
        if line.count < 1:
            yield _("it asks for no object")
    if sum(max(line.count, 0) for line in site.objects) > MOST_OBJECTS:
        yield _("it asks for more than {most} objects", most=MOST_OBJECTS)


def _mistakes_of_schedule(site: SiteFile) -> Iterator[str]:
    workshops = {load_build(build).workshop.id for build in builds()}
    for meeting in site.schedule:
        if meeting.workshop not in workshops:
            yield _("there is no workshop “{workshop}”", workshop=meeting.workshop)
        yield from _mistake_of_place(site, meeting)


def _twice(names: Iterable[str]) -> list[str]:
    every = list(names)
    return sorted({name for name in every if every.count(name) > 1})


def _mistake(path: Path, reason: str) -> FabnumError:
    return FabnumError(
        _("{place} cannot be used: {reason}.", place=path, reason=reason),
        _("Correct that line, then try again."),
    )
