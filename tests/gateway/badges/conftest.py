"""A site that gives badges, and a definition of one."""

import datetime as dt
from pathlib import Path

import pytest

from gateway.badges.achievement import Criterion, Definition
from gateway.badges.office import BadgeOffice
from kit.cli.init import write_settings
from kit.settings import DataFolder, load

DAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
AIR = Definition(
    module="M02",
    version="1.0.0",
    name={"fr": "L’air de la classe", "en": "Classroom air"},
    description={"fr": "Monte un capteur d’air.", "en": "Builds an air sensor."},
    criteria={
        "fr": (Criterion("Le test de l’établi est réussi.", ("DigComp 5.1",)),),
        "en": (Criterion("The test of the bench has passed.", ("DigComp 5.1",)),),
    },
    minutes=300,
)


def make_office(root: Path) -> BadgeOffice:
    folder = DataFolder(root)
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "127.0.0.1"])
    return BadgeOffice(load(folder), folder)


@pytest.fixture
def office(tmp_path: Path) -> BadgeOffice:
    return make_office(tmp_path / "site")


def nowhere(address: str) -> str:
    raise OSError(address)
