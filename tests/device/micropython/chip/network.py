"""The Wi-Fi of an ESP32 as the firmware sees it, with the habits that its documentation conceals.

After ports/esp32/network_wlan.c: the reason of the last failure stays until an address is received,
also over the next connect(); a station without an address is neither connected nor failed.
``air`` is what is around: ssid -> dict(password, rssi, dhcp, hidden, refuses).
"""

import time

STA_IF = 0
STAT_IDLE = 1000
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010

JOIN_MS = 250  # the firmware looks several times meanwhile
_NO_AP_FOUND = 201
_HANDSHAKE = 15
_BEACON_TIMEOUT = 200
_ASSOC_FAIL = 203

air = {}
scans = []
joins = []
names = []


def hostname(wanted):
    names.append(wanted)


class WLAN:
    def __init__(self, interface):
        self._on = False
        self._reconnects = -1
        self._ssid = None
        self._password = None
        self._requested = False
        self._associated = False
        self._address = False
        self._reason = 0
        self._started = 0
        self._failed = False

    def active(self, on=None):
        if on is not None:
            self._on = on
        return self._on

    def config(self, reconnects):
        assert self._on
        self._reconnects = reconnects

    def scan(self):
        assert self._on
        scans.append(time.ticks_ms())
        return [
            (b"" if point.get("hidden") else ssid.encode(), b"123456", 1, point["rssi"], 3, False)
            for ssid, point in air.items()
        ]

    def connect(self, ssid, password):
        if not self._on or (self._requested and not self._failed and not self._associated):
            raise OSError("Wifi Internal State Error")
        joins.append(ssid)
        self._ssid, self._password = ssid, password
        self._requested = True
        self._associated = self._address = self._failed = False
        self._started = time.ticks_ms()

    def disconnect(self):
        self._requested = self._associated = self._address = False

    def _go_on(self):
        point = air.get(self._ssid)
        if self._associated and point is None:
            self._fail(_BEACON_TIMEOUT)
        if not self._requested or self._associated or self._failed:
            return
        if time.ticks_diff(time.ticks_ms(), self._started) < JOIN_MS:
            return
        if point is None:
            self._fail(_NO_AP_FOUND)
        elif point.get("refuses"):
            self._fail(_ASSOC_FAIL)
        elif point.get("password") != self._password:
            self._fail(_HANDSHAKE)
        else:
            self._associated = True
            self._address = point.get("dhcp", True)
            if self._address:
                self._reason = 0

    def _fail(self, reason):
        assert self._reconnects == 0, "it would try for ever"
        self._failed = True
        self._associated = self._address = False
        self._reason = reason

    def isconnected(self):
        self._go_on()
        return self._address

    def status(self, what=None):
        self._go_on()
        if what == "rssi":
            if not self._associated:
                raise OSError("Wifi Not Connected")
            return air[self._ssid]["rssi"]
        if self._address:
            return STAT_GOT_IP
        if self._reason in (_NO_AP_FOUND, 202):
            return self._reason
        if self._requested and not self._failed:
            return STAT_CONNECTING
        return self._reason or STAT_IDLE
