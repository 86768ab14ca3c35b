"""What this board is told: ``config.json`` (which one it is) and ``build.json`` (what it is).

    {"town": "ville", "device": "air-01", "build": "air",
     "wifi": [{"ssid": "…", "password": "…"}],
     "broker": {"host": "192.168.1.10", "port": 8883, "tls": true, "user": "…", "password": "…"},
     "period": null, "ntp": "pool.ntp.org", "deployed": false, "setup_code": null,
     "settings": {}}

The first four keys of that example and ``broker.host`` are needed, the others have defaults.
``period`` (seconds) replaces that of the program where it differs from the build's own; ``ntp`` is
empty where no time server can be reached; ``deployed`` switches the watchdog on; ``setup_code`` is
the password of the network that the board opens in setup mode, open to all without it.

The firmware never replaces a file that it cannot read: what a person wrote there is theirs to mend.
"""

from fabnum import drop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER = ""
"""What stands before ``/config.json``: empty on a board, a folder in a test."""

_loaded: "dict[str, dict[str, Any]]" = {}


class ConfigError(ValueError):
    """A file that cannot be used; ``str()`` is one French sentence with the place and the cause."""


def path(name: str) -> str:
    """Return the path of one of the board's files."""
    return FOLDER + "/" + name


def load() -> "dict[str, Any]":
    """Return ``config.json`` with its defaults filled in. Raises ConfigError."""
    return _once("config.json")


def load_build() -> "dict[str, Any]":
    """Return ``build.json``: see ``kit.catalogue.Build.for_device``. Raises ConfigError."""
    return _once("build.json")


def authority() -> bytes:
    """Return the certificate of the kit's authority, ``ca.der``. Raises ConfigError."""
    certificate: bytes = _with_checks("read_authority", path("ca.der"))
    return certificate


def update(changes: "dict[str, Any]") -> None:
    """Write ``config.json`` with some keys changed, whole or not at all.

    Raises ConfigError, and writes nothing, if the file there or the result cannot be used; OSError
    if the flash refuses.
    """
    changed = dict(load())
    changed.update(changes)
    _with_checks("write", path("config.json"), changed)
    forget()


def forget() -> None:
    """Read the files again at the next call."""
    _loaded.clear()


def _once(name: str) -> "dict[str, Any]":
    if name not in _loaded:
        _loaded[name] = _with_checks("read", path(name))
    return _loaded[name]


def _with_checks(name: str, *arguments: "Any") -> "Any":
    from fabnum import checks

    try:
        return getattr(checks, name)(*arguments)
    finally:
        drop("checks")
