"""`fabnum site`: another town is set up from one file, and again without harm."""

from contextlib import closing
from pathlib import Path

import pytest

from gateway.registry import Registry
from kit.cli import run
from kit.settings import DataFolder, load

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    path = tmp_path / "hem.toml"
    assert run(["site", "new", str(path), "--town", "Hem"]) == 0
    return path


def apply(tmp_path: Path, site_file: Path) -> int:
    data, out = tmp_path / "data", tmp_path / "papers"
    return run(["site", "apply", str(site_file), "--data", str(data), "--out", str(out)])


def objects(tmp_path: Path) -> list[str]:
    with closing(Registry(DataFolder(tmp_path / "data").registry)) as registry:
        return [f"{one.town}/{one.device}" for one in registry.awaited()]


@pytest.mark.slow
def test_the_file_that_is_written_sets_a_whole_place_up(tmp_path: Path, site_file: Path) -> None:
    assert apply(tmp_path, site_file) == 0
    folder = DataFolder(tmp_path / "data")
    assert [town.id for town in load(folder).towns] == ["hem"]
    assert objects(tmp_path) == [
        "hem/air-ecole-pasteur-1",
        "hem/air-ecole-pasteur-2",
        "hem/air-ecole-pasteur-3",
        "hem/lamp-mediatheque-1",
    ]
    papers = tmp_path / "papers"
    assert (papers / "etiquettes.pdf").read_bytes().startswith(b"%PDF")
    assert "M02" in (papers / "ateliers.ics").read_text(encoding="utf-8")
    assert any((papers / "ateliers").rglob("*.pdf"))
    assert any((papers / "tableaux").rglob("*.json"))
    assert (folder.booklets / "index.html").is_file()
    kept = folder.settings.read_bytes(), folder.secret("badge-key"), objects(tmp_path)
    without_workshops = site_file.read_text(encoding="utf-8").partition("[[schedule]]")[0]
    site_file.write_text(without_workshops, encoding="utf-8")
    assert apply(tmp_path, site_file) == 0
    assert (folder.settings.read_bytes(), folder.secret("badge-key"), objects(tmp_path)) == kept


def test_a_file_is_never_written_over(site_file: Path) -> None:
    before = site_file.read_bytes()
    assert run(["site", "new", str(site_file), "--town", "Lille"]) == 2
    assert site_file.read_bytes() == before


def test_a_file_with_a_mistake_sets_nothing_up(tmp_path: Path, site_file: Path) -> None:
    text = site_file.read_text(encoding="utf-8").replace('build = "air"', 'build = "rocket"')
    site_file.write_text(text, encoding="utf-8")
    assert apply(tmp_path, site_file) == 2
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_set_up(
    tmp_path: Path, site_file: Path
) -> None:
    (tmp_path / "papers").write_text("a file", encoding="utf-8")
    assert apply(tmp_path, site_file) == 2
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_made_is_said(
    tmp_path: Path, site_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(site_file)
    assert run(["site", "apply", file, "--data", f"{file}/x", "--out", str(tmp_path / "out")]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_a_town_that_the_settings_do_not_know_is_said(
    tmp_path: Path, site_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "--town", "Lille", "--languages", "fr", "--name", "a.local",
                "--data", str(tmp_path / "data")]) == 0  # fmt: skip
    assert apply(tmp_path, site_file) == 2
    assert "knows no town “hem”" in capsys.readouterr().err
    assert objects(tmp_path) == []
