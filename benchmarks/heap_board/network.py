"""A Wi-Fi that is there at once."""

STA_IF = 0
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010


class WLAN:
    """Connected from the first connect() on."""

    def __init__(self, _interface):
        self._connected = False
        self._active = False

    def active(self, on=None):
        """Return or set whether the radio is on."""
        if on is not None:
            self._active = on
        return self._active

    def config(self, **_settings):
        """Take every setting."""

    def connect(self, _ssid, _password=None):
        """Connect."""
        self._connected = True

    def isconnected(self):
        """Return whether connect() was called."""
        return self._connected

    def status(self, _what=None):
        """Return the strength of the signal, or that there is an address."""
        return -50 if _what == "rssi" else STAT_GOT_IP


def hostname(_name):
    """Take the name."""
