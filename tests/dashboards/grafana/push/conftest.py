"""A Grafana of its own for each test; what broke its contract fails the test."""

from collections.abc import Iterator

import pytest

from tests.dashboards.grafana_contract import NEWEST, OLDER
from tests.dashboards.grafana_server import GrafanaServer


@pytest.fixture(params=["13.0.0", "11.4.0"])
def grafana(request: pytest.FixtureRequest) -> Iterator[GrafanaServer]:
    """Return a running Grafana, of a new and of an older version."""
    specification = NEWEST if request.param == "13.0.0" else OLDER
    with GrafanaServer(specification, version=request.param) as server:
        yield server
    assert server.violations == []
