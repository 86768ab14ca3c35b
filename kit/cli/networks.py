"""The Wi-Fi networks that the bench writes onto boards: one secret file of the site."""

import json
from typing import Any

from rich.console import Console
from rich.prompt import Prompt

from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder

SECRET = "wifi"  # noqa: S105 - the name of the file, not what is in it


def known_networks(folder: DataFolder) -> list[dict[str, str]]:
    """Return the networks of this site, as ``config.json`` has them; none where none was told."""
    try:
        networks: Any = json.loads(folder.secret(SECRET))
    except (FabnumError, ValueError):
        return []
    return [network for network in networks if isinstance(network, dict) and network.get("ssid")]


def remember_network(folder: DataFolder, ssid: str, password: str) -> None:
    """Keep a network; it comes before those that are known already.

    Raises FabnumError if no Wi-Fi can have that name or password (IEEE 802.11, 9.4.2.2; WPA2).
    """
    if not 1 <= len(ssid.encode()) <= 32:
        raise FabnumError(
            _("“{name}” cannot name a Wi-Fi network.", name=ssid),
            _("Type the name as your phone shows it, 32 letters at most."),
        )
    if password and not 8 <= len(password.encode()) <= 63:
        raise FabnumError(
            _("A Wi-Fi password has 8 to 63 characters."),
            _("Look at the label of the router, and type it again."),
        )
    others = [network for network in known_networks(folder) if network["ssid"] != ssid]
    networks = [{"ssid": ssid, "password": password}, *others]
    folder.keep_secret(SECRET, json.dumps(networks, ensure_ascii=False))


def ask_network(folder: DataFolder, console: Console, ssid: str = "") -> None:
    """Ask for the network of the place; the password is not shown while it is typed."""
    name = ssid or Prompt.ask(_("Which Wi-Fi shall the boards use?"), console=console)
    password = Prompt.ask(_("Its password (it stays hidden)"), password=True, console=console)
    remember_network(folder, name, password)
