"""The world of one twin, as ``board/world.py`` reads it: its room, the radio, its parts.

It outlives the board's process: what is cut or unplugged stays so through resets and power cuts.
"""

import json
import time
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec


class AccessPoint(msgspec.Struct, frozen=True):
    """A Wi-Fi network in the air. Without ``dhcp`` it takes the board in but gives no address.

    ``refusal``: the reason that the chip gives where the password is wrong; other access points
    make it 15 or 204 (ESP-IDF, esp_wifi_types.h). ``hidden``: it does not tell its name. ``login``:
    it asks for a user too, which the firmware has none of.
    """

    ssid: str
    password: str = ""
    rssi: int = -60
    dhcp: bool = True
    refusal: int = 202
    hidden: bool = False
    login: bool = False


class World(msgspec.Struct):
    """What surrounds a twin when it is made; ``Twin.control`` changes it afterwards.

    ``mac``: twelve hex digits, also the seed of the parts' imperfections. ``pace``: seconds in the
    room for each real second; readings keep their real time. ``begin``: the room's local time at
    the beginning, now if ``None``. ``names``: addresses of host names. ``internet``: whether names
    are looked up in the PC's DNS. ``room``: settings of ``board/surroundings.py``. ``parts``:
    faults by part id, e.g. ``{"scd41": {"plugged": False}}``. ``cut_after_writes``: the power fails
    in the middle of that many-th write to the flash, from the start or the change on (0: it does
    not).
    ``battery``: what feeds the board, ``{"pin": 34, "ratio": 2, "days": 60}``: measured behind a
    divider at that pin, full at the beginning, empty after so many days in the room.
    ``phone``: whether a phone is in the board's own network, also between its visits to the page.
    """

    mac: str = "020000000001"
    access_points: list[AccessPoint] = []
    wifi: bool = True
    internet: bool = False
    names: dict[str, str] = {}
    room: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    pace: float = 1.0
    begin: datetime | None = None
    cut_after_writes: int = 0
    phone: bool = False
    battery: dict[str, float] = {}

    def as_board_reads_it(self) -> dict[str, Any]:
        """Return the contents of ``world.json``: all but the pace, which is part of a clock."""
        state: dict[str, Any] = msgspec.to_builtins(self)
        begin = self.begin or datetime.now().astimezone()
        as_if_utc = begin.replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001 - local time
        state["clock"] = {
            "real": time.time(),
            "model": as_if_utc.total_seconds(),
            "pace": state.pop("pace"),
        }
        if self.battery:
            state["battery"]["since"] = state["clock"]["model"]
        del state["begin"]
        return state


class KeptWorld:
    """The world in ``world.json`` of a twin's folder; a new one where none is kept yet."""

    def __init__(self, path: Path, new: World) -> None:
        self._path = path
        if path.exists():
            self.state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        else:
            self.state = new.as_board_reads_it()
            self._write()

    def change(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Remember the changes; return them as the board takes them."""
        told = dict(changes)
        if "pace" in told:
            told["clock"] = self._clock_at(told.pop("pace"))
        lasting = {key: value for key, value in told.items() if key in self.state}
        _merge(self.state, lasting)
        self._write()
        return told

    def _clock_at(self, pace: float) -> dict[str, float]:
        """Return a clock that goes on from the room's present time at another pace."""
        clock, now = self.state["clock"], time.time()
        model = clock["model"] + (now - clock["real"]) * clock["pace"]
        return {"real": now, "model": model, "pace": pace}

    def _write(self) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self.state), encoding="utf-8")
        new.replace(self._path)


def _merge(known: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(known.get(key), dict):
            _merge(known[key], value)
        else:
            known[key] = deepcopy(value)  # who told it may use it again
