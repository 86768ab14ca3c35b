"""`fabnum badges`: what it writes, where, and what it says."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from gateway.badges.credential import holder
from gateway.badges.office import BadgeOffice
from kit.cli import run
from kit.cli.badges import give
from kit.cli.init import make_keys, write_settings
from kit.errors import FabnumError
from kit.settings import DataFolder, load
from tests.gateway.badges.conftest import AIR, DAY

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


def test_a_second_badge_in_a_folder_keeps_the_first(site: DataFolder, stick: Path) -> None:
    first = badge_on(stick, site)
    before = first.read_bytes()
    give(site, "M01", stick, ask=lambda _question: "b@example.org")
    assert first.read_bytes() == before
    assert len(list(stick.iterdir())) == 2


def test_a_badge_that_could_not_be_written_is_out_of_use(site: DataFolder, stick: Path) -> None:
    def unplug(_question: str) -> str:
        stick.rmdir()
        return "a@example.org"

    with pytest.raises(FabnumError, match="cannot be written"):
        give(site, "M01", stick, ask=unplug)
    assert [given.revoked for given in BadgeOffice(load(site), site).ledger.all()] == [True]


def test_a_folder_without_a_site_stays_empty(tmp_path: Path) -> None:
    assert run(["badges", "list", "--data", str(tmp_path / "typing-error")]) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["Air [/b]", "[red]Air[/red]"])
def test_brackets_in_a_badge_are_shown_as_they_are(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    office = BadgeOffice(load(site), site)
    definition = msgspec.structs.replace(AIR, name={"fr": name, "en": name})
    badge = tmp_path / "badge.jwt"
    badge.write_text(office.give(definition, holder("a@example.org"), DAY, "en"))
    assert run(["badges", "verify", str(badge), "--data", str(site.root)]) == 0
    assert name in capsys.readouterr().out


def test_the_holder_cannot_be_scrolled_back_to(site: DataFolder, stick: Path) -> None:
    words = ["badges", "give", "M01", "--to", str(stick), "--data", str(site.root)]
    shown = typed_at_a_terminal(words, "Amélie")
    aside, back = shown.index("\x1b[?1049h"), shown.index("\x1b[?1049l")
    assert aside < shown.index("Amélie") < back
    assert "Amélie" not in shown[back:]
    assert list(stick.iterdir())


def typed_at_a_terminal(words: list[str], answer: str) -> str:
    """Run a command at a terminal, answer its question; return all that the terminal was sent."""
    outer, inner = os.openpty()
    code = "import sys; from kit.cli import run; sys.exit(run(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=os.environ | {"TERM": "xterm", "FABNUM_LANG": "en"},
    )
    os.close(inner)
    shown, typed = b"", f"{answer}\n".encode()
    with contextlib.suppress(OSError):  # the other end was closed
        while part := os.read(outer, 4096):
            shown += part
            if typed and shown.endswith(b": "):
                os.write(outer, typed)
                typed = b""
    os.close(outer)
    assert process.wait(30) == 0
    return shown.decode()
