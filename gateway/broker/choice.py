"""Which broker a site has."""

from gateway.broker.outside import OutsideBroker
from gateway.broker.state import Keeper
from gateway.broker.supervisor import Supervisor
from gateway.registry import Registry
from kit.settings import DataFolder, Settings


def keeper_for(settings: Settings, folder: DataFolder, registry: Registry) -> Keeper:
    """Return what keeps this site's broker to its registry, by ``broker.kind`` in the settings."""
    if settings.broker.kind == "mosquitto":
        return OutsideBroker(settings, folder, registry)
    return Supervisor(settings, folder, registry)
