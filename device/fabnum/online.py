"""The way to the broker: Wi-Fi, then the time, then MQTT, each as soon as it can be."""

import sys

from fabnum import config, drop, log, supervise
from fabnum.clock import Clock
from fabnum.link import Link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.setup_mode import SetupMode
    from fabnum.wifi import Wifi


class Online:
    """Keeps the board in its Wi-Fi and at its broker. ``settings``: the checked configuration.

    ``reason``: one word for why there is no connection, empty if there is one or nothing is wrong
    yet. ``on_command(payload)`` hears what the object is told, ``on_change(up)`` of every change,
    ``up`` being whether the broker has just been reached. ``will``: see ``fabnum.link.Link``.
    """

    def __init__(
        self,
        settings: "dict[str, Any]",
        clock: Clock,
        on_command: "Callable[[bytes], None]",
        on_change: "Callable[[bool], None]",
        will: bytes | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        self._wifi_reason = ""
        self._link_reason = ""
        broker = settings["broker"]
        log.hide([broker["password"]])
        for known in settings["wifi"]:
            log.hide([known.get("password")])
        authority = config.authority() if broker["tls"] else None
        self.link = Link(
            settings, authority, on_command, clock.set_from_message, self._link_changed, will
        )
        # A board that has just woken hears the time from the gateway, if its clock went wrong:
        # looking up a server's name would hold it up for seconds.
        self._asks_time = will is None
        self._setup: SetupMode | None = None
        self._wifi = self._station()

    @property
    def reason(self) -> str:
        """Why there is no connection: the Wi-Fi's reason before the broker's.

        ``setup`` while the board's own network is open.
        """
        if self._setup and self._setup.is_open:
            return "setup"
        return self._wifi_reason or self._link_reason

    def rssi(self) -> int | None:
        """Return the strength of the Wi-Fi in dBm, or ``None``."""
        return self._wifi.rssi() if self._wifi else None

    async def run(self) -> None:
        """Start all that it takes; return when the client has begun to connect."""
        if self._wifi:
            supervise.keep("wifi", self._wifi.run)
            await self._wifi.connected.wait()
        server = self._settings["ntp"]
        if server and self._asks_time:
            from fabnum import ntp

            supervise.keep("ntp", lambda: ntp.keep(self._clock, server))
        await self.link.start()
        supervise.keep("link", self.link.run)

    def _station(self) -> "Wifi | None":
        try:
            from fabnum.wifi import Wifi
        except ImportError:
            return None  # MicroPython on a PC is in the network already
        wifi = Wifi(self._settings["wifi"], self._wifi_changed, self._settings["device"])
        wifi.before_join = self._before_join
        return wifi

    async def _before_join(self, reason: str) -> None:
        # Nothing of it is loaded where the first attempt succeeds, unless the button was held.
        due = reason or not self._settings["wifi"] or "fabnum.setup" in sys.modules
        if due and self._setup is None and self._wifi:
            from fabnum.setup_mode import SetupMode

            self._setup = SetupMode(self._wifi, self.link, self._clock.monotonic, self._on_change)
        if self._setup:
            await self._setup.before_join(reason)

    def _forget_setup(self) -> None:
        if self._setup and not self._setup.on_trial:
            self._setup = None
            drop("setup_mode")

    def _wifi_changed(self, up: bool, reason: str) -> None:
        self._wifi_reason = reason
        if up and self._setup:
            self._setup.wifi_is_back()
            self._forget_setup()
        if up and self._wifi:
            log.say("Wi-Fi : connecté à « %s »." % self._wifi.ssid)
            self.link.retry()
        else:
            _say_why(reason)
        self._on_change(False)

    def _link_changed(self, up: bool, reason: str) -> None:
        self._link_reason = reason
        if self._setup and not self._wifi_reason:
            self._setup.broker_answered(reason)
            self._forget_setup()
        if up:
            log.say("Serveur : connecté.")
        elif not self._wifi_reason:
            _say_why(reason)
        self._on_change(up)


def _say_why(reason: str) -> None:
    from fabnum import sentences

    log.say(sentences.SENTENCES.get(reason, reason))
    drop("sentences")
