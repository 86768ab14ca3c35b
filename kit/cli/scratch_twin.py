"""Simulated objects at a site that is gone afterwards: enrolled as real ones, and put on a twin."""

from pathlib import Path

from device.twin.host import AccessPoint, Fleet, Twin, World
from gateway import enrol
from gateway.registry import Device, Registry
from kit import firmware
from kit.settings import DataFolder, Settings

WIFI = AccessPoint(ssid="fablab", password="atelier-ouvert")  # noqa: S106 - of the simulated air


def enrol_twin(
    fleet: Fleet,
    root: Path,
    site: tuple[Settings, DataFolder, Registry],
    device: Device,
    *,
    period: float,
    world: World,
) -> Twin:
    """Enrol an object and make its twin in a folder of its name below ``root``, switched off.

    ``period``: seconds between two readings. The world gets the Wi-Fi that the object knows.
    """
    settings, folder, registry = site
    configuration = enrol.enrol(settings, registry, device).configuration
    configuration |= {
        "wifi": [{"ssid": WIFI.ssid, "password": WIFI.password}],
        "period": period,
        "ntp": "",
        "settings": {"window": 0},  # nobody stands before a board that does not exist
    }
    world.access_points = [WIFI]
    return fleet.add(
        root / device.device,
        firmware.assemble(device.build),
        firmware.identity(configuration, (folder.authority / "ca.der").read_bytes()),
        world,
    )
