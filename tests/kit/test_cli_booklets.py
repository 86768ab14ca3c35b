"""The modules are kept up to date beside the service, and never in its way."""

import asyncio
import logging
import shutil
from pathlib import Path

import psutil
import pytest

from curriculum import reading
from curriculum.site import folder
from curriculum.site.version import version_of
from kit.cli import run
from kit.cli.booklets import kept_fresh, refresh
from kit.settings import DataFolder

TEMPLATE = Path(reading.__file__).parent / "template"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """Return a site that has one module of its own, beside a kit that has none."""
    monkeypatch.setattr(reading, "MODULES", tmp_path / "none")
    data = DataFolder(tmp_path / "site")
    shutil.copytree(TEMPLATE, data.modules / "10-mine")
    for text in ("fr.md", "en.md"):
        path = data.modules / "10-mine" / text
        path.write_text(path.read_text("utf-8").replace("{{ wiring }}\n", ""), "utf-8")
    return data


def test_missing_pages_are_made_and_then_left_alone(data: DataFolder) -> None:
    assert refresh(data)
    assert (data.booklets / "fr" / "m00-lamp.html").is_file()
    made = (data.booklets / "index.html").stat()
    assert not refresh(data)
    assert (data.booklets / "index.html").stat().st_ino == made.st_ino


def test_pages_are_made_anew_when_a_module_of_the_site_changes(data: DataFolder) -> None:
    refresh(data)
    sheet = data.modules / "10-mine" / "residents.fr.md"
    sheet.write_text("## Nouvelle fiche {#page-1}\n\nBonjour.\n", encoding="utf-8")
    assert refresh(data)
    page = (data.booklets / "fr" / "m00-lamp-residents.html").read_text("utf-8")
    assert "Nouvelle fiche" in page


def test_a_broken_module_is_named_and_does_not_cost_the_others(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (data.modules / "10-mine" / "fr.md").write_text("---\nid: wrong\n---\n", encoding="utf-8")
    assert refresh(data)
    assert "10-mine" in capsys.readouterr().err
    assert (data.booklets / "fr" / "index.html").is_file()


async def test_what_cannot_be_written_is_logged_and_stops_nothing(
    data: DataFolder, caplog: pytest.LogCaptureFixture
) -> None:
    data.booklets.mkdir()
    (data.booklets / "mine.txt").write_text("mine")
    with caplog.at_level(logging.WARNING, "fabnum.modules"):
        async with asyncio.timeout(120), kept_fresh(data, 0):
            while not caplog.records:  # noqa: ASYNC110 - polled state
                await asyncio.sleep(0.05)
    assert (data.booklets / "mine.txt").read_text() == "mine"


async def test_a_rendering_that_goes_on_ends_with_the_service(tmp_path: Path) -> None:
    me = psutil.Process()
    before = set(me.children())
    async with kept_fresh(DataFolder(tmp_path), 0):
        async with asyncio.timeout(30):
            while not set(me.children()) - before:  # noqa: ASYNC110 - polled state
                await asyncio.sleep(0.01)
    assert not set(me.children()) - before


async def test_a_service_that_ends_soon_renders_nothing(tmp_path: Path) -> None:
    before = set(psutil.Process().children())
    async with kept_fresh(DataFolder(tmp_path)):
        await asyncio.sleep(0)
        assert not set(psutil.Process().children()) - before


def test_the_command_makes_a_folder_and_says_where(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], english: None
) -> None:
    out = tmp_path / "usb" / "fabnum"
    assert run(["curriculum", "site", "--out", str(out), "--data", str(data.root)]) == 0
    assert str(out / "index.html") in capsys.readouterr().out
    assert folder.version_in(out) == version_of(data.modules)


def test_the_command_refuses_a_folder_that_is_somebodys(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_bytes(b"x")
    out = str(tmp_path / "photos")
    assert run(["curriculum", "site", "--out", out, "--data", str(data.root)]) == 2
    assert "one.jpg" in capsys.readouterr().err
    assert (tmp_path / "photos" / "one.jpg").exists()
