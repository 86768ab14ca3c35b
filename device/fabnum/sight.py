"""Which of the known networks are in sight. Loaded by ``fabnum.wifi`` where there is a choice."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def known(networks: list[dict[str, str]], points: "Iterable[Any]") -> list[dict[str, str]]:
    """Return the known networks that a scan has found, the strongest first.

    If some network hides its name, then also those not seen. ``points``: of ``WLAN.scan()``, tuples
    of which the first is the name, the fourth the strength in dBm.
    """
    strengths: dict[bytes, int] = {}
    for point in points:
        name, rssi = point[0], point[3]
        strengths[name] = max(rssi, strengths.get(name, rssi))
    seen = [network for network in networks if network["ssid"].encode() in strengths]
    seen.sort(key=lambda network: -strengths[network["ssid"].encode()])
    if b"" in strengths:
        seen += [network for network in networks if network not in seen]
    return seen
