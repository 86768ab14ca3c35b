"""A board in setup mode on a twin, and a visitor of its page, for the tests of both."""

import contextlib
import http.client
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.twin.host import AccessPoint, Fleet, Twin, World
from device.twin.host.fleet import micropython
from kit import catalogue, firmware
from kit.errors import FabnumError

BOX = AccessPoint("Livebox-4F2A", "sesame-sesame", rssi=-48)
HALL = AccessPoint("Salle des fêtes", "", rssi=-70)
HIDDEN = AccessPoint("Cachée", "ouvre-toi", rssi=-60, hidden=True)

QUICK = """
from fabnum import online, wifi
wifi.Wifi.stale_ms = 400
waits = {"reading_ms": 2000, "soon_s": 900, "limit_ms": None}
_before_join = online.Online._before_join

async def before_join(self, reason):
    from fabnum import setup_mode  # it is loaded anew each time that the Wi-Fi is away
    setup_mode.SetupMode.unseen_ms = 1500
    setup_mode.SetupMode.soon_s = waits["soon_s"]
    if not hasattr(setup_mode, "session_for"):
        setup_mode.session_for = setup_mode.SetupMode._session_for
        setup_mode.SetupMode._session_for = quick_session
    await _before_join(self, reason)

def quick_session(*arguments):
    from fabnum import setup_mode
    session = setup_mode.session_for(*arguments)
    session.between_tries_ms = 300
    session.reading_ms = waits["reading_ms"]
    session._limit_ms = waits["limit_ms"] or session._limit_ms
    return session

online.Online._before_join = before_join
"""
"""Put before a program: the waits of minutes become waits of seconds."""

BUTTON = "from fabnum import setup\nsetup.wanted = True\n"
"""Put before a program: what the boot window does when the button was held."""


def program(build: str, before: str = "") -> bytes:
    """Return a build's program with something before it."""
    return before.encode() + (catalogue.BUILDS_FOLDER / build / "main.py").read_bytes()


@contextlib.contextmanager
def board(
    folder: Path,
    *,
    before: str = QUICK,
    build: str = "climate",
    air: list[AccessPoint] | None = None,
    **changes: Any,
) -> Iterator[Twin]:
    """Run a board that knows no Wi-Fi, unless ``changes`` of its configuration say otherwise."""
    config = {
        "town": "ville",
        "device": "lampe-07",
        "build": build,
        "wifi": [],
        "broker": {"host": "127.0.0.1", "port": 1, "tls": False},
        "ntp": "",
        "period": 1,
        "settings": {"window": 0},
        **changes,
    }
    world = World(access_points=[BOX, HALL, HIDDEN] if air is None else air)
    try:
        micropython()
    except FabnumError as error:
        pytest.skip(error.cause)
    with Fleet() as fleet:
        build_files = firmware.assemble(build, program(build, before))
        twin = fleet.add(folder / "board", build_files, firmware.identity(config), world)
        twin.start()
        yield twin


class Visitor:
    """A phone in the board's own network."""

    def __init__(self, twin: Twin) -> None:
        twin.wait_for(lambda twin: twin.page_url())
        self._twin = twin

    def ask(
        self,
        path: str = "/",
        method: str = "GET",
        body: str | None = None,
        **headers: str,
    ) -> tuple[int, str, str]:
        """Return (status, Location, page)."""
        connection = http.client.HTTPConnection("127.0.0.1", self._twin.ports()[80], timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()
        finally:
            connection.close()

    def save(self, **fields: str) -> str:
        """Send the form; return the page that answers."""
        status, _, page = self.ask("/", "POST", urllib.parse.urlencode(fields))
        assert status == 200
        return page


def is_open(twin: Twin) -> bool:
    """Whether the board's own network is open."""
    return twin.page_url() is not None


def is_closed(twin: Twin) -> bool:
    """Whether the board's own network is closed."""
    return twin.page_url() is None
