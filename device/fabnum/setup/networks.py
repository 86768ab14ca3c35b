"""The networks in the air, as a person can choose among them."""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

OWN = const("Fabnum-")
"""How the networks of boards in setup mode begin; it leads nowhere to join another's."""

_MOST = const(16)
_GOOD_DBM = const(-60)
_FAIR_DBM = const(-72)

# wifi_auth_mode_t of ESP-IDF (esp_wifi_types.h).
_WITHOUT_KEY = const((0, 9))  # open, and OWE
_WITH_LOGIN = const((5, 10, 13, 14))  # WPA2 and WPA3 for enterprises: a user and a password


class Seen:
    """One network: its name, ``strength`` from 1 (weak) to 3, what it wants from who comes."""

    def __init__(self, ssid: str, rssi: int, security: int) -> None:
        self.ssid = ssid
        self.strength = 3 if rssi >= _GOOD_DBM else 2 if rssi >= _FAIR_DBM else 1
        self.is_open = security in _WITHOUT_KEY
        self.wants_login = security in _WITH_LOGIN


def seen(points: "Iterable[tuple[Any, ...]]") -> list[Seen]:
    """Return the networks of a ``scan()``, each once, the strongest first.

    Names that nobody could type or read are left out: hidden, not UTF-8, with control characters.
    """
    networks: list[Seen] = []
    for point in sorted(points, key=lambda point: -point[3]):
        ssid = _readable(point[0])
        if ssid and not ssid.startswith(OWN) and ssid not in [network.ssid for network in networks]:
            networks.append(Seen(ssid, point[3], point[4]))
    return networks[:_MOST]


def _readable(name: bytes) -> str:
    try:
        ssid = name.decode()
    except ValueError:  # UnicodeError
        return ""
    return "" if [byte for byte in name if byte < 32 or byte == 127] else ssid
