"""When the board opens its own network to be set up, and when it closes it again.

It opens when no Wi-Fi is configured, when the button was held at power-on, when none of the known
networks is in sight for a minute soon after power-on, and when what its page has just saved does
not work. All that it takes is loaded then (``fabnum.setup``) and dropped at the end. This module
itself is loaded while there is no Wi-Fi only: TLS then takes none of the board's memory.
"""

import gc
import os
import sys
import time

from fabnum import boot, config, drop, log
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fabnum.link import Link
    from fabnum.setup.session import Session
    from fabnum.wifi import Wifi

_NEWS = const("setup.txt")  # why the broker did not answer after the page was used
_PATIENCE_S = const(600)  # how long it stays open for somebody who held the button
_UNSEEN = const("no-network")
_BROKER = {"tls": "tls", "credentials": "credentials"}
_NO_BROKER = const("no-broker")
_CHANCES = const(2)  # attempts before the page's network counts as wrong


class SetupMode:
    """Stands between the attempts of a ``Wifi`` to join a network, from the first on that fails.

    ``uptime()``: seconds since the start. ``on_change(False)`` is called when the board's own
    network opens or closes; ``is_open``: whether it is open. ``on_trial``: whether the broker that
    the page has saved still has to answer. What the page saves is told to ``wifi`` and ``link``.
    """

    unseen_ms = 60_000
    soon_s = 15 * 60  # whoever can switch its power stands beside it: no jammer does

    def __init__(
        self,
        wifi: "Wifi",
        link: "Link",
        uptime: "Callable[[], float]",
        on_change: "Callable[[bool], None]",
    ) -> None:
        self._wifi = wifi
        self._link = link
        self._uptime = uptime
        self._on_change = on_change
        self._networks: list[dict[str, str]] = config.load()["wifi"]
        self._session: Session | None = None
        self._seen_ms = time.ticks_ms()
        self._wanted = _button_was_held()
        self._chances = 0  # left to the network that the page has just saved
        self.on_trial = False

    @property
    def is_open(self) -> bool:
        """Whether the board's own network is open."""
        return self._session is not None

    async def before_join(self, reason: str) -> None:
        """Serve visitors if that is due; return when the station may try. ``reason``: its last."""
        if self._session is None:
            self._session = self._due(reason)
            if self._session is None:
                return
            self._on_change(False)
        try:
            outcome = await self._session.visit()
        except BaseException:
            self._close()
            raise
        if outcome != "try":
            self._close()
        if outcome == "saved":
            self._begin_trial()

    def wifi_is_back(self) -> None:
        """Close: the station is in a network."""
        self._chances = 0
        self._close()

    def broker_answered(self, reason: str) -> None:
        """Remember for the next visitor whether the broker that the page has saved works.

        ``reason``: empty if it does.
        """
        if not self.on_trial or reason == "stopped":
            return
        self.on_trial = bool(reason)
        try:
            if reason:
                with open(config.path(_NEWS), "w") as file:
                    file.write(_BROKER.get(reason, _NO_BROKER))
            else:
                os.remove(config.path(_NEWS))
        except OSError:
            pass  # there is none; or the flash is full, and the page says less

    def _due(self, reason: str) -> "Session | None":
        # The session that is to be opened now, or None.
        now = time.ticks_ms()
        if not self._networks:
            return self._session_for(True, 0, "")
        if self._wanted:
            self._wanted = False
            return self._session_for(True, _PATIENCE_S, "")
        if reason != _UNSEEN:
            self._seen_ms = now
        if self._chances and reason:
            self._chances -= 1
            if not self._chances:
                return self._session_for(False, self.soon_s, reason)
        if time.ticks_diff(now, self._seen_ms) > self.unseen_ms and self._is_soon():
            return self._session_for(False, self.soon_s, reason)
        return None

    def _is_soon(self) -> bool:
        return self._uptime() < self.soon_s and boot.start().reset in ("power", "unknown")

    def _session_for(self, stays: bool, limit_s: int, reason: str) -> "Session":
        gc.collect()
        from fabnum.setup.session import Session

        if not reason:
            reason = _read_news()
        ssid = self._networks[0]["ssid"] if self._networks else ""
        return Session(self._wifi, stays, limit_s, (reason, ssid))

    def _begin_trial(self) -> None:
        settings = config.load()
        self._networks = settings["wifi"]
        self._chances = _CHANCES
        self.on_trial = True
        self._seen_ms = time.ticks_ms()
        log.say("Réglage : enregistré.")
        self._wifi.change(settings["wifi"])
        self._link.move(settings["broker"]["host"], settings["broker"]["port"])

    def _close(self) -> None:
        if self._session is None:
            return
        self._session.close()
        self._session = None
        _drop_setup()
        self._on_change(False)


def _button_was_held() -> bool:
    from fabnum import setup

    wanted = setup.wanted
    _drop_setup()
    return wanted


def _drop_setup() -> None:
    for name in list(sys.modules):
        if name.startswith("fabnum.setup."):
            sys.modules.pop(name)
    drop("setup")


def _read_news() -> str:
    try:
        with open(config.path(_NEWS)) as file:
            news: str = file.read()
            return news
    except OSError:
        return ""
