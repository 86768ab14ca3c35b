"""The Wi-Fi of the chip, among the access points of the twin's world.

Constants, states and errors are those of MicroPython's ESP32 port (network_wlan.c, 1.24). By
itself the station tries again for ever; ``config(reconnects=n)`` bounds that. That no access point
was found, or the password is wrong, shows at once and stays until an address was received; other
reasons show only when the station has given up.

The board's own access point is reached from the PC's loopback: ``socket.py`` says how.
"""

import os

import utime
import world

STA_IF = 0
AP_IF = 1
STAT_IDLE = 1000
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010
STAT_BEACON_TIMEOUT = 200
STAT_NO_AP_FOUND = 201
STAT_WRONG_PASSWORD = 202
STAT_ASSOC_FAIL = 203
STAT_HANDSHAKE_TIMEOUT = 204
AUTH_OPEN = 0
AUTH_WPA2_PSK = 3
AUTH_WPA2_ENTERPRISE = 5

AP_ADDRESS = "127.0.0.1"
"""Of the board in its own network: 192.168.4.1 on the chip. Here it is what the PC can reach."""

PORTS = world.HOST + "/ports.json"
"""Tells the host on which ports of the PC the board's own network is served."""

_PHONE_STAYS_MS = 10_000
"""How long after its last connection the PC counts as a phone in the board's own network."""

_ATTEMPT_MS = 120
"""How long one attempt to join takes. The chip needs one to three seconds; nobody waits here."""

_hostname = "mpy-esp32"
_country = "XX"


