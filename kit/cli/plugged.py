"""Which board a command means, where only its port could tell."""

from collections.abc import Sequence

from kit.errors import FabnumError
from kit.i18n import _
from provisioning import cards
from provisioning.ports import PortSource, SystemPorts


def only_board(port: str, source: PortSource | None = None) -> str:
    """Return the port named, else that of the only board; ``source``: where boards are plugged in.

    Raises CardError ``no-port``; FabnumError where there are several.
    """
    if port:
        return port
    found = _found(source)
    if len(found) > 1:
        raise FabnumError(
            _("There are {n} boards plugged in.", n=len(found)),
            _("Name one of them with --port: {ports}.", ports=", ".join(found)),
        )
    return found[0]


def boards(ports: Sequence[str], *, every: bool, source: PortSource | None = None) -> list[str]:
    """Return the ports named, else that of the only board, or of ``every`` one. As above."""
    if ports:
        return list(dict.fromkeys(ports))
    found = _found(source)
    if len(found) > 1 and not every:
        raise FabnumError(
            _("There are {n} boards plugged in.", n=len(found)),
            _("Name one of them ({ports}), or take all with --all.", ports=", ".join(found)),
        )
    return found


def _found(source: PortSource | None) -> list[str]:
    found = [port.path for port in (source or SystemPorts()).list()]
    if not found:
        raise cards.failure("no-port")
    return found
