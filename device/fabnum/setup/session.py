"""Setup mode while it is open: the board's own network, the page on it, and for how long."""

import asyncio
import gc
import sys
import time

import network
from fabnum import config, log
from fabnum.setup import dns, networks, page, server
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from fabnum.wifi import Wifi

# What a visit ends with.
TRY = const("try")  # nobody is here: the station may look for its networks
SAVED = const("saved")  # the configuration has changed
OVER = const("over")  # nobody came for a long time

_POLL_MS = const(200)
_LAST_PAGE_MS = const(5_000)  # how long the last page may take to be sent
_FAREWELL_MS = const(1_500)  # and then to arrive
_BETWEEN_SEARCHES_MS = const(10_000)
_MOST_PHONES = const(4)
_NO_NETWORK = const("no-network")
_WRONG_PASSWORD = const("wrong-password")
_LONGEST_NAME = const(32)


class Session:
    """The board's own network, from its opening to its end; a ``server.Site``.

    ``wifi``: the station, which looks for networks and must not try to join one while a phone is
    here: both share one radio, and the phone would lose the page. ``stays``: the station does not
    try at all before somebody has used the page. ``limit_s``: it ends when nobody came for so long;
    0: never. ``problem``: the reason why the last attempt failed, and in which network.
    """

    between_tries_ms = 12_000
    reading_ms = 180_000  # how long a visitor may look at the page before the station tries again

    def __init__(
        self, wifi: "Wifi", stays: bool, limit_s: int, problem: tuple[str, str] = ("", "")
    ) -> None:
        self._wifi = wifi
        self._stays = stays
        self._limit_ms = limit_s * 1000
        self._problem = problem
        self._settings = config.load()
        self._name = (networks.OWN + self._settings["device"])[:_LONGEST_NAME]
        self._point = network.WLAN(network.AP_IF)
        self._server: server.Server | None = None
        self._names: asyncio.Task[None] | None = None
        self._networks: list[networks.Seen] = []
        self._texts: dict[str, Any] = {}
        self._searched_ms = self._visited_ms = time.ticks_ms()
        self._phone = False
        self._saved = False
        self._delivered = False

    async def visit(self) -> str:
        """Serve until there is something else to do: TRY, SAVED or OVER."""
        if self._server is None:
            await self._open()
        begun = time.ticks_ms()
        while not self._saved:
            await asyncio.sleep_ms(_POLL_MS)
            idle_ms = self._idle_ms()
            if self._limit_ms and idle_ms > self._limit_ms:
                return OVER
            waited = time.ticks_diff(time.ticks_ms(), begun) > self.between_tries_ms
            if waited and not self._stays and not (self._phone and idle_ms < self.reading_ms):
                return TRY
        await self._farewell()
        return SAVED

    def close(self) -> None:
        """Close the network and all that is on it."""
        if self._server:
            self._server.close()
        if self._names:
            self._names.cancel()
        self._point.active(False)
        log.say("Réglage : le réseau « %s » est fermé." % self._name)

    # What the server serves.

    def form(self, english: bool) -> "Iterator[str]":
        """Return the page with its form."""
        self._visited_ms = time.ticks_ms()
        gc.collect()
        return page.form(self._words(english), self._view())

    def search(self) -> None:
        """Look again for networks. This stops the board for two seconds."""
        self._visited_ms = time.ticks_ms()
        if time.ticks_diff(self._visited_ms, self._searched_ms) > _BETWEEN_SEARCHES_MS:
            self._search()

    def save(self, fields: dict[str, str], english: bool) -> "Iterator[str]":
        """Save what a visitor wrote; return the page that says so, or what is wrong."""
        self._visited_ms = time.ticks_ms()
        error = self._try_to_save(fields)
        if not error:
            self._saved = True
            return page.done(self._words(english), self._settings["device"], self._name)
        view = self._view()
        view.error = error
        # A chosen network cannot be unchosen, a written name can be wiped out.
        view.ssid = "" if error == "name-both" else fields.get("ssid", "")
        view.name = fields.get("name", "")
        view.host = fields.get("host", view.host)
        view.port = fields.get("port", view.port)
        return page.form(self._words(english), view)

    def delivered(self) -> None:
        """Hear that an answer to a form has gone out: if it was saved, this is the end."""
        self._delivered = self._saved

    # How.

    async def _open(self) -> None:
        self._search()
        point = self._point
        point.active(True)
        code = self._settings.get("setup_code")
        if code:
            point.config(ssid=self._name, security=network.AUTH_WPA2_PSK, key=code)
        else:
            point.config(ssid=self._name, security=network.AUTH_OPEN)
        point.config(max_clients=_MOST_PHONES)
        address: str = point.ipconfig("addr4")[0]
        self._server = server.Server(address, self)
        await self._server.open()
        self._names = asyncio.create_task(dns.serve(address))
        log.say("Réglage : réseau « %s » ouvert. La page : http://%s" % (self._name, address))

    async def _farewell(self) -> None:
        # The last page arrives before the network closes, unless its reader has gone.
        end = time.ticks_add(time.ticks_ms(), _LAST_PAGE_MS)
        while not self._delivered and time.ticks_diff(end, time.ticks_ms()) > 0:
            await asyncio.sleep_ms(_POLL_MS)
        await asyncio.sleep_ms(_FAREWELL_MS)

    def _search(self) -> None:
        try:
            self._wifi.switch_on()
            self._networks = networks.seen(network.WLAN(network.STA_IF).scan())
        except OSError:
            self._networks = []  # the chip cannot now; a name can be written all the same
        self._searched_ms = time.ticks_ms()

    def _idle_ms(self) -> int:
        # A phone that has just come counts as a visit: its page is on its way.
        phone = self._point.isconnected()
        if phone and not self._phone:
            self._visited_ms = time.ticks_ms()
        self._phone = phone
        return time.ticks_diff(time.ticks_ms(), self._visited_ms)

    def _view(self) -> page.View:
        view = page.View(self._settings["device"], self._networks, self._settings)
        view.problem, view.problem_ssid = self._problem
        if view.problem not in ("", _NO_NETWORK):
            view.fill_in(view.problem_ssid)
        if self._refused() in view.known:
            view.known.remove(self._refused())
        return view

    def _refused(self) -> str:
        # The network whose password is known to be wrong.
        reason, ssid = self._problem
        return ssid if reason == _WRONG_PASSWORD else ""

    def _try_to_save(self, fields: dict[str, str]) -> str:
        # Returns what is wrong, as the page's word for it; empty if it is saved.
        from fabnum.setup import form

        try:
            changes = form.changes(fields, self._settings, self._networks, self._refused())
            log.hide([known.get("password") for known in changes.get("wifi", ())])
            config.update(changes)
        except form.FormError as error:
            return error.word
        except (OSError, config.ConfigError):
            return "flash"
        return ""

    def _words(self, english: bool) -> "dict[str, Any]":
        # One language is in memory at a time.
        language = "en" if english else "fr"
        if self._texts.get("lang") != language:
            self._texts = {}
            name = "fabnum.setup." + language
            self._texts = __import__(name, None, None, ("TEXTS",)).TEXTS
            sys.modules.pop(name)
            delattr(sys.modules["fabnum.setup"], language)
        return self._texts
