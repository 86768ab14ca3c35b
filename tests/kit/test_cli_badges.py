"""`fabnum badges`: what it writes, where, and what it says."""

import json
from pathlib import Path

import pytest

from gateway.badges.office import BadgeOffice
from kit.cli import run
from kit.cli.badges import give
from kit.cli.init import make_keys, write_settings
from kit.errors import FabnumError
from kit.settings import DataFolder, load

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "127.0.0.1"])
    make_keys(folder, load(folder))
    return folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def badge_on(stick: Path, site: DataFolder) -> Path:
    give(site, "m01", stick, ask=lambda _question: "a@example.org")
    (badge,) = stick.iterdir()
    return badge


def test_a_given_badge_is_a_file_that_verifies(
    site: DataFolder, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    badge = badge_on(stick, site)
    capsys.readouterr()
    assert run(["badges", "verify", str(badge), "--data", str(site.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "valid"


def test_a_revoked_badge_is_said_to_be_so_with_exit_code_2(
    site: DataFolder, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    badge = badge_on(stick, site)
    assert run(["badges", "revoke", str(badge), "--data", str(site.root)]) == 0
    capsys.readouterr()
    assert run(["badges", "verify", str(badge), "--data", str(site.root)]) == 2
    assert "revoked by the site" in capsys.readouterr().out


def test_a_badge_is_never_written_into_the_sites_folder(site: DataFolder) -> None:
    inside = site.root / "badges"
    inside.mkdir()
    with pytest.raises(FabnumError, match="personal"):
        give(site, "M01", inside, ask=lambda _question: "a@example.org")
    assert BadgeOffice(load(site), site).ledger.all() == []


def test_a_badge_without_a_holder_is_not_given(site: DataFolder, stick: Path) -> None:
    with pytest.raises(FabnumError, match="needs a holder"):
        give(site, "M01", stick, ask=lambda _question: "  ")
    assert list(stick.iterdir()) == []


def test_a_folder_that_is_not_there_and_a_module_that_is_none_are_said(
    site: DataFolder, stick: Path
) -> None:
    with pytest.raises(FabnumError, match="no folder"):
        give(site, "M01", stick / "away", ask=lambda _question: "a")
    with pytest.raises(FabnumError, match="no module"):
        give(site, "M77", stick, ask=lambda _question: "a")


def test_a_file_that_is_no_badge_is_said_to_be_none(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    junk = tmp_path / "photo.jpg"
    junk.write_bytes(bytes(range(256)))
    assert run(["badges", "verify", str(junk), "--data", str(site.root)]) == 2
    assert "no badge" in capsys.readouterr().out
