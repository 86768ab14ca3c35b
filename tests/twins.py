"""Fleets of twins for tests."""

import pytest

from device.twin.host import Fleet
from device.twin.host.fleet import micropython
from kit.errors import FabnumError


def new_fleet() -> Fleet:
    """Return a fleet that does not run yet; the test is skipped where there is no MicroPython."""
    try:
        micropython()
    except FabnumError as error:
        pytest.skip(error.cause)
    return Fleet()