class WLAN:
    """One of the two interfaces. Both ``WLAN(STA_IF)`` are the same station, as on the chip."""

    IF_STA = STA_IF
    IF_AP = AP_IF
    SEC_OPEN = AUTH_OPEN
    SEC_WPA2 = AUTH_WPA2_PSK
    PM_NONE = 0
    PM_PERFORMANCE = 1
    PM_POWERSAVE = 2

    def __new__(cls, interface=STA_IF):
        """Return the interface that is there already, if it is."""
        if interface not in _interfaces:
            raise ValueError("invalid WLAN interface identifier")
        return _interfaces[interface] or super().__new__(cls)

    def __init__(self, interface=STA_IF):
        if _interfaces[interface] is self:
            return
        _interfaces[interface] = self
        self._station = interface == STA_IF
        self._active = False
        self._requested = None
        self._associated = None
        self._joined = None
        self._reason = 0
        self._attempts = 0
        self._attempt_end = 0
        self._config = {
            "mac": bytes.fromhex(world.state["mac"]),
            "reconnects": -1,
            "txpower": 20.0,
            "pm": WLAN.PM_PERFORMANCE,
            "channel": 6,
            "protocol": 7,
            "ssid": "",
            "essid": "",
        }

    def active(self, wanted=None):
        """Switch the interface, or say whether it is on."""
        if wanted is not None:
            self._active = bool(wanted)
            if not wanted:
                self._requested = self._associated = self._joined = None
                if not self._station:
                    _close_ports()
        return self._active

    def scan(self):
        """Return (ssid, bssid, channel, rssi, security, hidden) of what is in the air."""
        self._require_station()
        if not self._active:
            raise OSError("STA must be active")
        found = []
        for number, point in enumerate(_points()):
            found.append(
                (
                    b"" if point.get("hidden") else point["ssid"].encode(),
                    bytes((2, 0, 0, 0, 1, number)),
                    6,
                    point.get("rssi", -60),
                    _security(point),
                    False,
                )
            )
        return sorted(found, key=lambda point: -point[3])

    def connect(self, ssid=None, key=None, *, bssid=None):
        """Begin to join; what comes of it is seen in ``status()`` and ``isconnected()``."""
        self._require_station()
        if not self._active:
            raise OSError("Wifi Internal State Error")
        if ssid is not None:
            self._requested = (ssid, key or "")
            self._config["ssid"] = self._config["essid"] = ssid
        if self._requested is None:
            raise OSError("Wifi Invalid Argument")
        self._associated = self._joined = None
        self._attempts = 0
        self._begin_attempt()

    def disconnect(self):
        """Leave the network and stop trying."""
        if self._associated is not None:
            self._reason = 0
        self._requested = self._associated = self._joined = None

    def isconnected(self):
        """Whether the station is in a network and has an address, or a phone is in the board's."""
        if not self._station:
            return self._active and _phone_is_here()
        self._go_on()
        return self._joined is not None

    def status(self, what=None):
        """Return the state, or with ``"rssi"`` the strength of the signal in dBm."""
        self._go_on()
        if what == "rssi":
            if self._associated is None:
                raise OSError("Wifi Not Connected")
            return self._associated.get("rssi", -60)
        if what is not None:
            raise ValueError("unknown status param")
        if not self._station:
            return None
        if self._joined is not None:
            return STAT_GOT_IP
        if self._reason in (STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD):
            return self._reason
        if self._requested is not None and not self._gave_up():
            return STAT_CONNECTING
        return self._reason or STAT_IDLE

    def ifconfig(self, addresses=None):
        """Return (address, netmask, gateway, DNS server)."""
        if not self._station:
            return (AP_ADDRESS, "255.255.255.0", AP_ADDRESS, AP_ADDRESS)
        if self.isconnected():
            return ("192.168.4.20", "255.255.255.0", "192.168.4.1", "192.168.4.1")
        return ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0")

    def ipconfig(self, what=None, **settings):
        """Return what is asked of ``addr4``, ``gw4``, ``dhcp4``, ``has_dhcp4``."""
        address, netmask, gateway, _ = self.ifconfig()
        if what is None:
            return None
        answers = {
            "addr4": (address, netmask),
            "gw4": gateway,
            "dhcp4": True,
            "has_dhcp4": self._station and self._joined is not None,
        }
        if what not in answers:
            raise ValueError("unexpected key")
        return answers[what]

    def config(self, name=None, **settings):
        """Read one setting, or set some."""
        if name is not None:
            if name in ("hostname", "dhcp_hostname"):
                return _hostname
            if name not in self._config:
                raise ValueError("unknown config param")
            return self._config[name]
        self._config.update(settings)
        return None

    def _require_station(self):
        if not self._station:
            raise OSError("STA required")

    def _begin_attempt(self):
        self._attempt_end = utime.ticks_add(utime.ticks_ms(), _ATTEMPT_MS)

    def _gave_up(self):
        limit = self._config["reconnects"]
        return limit >= 0 and self._attempts > limit

    def _go_on(self):
        """Let happen what the chip does by itself: lose the network, try again, join."""
        world.poll()
        if not self._active or self._requested is None:
            return
        point = _point(self._requested[0])
        if self._associated is not None:
            if point is None:
                self._fail(STAT_BEACON_TIMEOUT)
            elif point.get("dhcp", True) and self._joined is None:
                self._joined = point
                self._reason = 0
        elif self._gave_up() or utime.ticks_diff(self._attempt_end, utime.ticks_ms()) > 0:
            pass
        elif point is None:
            self._fail(STAT_NO_AP_FOUND)
        elif point.get("password", "") != self._requested[1]:
            self._fail(point.get("refusal", STAT_WRONG_PASSWORD))
        else:
            self._associated = point  # without an address the port says CONNECTING for ever
            self._go_on()

    def _fail(self, reason):
        """Be out of the network, and try again after a while if that is wanted."""
        self._associated = self._joined = None
        self._reason = reason
        self._attempts += 1
        self._begin_attempt()


_interfaces = {STA_IF: None, AP_IF: None}


_phone_ms = None


def phone_came():
    """Note that somebody connects to the board in its own network."""
    global _phone_ms
    _phone_ms = utime.ticks_ms()


def _phone_is_here():
    world.poll()
    if world.state.get("phone"):
        return True
    now = utime.ticks_ms()
    return _phone_ms is not None and utime.ticks_diff(now, _phone_ms) < _PHONE_STAYS_MS


def access_point_is_open():
    """Whether the board's own network is there."""
    point = _interfaces[AP_IF]
    return point is not None and point.active()


def _close_ports():
    try:
        os.remove(PORTS)
    except OSError:
        pass  # nothing was served


def _security(point):
    if point.get("login"):
        return AUTH_WPA2_ENTERPRISE
    return AUTH_WPA2_PSK if point.get("password") else AUTH_OPEN


def _points():
    return world.state["access_points"] if world.state["wifi"] else ()


def _point(ssid):
    for point in _points():
        if point["ssid"] == ssid:
            return point
    return None


def station():
    """Return the station if the firmware has made it, without making it."""
    return _interfaces[STA_IF]


def hostname(name=None):
    """Return or set the name that the board gives to the DHCP server."""
    global _hostname
    if name is not None:
        _hostname = name
    return _hostname


def country(code=None):
    """Return or set the two letters of the country, which decide on the channels."""
    global _country
    if code is not None:
        _country = code
    return _country
