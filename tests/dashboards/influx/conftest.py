"""What tests of boards against InfluxDB share: they speak English."""

from collections.abc import Iterator

import pytest

from kit import i18n


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)
