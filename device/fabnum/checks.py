"""Reads the files of ``fabnum.config``, if they can be used; the first mistake, in one sentence.

Loaded by ``fabnum.config`` when it reads or writes them, and dropped again: that is seldom.
"""

import json
import os

from fabnum.config import ConfigError
from fabnum.values import is_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SLUG = "abcdefghijklmnopqrstuvwxyz0123456789-"
_BROKER_DEFAULTS = {"port": 8883, "tls": True, "user": None, "password": None}
_DEFAULTS: "dict[str, Any]" = {
    "period": None,
    "ntp": "pool.ntp.org",
    "deployed": False,
    "setup_code": None,
    "settings": {},
}


def read(path: str) -> "dict[str, Any]":
    """Return the content of ``config.json`` or ``build.json``, checked. Raises ConfigError."""
    name = path.rsplit("/", 1)[-1]
    try:
        with open(path) as file:
            content: Any = json.load(file)
    except OSError:
        raise ConfigError("%s manque : installez de nouveau cet objet." % name) from None
    except ValueError:  # also a UnicodeError
        raise ConfigError("%s n’est pas du JSON : vérifiez les virgules." % name) from None
    if not isinstance(content, dict):
        raise ConfigError("%s doit commencer par { et finir par }." % name)
    return checked_build(content) if name == "build.json" else checked_config(content)


def read_authority(path: str) -> bytes:
    """Return ``ca.der``. Raises ConfigError."""
    try:
        with open(path, "rb") as file:
            certificate: bytes = file.read()
            return certificate
    except OSError:
        raise ConfigError("ca.der manque : installez de nouveau cet objet.") from None


def write(path: str, content: "dict[str, Any]") -> None:
    """Write ``config.json``, whole or not at all. Raises ConfigError or OSError."""
    checked_config(content)
    with open(path + ".new", "w") as file:
        json.dump(content, file)
    os.rename(path + ".new", path)


def checked_build(build: "dict[str, Any]") -> "dict[str, Any]":
    """Return it. Raises ConfigError."""
    for key, kind in (("parts", list), ("channels", dict), ("commands", dict)):
        if not isinstance(build.get(key), kind):
            raise ConfigError("build.json : « %s » manque : installez de nouveau cet objet." % key)
    build.pop("originals", None)  # the bench alone asks for them
    return build


def checked_config(content: "dict[str, Any]") -> "dict[str, Any]":
    """Return a checked configuration. Raises ConfigError for the first thing that is wrong."""
    config: dict[str, Any] = dict(_DEFAULTS)
    config.update(content)
    for key in ("town", "device", "build"):
        _require(_is_slug(config.get(key)), key, "1 à 32 lettres minuscules, chiffres ou tirets")
    _require(_are_networks(config.get("wifi")), "wifi", "une liste de {ssid, password}")
    config["broker"] = _checked_broker(config.get("broker"))
    period = config["period"]
    _require(
        period is None or (is_number(period) and 1 <= period <= 86400),
        "period",
        "un nombre de secondes, de 1 à 86400",
    )
    _require(isinstance(config["ntp"], str), "ntp", "un nom de serveur, ou vide")
    _require(isinstance(config["deployed"], bool), "deployed", "true ou false")
    _require(isinstance(config["settings"], dict), "settings", "un objet { }")
    _require(_is_setup_code(config["setup_code"]), "setup_code", "8 à 63 lettres ou chiffres")
    return config


def _checked_broker(content: "Any") -> "dict[str, Any]":
    _require(isinstance(content, dict), "broker", "un objet { }")
    broker = dict(_BROKER_DEFAULTS)
    broker.update(content)
    host, port = broker.get("host"), broker["port"]
    _require(isinstance(host, str) and 0 < len(host) < 254, "broker.host", "un nom ou une adresse")
    _require(type(port) is int and 1 <= port <= 65535, "broker.port", "un nombre de 1 à 65535")
    _require(isinstance(broker["tls"], bool), "broker.tls", "true ou false")
    for key in ("user", "password"):
        value = broker[key]
        _require(value is None or isinstance(value, str), "broker." + key, "un texte")
    return broker


def _require(right: bool, key: str, expected: str) -> None:
    if not right:
        raise ConfigError("config.json : « %s » doit être %s." % (key, expected))


def _is_slug(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 32 and all(c in _SLUG for c in value)


def _is_setup_code(value: object) -> bool:
    """Whether it can be the password of the board's own network; ``None``: it has none."""
    if value is None:
        return True
    return isinstance(value, str) and 8 <= len(value) <= 63 and all(" " <= c <= "~" for c in value)


def _are_networks(value: object) -> bool:
    return isinstance(value, list) and all(_is_network(network) for network in value)


def _is_network(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("ssid"), str)
        and 1 <= len(value["ssid"].encode()) <= 32
        and isinstance(value.get("password", ""), str)
    )
