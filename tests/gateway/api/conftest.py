"""A site with an open town and a closed one, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.api.open_site import OpenSite, open_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OpenSite]:
    with open_site(tmp_path) as opened:
        yield opened
