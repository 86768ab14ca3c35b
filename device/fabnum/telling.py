"""Why there is no Wi-Fi, in one word: it chooses the LED's code and the log's sentence.

``fabnum.wifi`` loads it when an attempt has failed and then drops it.
"""

from micropython import const

_NO_NETWORK = const("no-network")  # no known network in sight
_REFUSED = const("refused")  # it is there and does not take us: full, too weak, filtered
_NO_ADDRESS = const("no-address")  # it took us and gives no address (DHCP)
_WRONG_PASSWORD = const("wrong-password")

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


def word(status: int) -> str:
    """Return the word for what ``WLAN.status()`` says of an attempt that has failed."""
    return _REASONS.get(status, _REFUSED)


def most(reasons: list[str]) -> str:
    """Return the most telling of several reasons; without any, no network is in sight."""
    for reason in (_WRONG_PASSWORD, _NO_ADDRESS, _REFUSED):
        if reason in reasons:
            return reason
    return _NO_NETWORK
