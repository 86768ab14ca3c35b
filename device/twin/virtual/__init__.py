"""Virtual boards: ESP32s with a serial port, for the tools of the bench where there is no hardware.

>>> with VirtualBench(folder, count=2, build="air") as bench:
...     print(bench.boards[0].port)
"""

from device.twin.virtual.bench import VirtualBench
from device.twin.virtual.board import VirtualBoard
from device.twin.virtual.images import virtual_image

__all__ = ["VirtualBench", "VirtualBoard", "virtual_image"]
