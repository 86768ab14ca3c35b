"""What this board is told: ``config.json`` (which one it is) and ``build.json`` (what it is).

    {"town": "ville", "device": "air-01", "build": "air",
     "wifi": [{"ssid": "…", "password": "…"}],
     "broker": {"host": "192.168.1.10", "port": 8883, "tls": true, "user": "…", "password": "…"},
     "period": null, "ntp": "pool.ntp.org", "deployed": false, "settings": {}}

The first four keys of that example and ``broker.host`` are needed, the others have defaults.
``period`` (seconds) replaces that of the program where it differs from the build's own; ``ntp`` is
empty where no time server can be reached; ``deployed`` switches the watchdog on.

The firmware never replaces a file that it cannot read: what a person wrote there is theirs to mend.
"""

import json
import os

FOLDER = ""
"""What stands before ``/config.json``: empty on a board, a folder in a test."""

_SLUG = "abcdefghijklmnopqrstuvwxyz0123456789-"
_BROKER_DEFAULTS = {"port": 8883, "tls": True, "user": None, "password": None}
_DEFAULTS = {"period": None, "ntp": "pool.ntp.org", "deployed": False, "settings": {}}

_loaded = {}


class ConfigError(ValueError):
    """A file that cannot be used; ``str()`` is one French sentence with the place and the cause."""


def path(name):
    """Return the path of one of the board's files."""
    return FOLDER + "/" + name


def load():
    """Return ``config.json`` with its defaults filled in. Raises ConfigError."""
    return _once("config.json", _with_defaults)


def load_build():
    """Return ``build.json``: see ``kit.catalogue.Build.for_device``. Raises ConfigError."""
    return _once("build.json", _checked_build)


def authority():
    """Return the certificate of the kit's authority, ``ca.der``. Raises ConfigError."""
    try:
        with open(path("ca.der"), "rb") as file:
            return file.read()
    except OSError:
        raise ConfigError("ca.der manque : installez de nouveau cet objet.") from None


def update(changes):
    """Write ``config.json`` with some keys changed, whole or not at all.

    Raises ConfigError, and writes nothing, if the file there or the result cannot be used; OSError
    if the flash refuses.
    """
    changed = dict(load())
    changed.update(changes)
    _with_defaults(changed)
    new = path("config.json.new")
    with open(new, "w") as file:
        json.dump(changed, file)
    os.rename(new, path("config.json"))
    forget()


def forget():
    """Read the files again at the next call."""
    _loaded.clear()


def _once(name, check):
    if name not in _loaded:
        _loaded[name] = check(_read(name))
    return _loaded[name]


def _read(name):
    try:
        with open(path(name)) as file:
            content = json.load(file)
    except OSError:
        raise ConfigError("%s manque : installez de nouveau cet objet." % name) from None
    except ValueError:  # also a UnicodeError
        raise ConfigError("%s n’est pas du JSON : vérifiez les virgules." % name) from None
    if not isinstance(content, dict):
        raise ConfigError("%s doit commencer par { et finir par }." % name)
    return content


def _checked_build(build):
    for key, kind in (("parts", list), ("channels", dict), ("commands", dict)):
        if not isinstance(build.get(key), kind):
            raise ConfigError("build.json : « %s » manque : installez de nouveau cet objet." % key)
    return build


def _with_defaults(content):
    """Return a checked configuration. Raises ConfigError for the first thing that is wrong."""
    config = dict(_DEFAULTS)
    config.update(content)
    for key in ("town", "device", "build"):
        _require(_is_slug(config.get(key)), key, "1 à 32 lettres minuscules, chiffres ou tirets")
    _require(_are_networks(config.get("wifi")), "wifi", "une liste de {ssid, password}")
    config["broker"] = _checked_broker(config.get("broker"))
    period = config["period"]
    _require(
        period is None or (_is_number(period) and 1 <= period <= 86400),
        "period",
        "un nombre de secondes, de 1 à 86400",
    )
    _require(isinstance(config["ntp"], str), "ntp", "un nom de serveur, ou vide")
    _require(isinstance(config["deployed"], bool), "deployed", "true ou false")
    _require(isinstance(config["settings"], dict), "settings", "un objet { }")
    return config


def _checked_broker(content):
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


def _require(right, key, expected):
    if not right:
        raise ConfigError("config.json : « %s » doit être %s." % (key, expected))


def _is_slug(value):
    return isinstance(value, str) and 1 <= len(value) <= 32 and all(c in _SLUG for c in value)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _are_networks(value):
    return isinstance(value, list) and all(_is_network(network) for network in value)


def _is_network(value):
    return (
        isinstance(value, dict)
        and isinstance(value.get("ssid"), str)
        and 1 <= len(value["ssid"].encode()) <= 32
        and isinstance(value.get("password", ""), str)
    )
