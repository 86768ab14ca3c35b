"""The office: what the bench and the command line ask of the site about objects.

Whatever is done with an object here is written into its logbook too. All methods may be called
from any thread, and may take as long as a disk does.
"""

import math
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway import calibrations, enrol, wording
from gateway.admission import Admission, Admitted
from gateway.broker.authority import Authority
from gateway.journal.reader import Reader
from gateway.logbook import Entry, Kind, Logbook
from gateway.registry import Device, Registry, unknown_device
from kit.catalogue import Build, load_build
from kit.enrolment import Identity, LabelFacts, Wish
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings

LOOK_EVERY_S = 0.2
MAX_NOTE = 500


class Office:
    """One site's office, over its data folder. Works whether the service runs or not.

    It is the office that a bench wants (``provisioning.bench.office``). ``networks``: the Wi-Fi
    networks that boards are told of, as ``config.json`` has them.
    """

    def __init__(
        self,
        settings: Settings,
        folder: DataFolder,
        networks: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._networks = [dict(network) for network in networks]
        self._registry = Registry(folder.registry)
        self._logbook = Logbook(folder.logbook)
        self._admission = Admission(settings, self._registry)
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Let go of the files."""
        self._registry.close()
        self._logbook.close()

    # --- who a board is --------------------------------------------------------------------------

    def enrol(self, wish: Wish) -> Identity:
        """Take a board in, with a new password; the one it had ends. Raises FabnumError."""
        authority = self._authority()
        with self._one_at_a_time:
            admitted = self._admission.enrol(wish)
        self._logbook.write(admitted.key, Kind.ENROL, {"again": admitted.again})
        return self._identity(admitted, authority)

    def hand_over(self, key: DeviceKey, wish: Wish) -> Identity:
        """Hand an object over to another town, or to another place of its own.

        What ``wish`` leaves empty stays as it was, but for the id, which is new. The board needs
        the new configuration; at its next time on the bench it gets it by itself. Raises
        FabnumError if there is no such object or no such town.
        """
        authority = self._authority()
        with self._one_at_a_time:
            admitted = self._admission.hand_over(key, wish)
        self._logbook.write(key, Kind.HANDOVER, {"to": str(admitted.key)})
        self._logbook.write(admitted.key, Kind.HANDOVER, {"from": str(key)})
        self._logbook.hand_over(key, admitted.key)
        return self._identity(admitted, authority)

    def rotate(self, key: DeviceKey) -> Identity:
        """Give an object a new password. Raises FabnumError if there is no such object."""
        authority = self._authority()
        admitted = Admitted(key, enrol.rotate(self._settings, self._registry, key), again=True)
        self._logbook.write(key, Kind.ROTATE, {})
        return self._identity(admitted, authority)

    def revoke(self, key: DeviceKey) -> None:
        """End an object's access, or take it off the list if its board is still to come."""
        if self._registry.find_awaited(key) is not None:
            self._registry.expect_no_more(key)
            return
        enrol.revoke(self._registry, key)
        self._logbook.write(key, Kind.REVOKE, {})

    # --- what is known of objects ----------------------------------------------------------------

    def find(self, key: DeviceKey) -> Device:
        """Return an object that has access. Raises FabnumError if there is none of that name."""
        device = self._registry.find(key)
        if device is None or device.revoked is not None:
            raise unknown_device(key)
        return device

    def devices(self) -> list[Device]:
        """Return all objects that have access, by town and id."""
        return self._registry.all()

    def awaited(self) -> list[Wish]:
        """Return what would make boards the objects that wait for theirs, as their lists go."""
        return [
            Wish(
                build=device.build,
                town=device.town,
                device=device.device,
                place=device.place_name,
                name=device.name,
                cohort=device.cohort,
                workshop=device.workshop,
            )
            for device in self._registry.awaited()
        ]

    def knows(self, key: DeviceKey) -> bool:
        """Whether that object is enrolled here and has access."""
        device = self._registry.find(key)
        return device is not None and device.revoked is None

    def record(self, key: DeviceKey, kind: str, content: Mapping[str, Any]) -> None:
        """Write into an object's logbook. Raises ValueError for a kind that there is not."""
        self._logbook.write(key, Kind(kind), content)

    def repair(self, key: DeviceKey, note: str) -> None:
        """Note a repair, also of an object whose access has ended. Raises FabnumError."""
        text = " ".join(note.split())
        if not 0 < len(text) <= MAX_NOTE:
            raise FabnumError(
                _("A note on a repair has 1 to {most} characters.", most=MAX_NOTE),
                _("Say in a sentence what was done, without anybody’s name."),
            )
        self._require_ever(key)
        self._logbook.write(key, Kind.REPAIR, {"note": text})

    def ask(self, key: DeviceKey, question: dict[str, str], options: list[dict[str, str]]) -> None:
        """Let an object ask a question from now on. Raises FabnumError if it cannot be one."""
        now = time.time()
        asked = wording.checked(self.find(key).catalogue(), question, options)
        self._registry.set_wording(key, msgspec.structs.replace(asked, since=now))
        content = {"question": wording.in_use(question), "options": len(options)}
        self._logbook.write(key, Kind.QUESTION, content, now)

    def ask_nothing(self, key: DeviceKey) -> None:
        """Let an object ask no question more. Raises FabnumError if there is no such object."""
        self.find(key)
        self._registry.set_wording(key, None)
        self._logbook.write(key, Kind.QUESTION, {})

    def question(self, key: DeviceKey) -> wording.Wording | None:
        """Return the question that an object asks, or ``None``. Raises FabnumError."""
        self.find(key)
        return self._registry.wording(key)

    def entries(self, key: DeviceKey) -> list[Entry]:
        """Return an object's logbook, the newest first. Raises FabnumError if it never existed."""
        self._require_ever(key)
        return self._logbook.entries(key)

    def build(self, key: DeviceKey) -> Build | None:
        """Return what an object is, or was; ``None`` if the catalogue no longer has it."""
        device = self._registry.find(key)
        try:
            return device.catalogue() if device is not None else None
        except FabnumError:
            return None

    def label(self, key: DeviceKey) -> LabelFacts:
        """Return what an object's label says, also before its board has come."""
        device = self._registry.find_awaited(key)
        if device is None:
            device = self.find(key)
            code = self._registry.setup_code(key)  # empty: its board is older than these codes
        else:
            code = enrol.setup_code(self._registry, key)
        town = self._settings.town(key.town)
        return LabelFacts(
            key=key,
            name=device.name,
            build_name=str(device.catalogue().name),
            town_name=town.name if town is not None else key.town,
            place_name=device.place_name,
            passport_url=passport_url(self._settings, key),
            setup_code=code,
        )

    def wait_published(self, key: DeviceKey, since: float, timeout_s: float) -> bool:
        """Whether a reading of that object, measured after ``since`` (Unix), is stored in time.

        Boards tell whole seconds, so the second of ``since`` itself counts.
        """
        end = time.monotonic() + timeout_s
        while not self._has_reading(key, math.floor(since)):
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(LOOK_EVERY_S, left))
        return True

    def _has_reading(self, key: DeviceKey, since: float) -> bool:
        # Opened each time: the service may set a damaged journal aside and begin another.
        reader = Reader(self._folder.journal, lambda: None)
        try:
            newest = reader.latest(key)
        except sqlite3.Error:  # there is none yet, or it is being changed for another
            return False
        finally:
            reader.close()
        return newest is not None and newest.time >= since

    def _identity(self, admitted: Admitted, authority: bytes) -> Identity:
        configuration = admitted.enrolment.configuration | {"wifi": self._networks}
        taught = calibrations.for_board(
            self._logbook, admitted.key, load_build(configuration["build"])
        )
        if taught:  # what its board knew, this one shall know too
            configuration["settings"] = {**configuration["settings"], "calibration": taught}
        return Identity(admitted.key, configuration, authority)

    def _require_ever(self, key: DeviceKey) -> None:
        if self._registry.find(key) is None:
            raise unknown_device(key)

    def _authority(self) -> bytes:
        # Before anything is changed: without it no board can connect.
        return Authority(self._folder).der()


def passport_url(settings: Settings, key: DeviceKey) -> str:
    """Return the address of an object's passport; where one town is all, the short one.

    Short addresses make coarse QR codes, which old telephones read too.
    """
    name = key.device if len(settings.towns) == 1 else str(key)
    return f"{settings.pages_address}/o/{name}/passport"
