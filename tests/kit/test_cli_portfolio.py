"""`fabnum portfolio`: what the site knows of an object comes to a stick, and nothing comes back."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from gateway.logbook import Kind, Logbook
from gateway.registry import Registry
from kit.cli import run
from kit.cli.init import write_settings
from kit.names import DeviceKey
from kit.settings import DataFolder
from tests.gateway.resident_site import device

pytestmark = pytest.mark.usefixtures("english")

LAMP = DeviceKey("gonesse", "lampe-1")
FEBRUARY = 1_769_950_800.0  # 2026-02-01 13:00 UTC


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "127.0.0.1"])
    with closing(Registry(folder.registry)) as registry:
        registry.add(device(LAMP, "lamp", "Accueil", "Lampe [rouge]"))
    with closing(Logbook(folder.logbook)) as logbook:
        tests = [{"id": "button", "name": "Bouton", "passed": True, "words": ""}]
        logbook.write(LAMP, Kind.SELFTEST, {"passed": True, "tests": tests}, FEBRUARY)
    return folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    assert run(["portfolio", "new", str(tmp_path / "stick")]) == 0
    return tmp_path / "stick"


def add(site: DataFolder, name: str, to: Path) -> int:
    return run(["portfolio", "add", name, "--to", str(to), "--data", str(site.root)])


def test_an_object_comes_with_its_tests_and_its_day(
    site: DataFolder, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site, "lampe-1", stick) == 0
    assert "“Lampe [rouge]” is in the portfolio." in capsys.readouterr().out
    (file,) = (stick / "objets").iterdir()
    made = json.loads(file.read_text(encoding="utf-8"))
    assert (made["day"], made["passed"], made["place"]) == ("2026-02-01", True, "Accueil")
    assert run(["portfolio", "make", str(stick)]) == 0
    assert "Bouton" in (stick / "portfolio.html").read_text(encoding="utf-8")
    assert (stick / "portfolio.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["lampe-2", "hem/lampe-1", "Lampe rouge"])
def test_an_object_that_is_none_adds_nothing(site: DataFolder, stick: Path, name: str) -> None:
    assert add(site, name, stick) == 2
    assert not list((stick / "objets").iterdir())


def test_nothing_is_added_to_a_portfolio_in_the_sites_folder(site: DataFolder) -> None:
    inside = site.root / "portfolio"
    assert run(["portfolio", "new", str(inside)]) == 0
    assert add(site, "lampe-1", inside) == 2


def test_a_folder_that_was_not_prepared_is_said(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site, "lampe-1", tmp_path) == 2
    assert "portfolio new" in capsys.readouterr().err
