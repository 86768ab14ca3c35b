"""How every object is, from what the journal remembers: the list of objects, and the doctor."""

import time
from pathlib import Path

import pytest

from gateway import doctor
from gateway.doctor import Verdict
from gateway.journal import Journal
from gateway.journal.model import Leaf
from gateway.model import Frame
from gateway.registry import Registry
from gateway.roll_call import roll_call
from kit import i18n
from kit.names import DeviceKey
from kit.settings import DataFolder
from tests.gateway.resident_site import device, settings_for

SLEEPER = DeviceKey("gonesse", "meteo")
QUIET = DeviceKey("gonesse", "climat")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_current", type(i18n._current)("language", default="en"))


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A site with one object that sleeps, and one that was heard an hour ago."""
    folder = DataFolder(tmp_path)
    registry = Registry(folder.registry)
    registry.add(device(SLEEPER, "climate", "Jardin", "Météo"))
    registry.add(device(QUIET, "climate", "Salle 2", "Climat"))
    registry.close()
    now = time.time()
    asleep = {"state": "sleeping", "t": int(now), "period": 600, "wakes": int(now) + 600}
    journal = Journal(folder.journal)
    frames = [
        Frame(SLEEPER, "5f3a", 1, now, {"temperature": 19}),
        Frame(QUIET, "5f3a", 1, now - 3600, {"temperature": 19}),
    ]
    journal.write(frames, leaves=[Leaf(SLEEPER, "status", now, asleep)]).result(10)
    journal.close()
    return folder


def test_each_object_has_the_words_of_its_card(folder: DataFolder) -> None:
    registry = Registry(folder.registry)
    cards = roll_call(settings_for(), folder, registry)
    registry.close()
    assert cards[SLEEPER].asleep.startswith("Asleep until ")
    assert cards[SLEEPER].condition == "good"
    assert cards[QUIET].condition == "silent"


def test_without_a_journal_nobody_knows(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    registry = Registry(folder.registry)
    assert roll_call(settings_for(), folder, registry) == {}
    folder.journal.write_bytes(b"no database at all" * 300)
    assert roll_call(settings_for(), folder, registry) == {}
    registry.close()


def test_the_doctor_names_who_gives_no_news_and_not_who_sleeps(folder: DataFolder) -> None:
    found = doctor._check_objects(settings_for(), folder)
    assert found.verdict is Verdict.WARN
    assert str(QUIET) in found.sentence
    registry = Registry(folder.registry)
    registry.revoke(QUIET)
    registry.close()
    found = doctor._check_objects(settings_for(), folder)
    assert (found.verdict, found.sentence) == (
        Verdict.OK,
        "No object is silent; one of them sleeps.",
    )
