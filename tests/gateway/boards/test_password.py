"""The password of the fabmanagers' boards: made once, for its owner alone, compared in full."""

import base64
import stat
from pathlib import Path

import pytest

from gateway.boards.password import SECRET, Shown, ensure_password, shown
from kit.cli.init import make_keys, write_settings
from kit.settings import DataFolder, load


def header(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_it_is_made_once_random_and_for_its_owner_alone(tmp_path: Path) -> None:
    here, there = DataFolder(tmp_path / "a"), DataFolder(tmp_path / "b")
    made = ensure_password(here)
    assert ensure_password(here) == made
    assert ensure_password(there) != made
    assert len(made.replace("-", "")) == 20
    assert stat.S_IMODE((here.secrets / SECRET).stat().st_mode) == 0o600


def test_a_new_site_has_one_and_keeps_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    write_settings(folder, "Gonesse", "fr", ["localhost"])
    make_keys(folder, load(folder))
    made = folder.secret(SECRET)
    make_keys(folder, load(folder))
    assert folder.secret(SECRET) == made


def test_one_that_somebody_wrote_holds_and_an_empty_file_does_not(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.keep_secret(SECRET, "le mot de la maison\n")
    assert ensure_password(folder) == "le mot de la maison"
    folder.keep_secret(SECRET, "\n")
    assert len(ensure_password(folder)) > 20


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (header("fabnum:geheim"), Shown.RIGHT),
        (header("fabnum:geheim").replace("Basic", "bASIC"), Shown.RIGHT),
        (header("fabnum:gehei"), Shown.WRONG),
        (header("fabnum:geheim2"), Shown.WRONG),
        (header("Fabnum:geheim"), Shown.WRONG),
        (header("fabnum"), Shown.WRONG),
        (header(""), Shown.WRONG),
        ("Basic %%%", Shown.WRONG),
        ("Bearer geheim", Shown.NOTHING),
        ("", Shown.NOTHING),
        ("Basic " + "A" * 1000, Shown.NOTHING),
    ],
)
def test_only_user_and_password_together_open(told: str, what: Shown) -> None:
    assert shown(told, "geheim") is what
