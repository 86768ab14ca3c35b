"""A short visit to the broker ends as quietly as it began, whatever comes in meanwhile."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.visitor import visit
from tests.gateway.broker_site import NatsSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[NatsSite]:
    running = NatsSite(tmp_path)
    try:
        yield running
    finally:
        running.close()


async def test_a_visit_that_ends_while_messages_come_in_raises_nothing_of_its_own(
    site: NatsSite,
) -> None:
    key, password = site.enrol("air-1")
    device = site.device(key, password)
    for leaf in ("about", "status"):
        device.publish(key.topic(leaf), b"x" * 30_000, retain=True)
    for _ in range(20):
        with pytest.raises(KeyError):
            async with visit(site.settings, site.folder):
                raise KeyError


def test_gmqtt_prints_nothing_between_our_sentences() -> None:
    program = "import gateway.visitor, logging; logging.getLogger('gmqtt.mqtt').warning('lost')"
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stderr == ""
