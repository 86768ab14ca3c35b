"""Stay in one of the Wi-Fi networks that the configuration knows, and say in one word why not.

Written for ``network.WLAN`` of MicroPython's ESP32 port from 1.24 on (ESP32, S3, C3). What its
source (ports/esp32/network_wlan.c) says and its documentation does not:

- By itself it tries for ever, and status() then says STAT_CONNECTING for ever, whatever is wrong.
  With ``reconnects=0`` it tries once and keeps the reason; the trying is done here.
- The reason of the last failure stays until an address was received, also over the next connect():
  right after it, status() speaks of the attempt before.
- It does not tell "in the network, waiting for an address" from "connecting". But asking for the
  strength of the signal raises OSError outside of a network.
- scan() stops the board for two seconds: it is done only where there is a choice.
"""

import asyncio
import random
import time

import network
from fabnum import drop
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any

# Why there is no network, in words of ``fabnum.telling``.
_REFUSED = const("refused")
_NO_ADDRESS = const("no-address")
_LOST = const("lost")

_POLL_MS = const(100)
_WATCH_MS = const(1_000)
# After the access point returns, a board shall publish within 30 s.
_FIRST_DELAY_MS = const(1_000)
_MAX_DELAY_MS = const(10_000)


class Wifi:
    """The station of the chip. Start run() as a task; it never returns.

    ``ssid``: the network that the board is in, or was in last; empty before the first.
    ``networks``: list of ``{"ssid": …, "password": …}``, the password empty or absent for an open
    one. ``on_state(up, reason)``, a plain function, is called at every change. ``hostname`` is the
    name that routers show. ``before_join(reason)``, if set, is awaited before each attempt, with
    the reason of the last: setup mode lives there.
    """

    join_timeout_ms = 20_000
    stale_ms = 8_000  # after so long an unchanged reason belongs to this attempt

    def __init__(
        self,
        networks: list[dict[str, str]],
        on_state: "Callable[[bool, str], object] | None" = None,
        hostname: str = "",
    ) -> None:
        self._networks = networks
        self.ssid = ""
        self._on_state = on_state
        self._hostname = hostname
        self.before_join: Callable[[str], Coroutine[Any, Any, None]] | None = None
        self.connected = asyncio.Event()
        self.reason = ""  # while connected, and before the first attempt has failed
        self._wlan = network.WLAN(network.STA_IF)

    def change(self, networks: list[dict[str, str]]) -> None:
        """Know these networks from now on, and try the first of them first."""
        self._networks = networks
        self.ssid = networks[0]["ssid"] if networks else ""

    def rssi(self) -> int | None:
        """Return the strength of the signal in dBm, or None outside of a network."""
        try:
            return self._wlan.status("rssi")
        except OSError:
            return None

    async def run(self) -> None:
        """Join, watch, join again."""
        failures = 0
        while True:
            if self.before_join:
                await self.before_join(self.reason)
            reason = await self._join_any()
            if reason:
                self._set_state(False, reason)
                limit = min(_MAX_DELAY_MS, _FIRST_DELAY_MS << min(failures, 8))
                await asyncio.sleep_ms(random.randrange(limit))  # full jitter
                failures += 1
                continue
            failures = 0
            self._set_state(True, "")
            while self._wlan.isconnected():
                await asyncio.sleep_ms(_WATCH_MS)
            self._set_state(False, _LOST)

    async def _join_any(self) -> str:
        # Join one of the known networks. Returns "", or the most telling reason of all that failed.
        reasons = []
        try:
            self.switch_on()
            for known in self._candidates():
                reason = await self._join(known)
                if not reason:
                    return ""
                reasons.append(reason)
        except OSError:  # the Wi-Fi of the chip itself: it is switched off and on before the next
            self._wlan.active(False)
            return _REFUSED
        from fabnum import telling

        reason = telling.most(reasons)
        drop("telling")
        return reason

    def switch_on(self) -> None:
        """Switch the station on if it is off. Raises OSError if the chip cannot."""
        if self._wlan.active():
            return
        if self._hostname:
            network.hostname(self._hostname)
        self._wlan.active(True)
        self._wlan.config(reconnects=0)

    def _candidates(self) -> "Iterator[dict[str, str]]":
        # The network of before first: most often it is back, and nobody has to stop and scan.
        last = None
        for known in self._networks:
            if known["ssid"] == self.ssid or len(self._networks) == 1:
                last = known
                yield known
        if len(self._networks) > 1:
            from fabnum import sight

            seen = sight.known(self._networks, self._wlan.scan())
            drop("sight")
            for known in seen:
                if known is not last:
                    yield known

    async def _join(self, known: dict[str, str]) -> str:
        # Try one network. Returns "", or the reason.
        before = self._wlan.status()
        self._wlan.connect(known["ssid"], known.get("password") or None)
        start = time.ticks_ms()
        reason = ""
        while not reason:
            await asyncio.sleep_ms(_POLL_MS)
            if self._wlan.isconnected():
                self.ssid = known["ssid"]
                return ""
            elapsed = time.ticks_diff(time.ticks_ms(), start)
            status = self._wlan.status()
            if status != before or elapsed > self.stale_ms:
                before = 0  # from now on the status is about this attempt
                reason = self._reason(status)
            if not reason and elapsed > self.join_timeout_ms:
                reason = _NO_ADDRESS
        self._wlan.disconnect()
        return reason

    def _reason(self, status: int) -> str:
        # Why the attempt has failed, or "" while it goes on. An address is waited for, whatever
        # reason is left from before.
        if status in (network.STAT_CONNECTING, network.STAT_GOT_IP) or self.rssi() is not None:
            return ""
        from fabnum import telling

        reason = telling.word(status)
        drop("telling")
        return reason

    def _set_state(self, up: bool, reason: str) -> None:
        changed = up != self.connected.is_set() or reason != self.reason
        self.reason = reason
        if up:
            self.connected.set()
        else:
            self.connected.clear()
        if changed and self._on_state:
            self._on_state(up, reason)
