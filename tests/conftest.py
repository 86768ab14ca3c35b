"""What holds for all tests."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from kit import i18n

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("fabnum", deadline=None)
settings.load_profile("fabnum")


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """Begin each test in the language that the kit speaks first, whatever others have spoken."""
    i18n.use(i18n.DEFAULT_LANGUAGE)
    yield
    i18n.use(i18n.DEFAULT_LANGUAGE)


@pytest.fixture
def english(french: None) -> None:
    """Let a test read English."""
    i18n.use("en")
