"""``esp``: what of it is harmless."""

import json

with open("start.json") as _file:
    _flash_size = json.load(_file)["flash"]


def flash_size():
    """Return the bytes of the flash chip."""
    return _flash_size


def osdebug(level, log_level=0):
    """Leave the messages of ESP-IDF as they are."""
