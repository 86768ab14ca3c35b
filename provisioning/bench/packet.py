"""A packet: objects that were enrolled at the site, on their way to a bench that cannot reach it.

The learners' computers are seldom the one that runs the site. The fabmanager makes a packet there
(``fabnum enrol --packet``) and carries it on a USB stick; the bench takes who a board becomes from
it. A packet holds passwords: it belongs to nobody else, and an object's password is taken out of it
as soon as its board has passed the test.
"""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from kit.enrolment import Identity, LabelFacts, Wish
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey

FORM = 1


class Parcel(msgspec.Struct):
    """One object of a packet. ``configuration`` is empty once its board needs it no more."""

    label: LabelFacts
    build: str
    configuration: Mapping[str, Any]
    taken: bool = False
    passed: bool = False

    @property
    def key(self) -> DeviceKey:
        """Its name."""
        return self.label.key


class Contents(msgspec.Struct):
    """What a packet's file holds. ``authority``: the certificate in DER."""

    form: int
    authority: bytes
    objects: list[Parcel]


class Packet:
    """The office of a bench without a site; every change is in the file before it counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._contents = _read(path)
        self._one_at_a_time = threading.Lock()

    @property
    def objects(self) -> list[Parcel]:
        """The objects of the packet, those that have their board too."""
        return self._contents.objects

    def close(self) -> None:
        """Do nothing: the file is whole after every change."""

    def enrol(self, wish: Wish) -> Identity:
        """Make a board the next object of its build, or the one that it was before.

        Raises FabnumError if no object of that build, name or place is left.
        """
        with self._one_at_a_time:
            parcel = self._same(wish) or self._next(wish)
            if parcel is None:
                raise FabnumError(
                    _("The packet has no more object of the build “{build}”.", build=wish.build),
                    _("Ask the fabmanager for a new packet."),
                )
            parcel.taken = True
            self._write()
        return Identity(parcel.key, parcel.configuration, self._contents.authority)

    def knows(self, key: DeviceKey) -> bool:
        """Whether that object is of this packet."""
        return any(parcel.key == key for parcel in self.objects)

    def record(self, key: DeviceKey, kind: str, content: Mapping[str, Any]) -> None:
        """Take an object's password out once its board has passed; the site hears of it from it."""
        if kind != "selftest" or content.get("passed") is not True:
            return
        with self._one_at_a_time:
            parcel = self._find(key)
            parcel.passed = True
            parcel.configuration = {}
            self._write()

    def label(self, key: DeviceKey) -> LabelFacts:
        """Return what an object's label says."""
        return self._find(key).label

    def wait_published(self, _key: DeviceKey, _since: float, _timeout_s: float) -> None:
        """Say that nobody here can tell: the board has reached the broker in its self-test."""

    def awaited(self) -> list[Wish]:
        """Return the objects that wait for their boards."""
        return [
            Wish(
                build=parcel.build,
                town=parcel.key.town,
                device=parcel.key.device,
                place=parcel.label.place_name,
                name=parcel.label.name,
            )
            for parcel in self.objects
            if not parcel.taken
        ]

    def _same(self, wish: Wish) -> Parcel | None:
        return next(
            (p for p in self.objects if p.key == wish.again and p.build == wish.build), None
        )

    def _next(self, wish: Wish) -> Parcel | None:
        return next((p for p in self.objects if not p.taken and _suits(p, wish)), None)

    def _find(self, key: DeviceKey) -> Parcel:
        for parcel in self.objects:
            if parcel.key == key:
                return parcel
        raise KeyError(key)

    def _write(self) -> None:
        write(self._path, self._contents)


def _suits(parcel: Parcel, wish: Wish) -> bool:
    return (
        parcel.build == wish.build
        and wish.device in ("", parcel.key.device)
        and wish.town in ("", parcel.key.town)
        and wish.place in ("", parcel.label.place_name)
        and wish.name in ("", parcel.label.name)
    )


def check_new(path: Path) -> None:
    """Raise FabnumError if a new packet cannot be written there."""
    if path.exists():
        raise FabnumError(
            _("{file} is there already.", file=path), _("Name a new file with --packet.")
        )
    write(path, Contents(FORM, b"", []))


def write(path: Path, contents: Contents) -> None:
    """Write a packet, whole or not at all. Raises FabnumError if the stick refuses."""
    new = path.with_suffix(".new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(contents))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be written: {reason}.", file=path, reason=error.strerror),
            _("Plug the USB stick in again, and see that it is not full or write-protected."),
        ) from None


def _read(path: Path) -> Contents:
    try:
        contents = msgspec.json.decode(path.read_bytes(), type=Contents)
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be read: {reason}.", file=path, reason=error.strerror),
            _("Plug in the USB stick with the packet, and name the file on it."),
        ) from None
    except msgspec.DecodeError:
        raise _foreign(path) from None
    if contents.form != FORM:
        raise _foreign(path)
    return contents


def _foreign(path: Path) -> FabnumError:
    return FabnumError(
        _("{file} is no packet of this kit.", file=path),
        _("Ask the fabmanager to make one with “fabnum enrol --packet”."),
    )
