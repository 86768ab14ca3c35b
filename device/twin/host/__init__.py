"""Keeps twins: ``Fleet`` makes and runs them, each a process of its own.

>>> with Fleet() as fleet:
...     air = fleet.add(folder, firmware.assemble("air"), firmware.identity(config))
...     air.start()
"""

from device.twin.host.fleet import Fleet
from device.twin.host.twin import Twin
from device.twin.host.world import AccessPoint, World

__all__ = ["AccessPoint", "Fleet", "Twin", "World"]
