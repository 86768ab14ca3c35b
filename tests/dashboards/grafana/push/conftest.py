"""A Grafana of its own for each test; what broke its contract fails the test."""

from collections.abc import Iterator

import pytest

from kit import i18n
from tests.dashboards.grafana_contract import NEWEST, OLDER
from tests.dashboards.grafana_server import GrafanaServer


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Say everything in English."""
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.fixture(params=["13.0.0", "11.4.0"])
def grafana(request: pytest.FixtureRequest) -> Iterator[GrafanaServer]:
    """Return a running Grafana, of a new and of an older version."""
    specification = NEWEST if request.param == "13.0.0" else OLDER
    with GrafanaServer(specification, version=request.param) as server:
        yield server
    assert server.violations == []
