"""A sound module in a folder of its own, and what the kit knows."""

import shutil
from pathlib import Path

import pytest

from curriculum import reading
from curriculum.known import Known
from kit.cli.curriculum_known import known


@pytest.fixture(scope="session")
def kit_known() -> Known:
    return known()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Return a copy of the template that the linter has nothing to say of."""
    folder = tmp_path / "00-lamp"
    shutil.copytree(reading.TEMPLATE, folder)
    return folder
