"""The names micropython.org gives images: ``ESP32_GENERIC_S3-SPIRAM_OCT-20251209-v1.27.0.bin``.

Board, then a variant for other memory or partitions if it is one, the date, the version; previews
go on with ``-preview.254.gd9d3a2f``. Seen at https://micropython.org/download/ESP32_GENERIC_S3/.
"""

import re
from typing import NamedTuple

_NAME = re.compile(
    r"(?P<board>[A-Z][A-Z0-9_]*)"
    r"(?:-(?P<variant>[A-Z][A-Z0-9_]*))?"
    r"-(?P<date>\d{8})"
    r"-(?:unstable-)?v(?P<version>\d+\.\d+(?:\.\d+)?(?:-[\w.-]+?)?)"
    r"\.bin"
)


class ImageName(NamedTuple):
    """What a file's name says. ``version`` has no leading ``v``; ``date`` is ``YYYYMMDD``."""

    board: str
    variant: str
    date: str
    version: str


def parse(name: str) -> ImageName | None:
    """Read a file's name; ``None`` if micropython.org would not call an image so."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return ImageName(found["board"], found["variant"] or "", found["date"], found["version"])
