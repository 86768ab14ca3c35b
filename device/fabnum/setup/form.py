"""What a visitor wrote: checked, and turned into the changes of ``config.json``."""

from fabnum.setup.request import is_number
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.setup.networks import Seen

_MOST_NETWORKS = const(5)
_LONGEST_SSID = const(32)  # bytes: IEEE 802.11, 9.4.2.2
_SHORTEST_KEY = const(8)  # a WPA passphrase: IEEE 802.11, J.4.1
_LONGEST_KEY = const(63)
_RAW_KEY = const(64)  # hexadecimal digits
_LONGEST_HOST = const(253)
_HOST = const("abcdefghijklmnopqrstuvwxyz0123456789.-")


class FormError(Exception):
    """``word``: what is wrong; the page has a sentence for it. It begins with the field's name."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def changes(
    fields: dict[str, str],
    settings: "dict[str, Any]",
    networks: "list[Seen]",
    refused: str = "",
) -> "dict[str, Any]":
    """Return what changes in the configuration; empty if nothing does. Raises FormError.

    ``fields``: ``ssid`` (chosen from the list) or ``name`` (written), ``key``, ``host``, ``port``.
    ``settings``: the configuration as it is. ``networks``: those in the air. ``refused``: the
    network whose known password is wrong.
    """
    broker = _broker(fields, settings["broker"])
    chosen, written = fields.get("ssid", ""), fields.get("name", "")
    if chosen and written and chosen != written:
        raise FormError("name-both")
    ssid = chosen or written
    if not ssid:
        if broker == settings["broker"] or fields.get("key"):
            raise FormError("name-missing")
        return {"broker": broker}
    known = settings["wifi"]
    right = [network for network in known if network["ssid"] != refused]
    key = _key(fields.get("key", ""), _checked(ssid), right, networks)
    others = [network for network in known if network["ssid"] != ssid]
    wifi = [{"ssid": ssid, "password": key}] + others
    return {"wifi": wifi[:_MOST_NETWORKS], "broker": broker}


def _checked(ssid: str) -> str:
    if len(ssid.encode()) > _LONGEST_SSID or _has_control(ssid):
        raise FormError("name-wrong")
    return ssid


def _key(key: str, ssid: str, known: list[dict[str, str]], networks: "list[Seen]") -> str:
    in_sight = [network for network in networks if network.ssid == ssid]
    if in_sight and in_sight[0].wants_login:
        raise FormError("name-login")
    if in_sight and in_sight[0].is_open:
        return ""  # with a password the chip would not join it
    if key and not _is_key(key):
        raise FormError("key-wrong")
    # A network that is known keeps its password: nobody has to find the slip of paper again.
    for network in known:
        if not key and network["ssid"] == ssid:
            key = network.get("password", "")
    if in_sight and not key:
        raise FormError("key-missing")
    return key


def _is_key(key: str) -> bool:
    size = len(key.encode())
    if size == _RAW_KEY:
        return all(letter in "0123456789abcdefABCDEF" for letter in key)
    return _SHORTEST_KEY <= size <= _LONGEST_KEY and not _has_control(key)


def _broker(fields: dict[str, str], broker: "dict[str, Any]") -> "dict[str, Any]":
    # A page whose advanced settings were never sent leaves the broker as it is.
    host = fields.get("host", broker["host"]).strip()
    port = fields.get("port", str(broker["port"])).strip()
    if host != broker["host"] and not _is_host(host):
        raise FormError("host-wrong")
    if not is_number(port) or not 1 <= int(port) <= 65535:
        raise FormError("port-wrong")
    changed = dict(broker)
    changed["host"], changed["port"] = host, int(port)
    return changed


def _is_host(host: str) -> bool:
    if not 0 < len(host) <= _LONGEST_HOST or host[0] in ".-" or ".." in host:
        return False
    return all(letter in _HOST for letter in host.lower())


def _has_control(text: str) -> bool:
    return any(letter < " " or letter == "\x7f" for letter in text)
