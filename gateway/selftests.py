"""Hears of self-tests that objects make by themselves, and writes them into their logbooks."""

from collections.abc import Mapping
from typing import Any

from gateway.logbook import Kind
from gateway.noted_events import NotedEvents, time_of
from kit.names import DeviceKey


class SelfTests(NotedEvents):
    """Notes self-tests; ``data`` of the event is the result."""

    name = "self-test"

    def note(self, device: DeviceKey, event: Mapping[str, Any]) -> None:
        """Write a result down, under the time of the test (``at``, Unix seconds)."""
        result = event["data"]
        self.logbook.write(device, Kind.SELFTEST, result, time_of(result.get("at")))
