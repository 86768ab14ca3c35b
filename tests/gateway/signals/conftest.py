"""The site that these tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.signals.signal_site import SignalSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SignalSite]:
    made = SignalSite(tmp_path)
    yield made
    made.close()
