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
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any

# Why there is no network, the most telling last: it chooses the LED's code and the log's sentence.
_NO_NETWORK = const("no-network")  # no known network in sight
_REFUSED = const("refused")  # it is there and does not take us: full, too weak, filtered
_NO_ADDRESS = const("no-address")  # it took us and gives no address (DHCP)
_WRONG_PASSWORD = const("wrong-password")
_LOST = const("lost")  # it was up and is gone; the next attempt begins
_TELLING = (_NO_NETWORK, _REFUSED, _NO_ADDRESS, _WRONG_PASSWORD)

# Reasons of ESP-IDF (esp_wifi_types.h). The port has names for some, and not in every version.
_REASONS = {
    2: _WRONG_PASSWORD,  # AUTH_EXPIRE: how some access points answer a wrong password
    15: _WRONG_PASSWORD,  # 4WAY_HANDSHAKE_TIMEOUT: how most do
    201: _NO_NETWORK,  # NO_AP_FOUND
    202: _WRONG_PASSWORD,  # AUTH_FAIL
    204: _WRONG_PASSWORD,  # HANDSHAKE_TIMEOUT
    210: _WRONG_PASSWORD,  # no access point of this name with a security that fits the password
    211: _WRONG_PASSWORD,  # the same, for older security than we accept
    212: _NO_NETWORK,  # none above the signal threshold
}

_POLL_MS = const(100)
_WATCH_MS = const(1_000)
# After the access point returns, a board shall publish within 30 s.
_FIRST_DELAY_MS = const(1_000)
_MAX_DELAY_MS = const(10_000)


class Wifi:
    """The station of the chip. Start run() as a task; it never returns.

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
        self.change(networks)
        self._last_ssid = ""
        self._on_state = on_state
        self._hostname = hostname
        self.before_join: Callable[[str], Coroutine[Any, Any, None]] | None = None
        self.connected = asyncio.Event()
        self.reason = ""  # while connected, and before the first attempt has failed
        self._wlan = network.WLAN(network.STA_IF)

    def change(self, networks: list[dict[str, str]]) -> None:
        """Know these networks from now on, and try the first of them first."""
        self._passwords = {known["ssid"]: known.get("password", "") for known in networks}
        self._ssids = [known["ssid"] for known in networks]  # in the order of the configuration
        self._last_ssid = self._ssids[0] if self._ssids else ""

    @property
    def ssid(self) -> str:
        """The network that the board is in, or was in last; empty before the first."""
        return self._last_ssid

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
        found = 0
        try:
            self.switch_on()
            for ssid in self._candidates():
                reason = await self._join(ssid)
                if not reason:
                    return ""
                found = max(found, _TELLING.index(reason))
        except OSError:  # the Wi-Fi of the chip itself: it is switched off and on before the next
            self._wlan.active(False)
            return _REFUSED
        return _TELLING[found]

    def switch_on(self) -> None:
        """Switch the station on if it is off. Raises OSError if the chip cannot."""
        if self._wlan.active():
            return
        if self._hostname:
            network.hostname(self._hostname)
        self._wlan.active(True)
        self._wlan.config(reconnects=0)

    def _candidates(self) -> "Iterator[str]":
        # The network of before first: most often it is back, and nobody has to stop and scan.
        last = self._last_ssid or (self._ssids[0] if len(self._ssids) == 1 else "")
        if last:
            yield last
        if len(self._ssids) > 1:
            for ssid in self._in_sight():
                if ssid != last:
                    yield ssid

    def _in_sight(self) -> list[str]:
        # The known networks, strongest first; then, if some network hides its name, those not seen.
        strengths: dict[bytes, int] = {}
        for point in self._wlan.scan():
            name, rssi = point[0], point[3]
            strengths[name] = max(rssi, strengths.get(name, rssi))
        seen = [ssid for ssid in self._ssids if ssid.encode() in strengths]
        seen.sort(key=lambda ssid: -strengths[ssid.encode()])
        if b"" in strengths:
            seen += [ssid for ssid in self._ssids if ssid not in seen]
        return seen

    async def _join(self, ssid: str) -> str:
        # Try one network. Returns "", or the reason.
        before = self._wlan.status()
        self._wlan.connect(ssid, self._passwords[ssid] or None)
        start = time.ticks_ms()
        reason = ""
        while not reason:
            await asyncio.sleep_ms(_POLL_MS)
            if self._wlan.isconnected():
                self._last_ssid = ssid
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
        return _REASONS.get(status, _REFUSED)

    def _set_state(self, up: bool, reason: str) -> None:
        changed = up != self.connected.is_set() or reason != self.reason
        self.reason = reason
        if up:
            self.connected.set()
        else:
            self.connected.clear()
        if changed and self._on_state:
            self._on_state(up, reason)
