"""A whole site that lives: twins, broker, the gateway as people start it, and its journal.

What the twins' ledgers say they measured is compared with what the journal holds: the one is
written by the PC around the firmware, the other by the gateway, and nothing in between is asked.
"""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from device.twin.host import AccessPoint, Fleet, Twin, World
from gateway import enrol
from gateway.broker.credentials import gateway_login
from gateway.registry import Device
from kit import firmware
from kit.cli.init import make_keys, write_settings
from kit.settings import DataFolder, load
from kit.signals import SITE
from tests.gateway.broker_site import BrokerSite, Client, Mosquitto
from tests.gateway.influx_servers import until
from tests.ports import free_port

FABNUM = Path(sys.executable).with_name("fabnum")
LAB = AccessPoint("atelier", "sesame")
PATIENCE_S = 90.0
"""How long to wait for what must come. nats-server alone takes 10 s to deliver again what nobody
acknowledged, and a board up to 20 s to try its broker again."""

Stored = tuple[str, str, int]
"""Device, boot, seq."""


class LivingSite(BrokerSite):
    """One site of one town, in ``root``. Ends everything that it started in :meth:`close`."""

    def __init__(
        self, root: Path, fleet: Fleet, kind: str, environment: pytest.MonkeyPatch, influx: str = ""
    ) -> None:
        self._root = root
        self._fleet = fleet
        self._gateway: subprocess.Popen[bytes] | None = None
        self.twins: dict[str, Twin] = {}
        self.passwords: dict[str, str] = {}
        folder, port = DataFolder(root / "data"), free_port()
        self.mosquitto: Mosquitto | None = None
        environment.setenv("FABNUM_BROKER__LISTEN", "127.0.0.1")
        environment.setenv("FABNUM_WEB__HOST", "127.0.0.1")
        if kind == "mosquitto":
            self.mosquitto = Mosquitto(root / "mosquitto", folder.broker / "mosquitto", port)
            environment.setenv("FABNUM_BROKER__KIND", kind)
            reload_command = json.dumps(self.mosquitto.reload_command)
            environment.setenv("FABNUM_BROKER__RELOAD_COMMAND", reload_command)
        if influx:
            environment.setenv("FABNUM_INFLUX__URL", influx)
        write_settings(
            folder,
            "Gonesse",
            "fr,en",
            ["localhost", "127.0.0.1"],
            broker_port=port,
            web_port=free_port(),
        )
        super().__init__(folder.root, load(folder))
        make_keys(self.folder, self.settings)
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self.settings.web.port}")

    # --- objects ---------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        period: int = 1,
        settings: Mapping[str, Any] | None = None,
        main: bytes | None = None,
        **world: Any,
    ) -> Twin:
        """Take an object in and make its twin; its name begins with its build: ``air-1``.

        ``main``: another program than the build's own.
        """
        build = name.rpartition("-")[0]
        device = Device(
            town=self.settings.towns[0].id,
            device=name,
            build=build,
            place="ecole-pasteur",
            place_name="École Pasteur",
            name=name,
        )
        enrolment = enrol.enrol(self.settings, self.registry, device)
        configuration = enrolment.configuration | {
            "wifi": [{"ssid": LAB.ssid, "password": LAB.password}],
            "period": period,
            "ntp": "",
            "settings": {"window": 0, **(settings or {})},
        }
        authority = (self.folder.authority / "ca.der").read_bytes()
        number = len(self.twins)
        twin = self._fleet.add(
            self._root / name,
            firmware.assemble(build, main=main),
            firmware.identity(configuration, authority),
            World(
                mac=f"0200000{number:05x}",
                access_points=[LAB],
                **{"room": {"seed": number}, **world},
            ),
        )
        self.twins[name], self.passwords[name] = twin, enrolment.password
        return twin

    def switch_on(self) -> None:
        for twin in self.twins.values():
            twin.start()

    def visitor(self) -> Client:
        """Return a connected client that may hear everything, as `fabnum watch` does."""
        login = gateway_login(self.folder)
        return self.client(login.user, login.password, "visitor-test").connected()

    def settle(self) -> None:
        """Nothing to wait for: the broker has everybody who was taken in before its start."""

    # --- the gateway -----------------------------------------------------------------------------

    def start(self) -> None:
        """Start the gateway as people do, and do not wait."""
        with (self._root / "gateway.log").open("ab") as log:
            self._gateway = subprocess.Popen(
                [FABNUM, "up", "--data", self.folder.root], stdout=log, stderr=log
            )

    def begin(self) -> None:
        """Start everything: gateway, Mosquitto where there is one, twins; wait for readings."""
        self.start()
        if self.mosquitto is not None:
            written = self.folder.broker / "mosquitto" / "fabnum.conf"
            self.wait_until(written.exists, "the gateway has written Mosquitto's files")
            self.mosquitto.start()
        self.wait_until_healthy()
        self.switch_on()
        self.wait_until(
            lambda: {device for device, _boot, _seq in self.stored()} >= self.twins.keys(),
            "every object's first reading is stored",
        )

    def end(self, number: int) -> None:
        """End the gateway with a signal, and wait until it has gone."""
        assert self._gateway is not None
        self._gateway.send_signal(number)
        self._gateway.wait(PATIENCE_S)

    def kill(self) -> None:
        """Kill -9."""
        self.end(signal.SIGKILL)

    def health(self) -> dict[str, Any]:
        """Return what /healthz says, ``{}`` if it does not answer or the HTTP status is not 200."""
        try:
            answer = self._http.get("/healthz")
        except httpx.HTTPError:
            return {}
        return answer.json() if answer.status_code == 200 else {}

    def wait_until_healthy(self) -> None:
        self.wait_until(lambda: self.health().get("ok"), "/healthz says ok")

    def wait_until(self, condition: Callable[[], object], what: str) -> float:
        """Wait for a condition; return how many seconds it took.

        Fails at once if the gateway has ended by itself.
        """
        began = time.monotonic()

        def holds() -> object:
            assert self._gateway is not None
            code = self._gateway.poll()
            assert code is None, f"the gateway has ended with code {code}"
            return condition()

        until(holds, what, PATIENCE_S)
        return time.monotonic() - began

    def page(self, path: str) -> str:
        """Return a page as residents get it, in English."""
        answer = self._http.get(path, headers={"Accept-Language": "en"}, follow_redirects=True)
        assert answer.status_code == 200, answer
        return answer.text

    def cli(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one command of `fabnum` on this site, in English."""
        return subprocess.run(
            [FABNUM, *words, "--data", self.folder.root],
            env={**os.environ, "FABNUM_LANG": "en"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    # --- what arrived ----------------------------------------------------------------------------

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement on the journal; none while there is no journal yet."""
        path = f"file:{self.folder.journal}?mode=ro"
        try:
            with contextlib.closing(sqlite3.connect(path, uri=True)) as database:
                return database.execute(statement, values).fetchall()
        except sqlite3.OperationalError:  # not there yet, or being made just now
            return []

    def stored(self) -> Counter[Stored]:
        """Return every frame of an object, with how often it is there."""
        return Counter(
            self.ask(
                "SELECT devices.device, boot, seq FROM frames"
                " JOIN devices ON devices.id = frames.device WHERE devices.town <> ?",
                SITE,
            )
        )

    def quarantined(self) -> int:
        return int(self.ask("SELECT coalesce(sum(count), 0) FROM refused")[0][0])

    def leaf(self, name: str, leaf: str) -> dict[str, Any]:
        """Return the latest ``about`` or ``status`` of an object, ``{}`` before the first."""
        rows = self.ask("SELECT payload FROM leaves WHERE device = ? AND leaf = ?", name, leaf)
        return json.loads(rows[0][0]) if rows else {}

    def wait_for_stored(self, more: int) -> None:
        """Wait until so many more frames are stored than now."""
        wanted = self.stored().total() + more
        self.wait_until(lambda: self.stored().total() >= wanted, f"{more} more are stored")

    def wait_until_nothing_is_missing(self) -> None:
        """Wait for all that was measured until now, then see that each frame is there once.

        What an object counts among its dropped (it was measured before the object knew the time,
        and power failed before it did) is the one excuse.
        """
        ledgers = {name: twin.ledger() for name, twin in self.twins.items()}
        self.wait_until(lambda: self._excused(self._missing(ledgers)), "nothing is missing")
        stored = self.stored()
        assert [frame for frame, count in stored.items() if count > 1] == []
        assert self.quarantined() == 0
        measured = sum(map(len, ledgers.values()))
        print(f"\nmeasured {measured}, stored {stored.total()}, dropped {self.dropped()}")

    def dropped(self) -> int:
        return sum(twin.dropped() for twin in self.twins.values())

    def _missing(self, ledgers: Mapping[str, set[tuple[str, int]]]) -> dict[str, int]:
        stored = self.stored()
        return {
            name: sum((name, *frame) not in stored for frame in ledger)
            for name, ledger in ledgers.items()
        }

    def _excused(self, missing: Mapping[str, int]) -> bool:
        return all(count <= self.twins[name].dropped() for name, count in missing.items())

    # --- the end ---------------------------------------------------------------------------------

    def close(self) -> None:
        """End everything, in whatever state it is."""
        for twin in self.twins.values():
            twin.cut_power()
        if self._gateway is not None and self._gateway.poll() is None:
            self.end(signal.SIGTERM)
        if self.mosquitto is not None:
            self.mosquitto.close()
        self._http.close()
        super().close()
        self._print_logs()

    def _print_logs(self) -> None:
        """Have pytest show the ends of the logs when a test fails."""
        logs = [self._root / "gateway.log", self._root / "mosquitto" / "log"]
        for log in logs + [twin.folder / "console.log" for twin in self.twins.values()]:
            if log.exists():
                print(f"\n{log}:\n{log.read_text(errors='replace')[-2000:]}")
