"""The command that puts modules on paper: which files it makes, and what it says."""

import re
import shutil
from pathlib import Path

import pytest

from curriculum import reading
from curriculum.known import Known
from curriculum.model import Module
from curriculum.pdf.writing import KINDS, write
from kit import i18n
from kit.cli import run
from kit.cli.curriculum_pdf import make_pdf
from kit.errors import FabnumError
from kit.settings import DataFolder
from tests.curriculum.pdf.conftest import TEMPLATE
from tests.curriculum.pdf.printed import opened

SITE = """
[site]
name = "Fabrique"
[[towns]]
id = "gonesse"
name = "Gonesse"
[web]
address = "http://fab.example:8080"
"""


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    """Make the data folder of a site that has a module of its own."""
    data = DataFolder(tmp_path / "data")
    data.root.mkdir()
    data.settings.write_text(SITE, encoding="utf-8")
    shutil.copytree(TEMPLATE, data.modules / "00-own")
    return data


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.pdf"))


def test_a_site_prints_its_own_module_with_its_address_and_place(
    site: DataFolder, tmp_path: Path, english: None, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "paper"
    make_pdf(site, ["m00"], out, languages="en", place="École Pasteur")
    assert names(out / "M00-lamp") == [
        "M00-facilitator-booklet.pdf",
        "M00-learner-booklet.pdf",
        "M00-materials-list.pdf",
        "M00-poster.pdf",
        "M00-residents-sheet.pdf",
        "M00-totals-sheet.pdf",
    ]
    with opened((out / "M00-lamp" / "M00-poster.pdf").read_bytes()) as printed:
        assert printed.pages[0].codes == ["http://fab.example:8080/a"]
        assert "École Pasteur" in printed.pages[0].words
    said = capsys.readouterr().out
    assert said == f"6 files, in the folder {out}.\n"


def test_each_language_has_its_own_files(module: Module, known: Known, tmp_path: Path) -> None:
    begun: list[Path] = []
    written = write([module], tmp_path, known=known, begin=begun.append)
    assert len({path.name for path in written}) == 2 * len(KINDS)
    assert begun == written
    assert names(tmp_path) == sorted(path.name for path in written)
    assert i18n.current() == "fr"


def test_other_files_of_the_folder_stay_and_older_paper_is_replaced(
    module: Module, known: Known, tmp_path: Path
) -> None:
    own = tmp_path / "M00-lamp"
    own.mkdir()
    (own / "notes.txt").write_text("à garder", encoding="utf-8")
    for _time in range(2):
        written = write([module], tmp_path, known=known, languages=["fr"])
    assert (own / "notes.txt").read_text(encoding="utf-8") == "à garder"
    assert set(own.iterdir()) == {*written, own / "notes.txt"}


def test_a_file_that_cannot_be_replaced_stays_as_it_was(
    module: Module, known: Known, tmp_path: Path
) -> None:
    (written, *_others) = write([module], tmp_path, known=known, languages=["fr"])
    written.unlink()
    written.mkdir()  # nothing can be moved over a folder
    with pytest.raises(FabnumError) as failure:
        write([module], tmp_path, known=known, languages=["fr"])
    assert written.name in failure.value.cause
    assert not list(written.parent.glob(".*"))


def test_two_runs_differ_in_their_time_only(module: Module, known: Known, tmp_path: Path) -> None:
    def made(folder: str) -> list[bytes]:
        files = write([module], tmp_path / folder, known=known, languages=["fr"])
        times = rb"\(D:[^)]*\)|<xmp:(Create|Modify)Date>[^<]*<|<xmpMM:[^<]*<|/ID ?\[[^\]]*\]"
        return [re.sub(times, b"", path.read_bytes()) for path in files]

    assert made("first") == made("second")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["M77"], "M77"),
        (["M00", "--language", "xx"], "xx"),
    ],
)
def test_what_does_not_exist_is_said_in_one_sentence(
    site: DataFolder,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    named: str,
) -> None:
    out = tmp_path / "paper"
    line = ["curriculum", "pdf", *arguments, "--out", str(out), "--data", str(site.root)]
    assert run(line) == 2
    cause, action = capsys.readouterr().err.splitlines()
    assert named in cause
    assert action.startswith("→ ")
    assert not names(tmp_path)


def test_a_language_that_a_module_is_not_written_in_is_named(
    site: DataFolder, tmp_path: Path, english: None
) -> None:
    (site.modules / "00-own" / "en.md").unlink()
    with pytest.raises(FabnumError) as failure:
        make_pdf(site, ["M00"], tmp_path / "paper", languages="en")
    assert "M00" in failure.value.cause


def test_a_module_without_a_residents_sheet_is_printed_without_it(
    site: DataFolder, tmp_path: Path
) -> None:
    (site.modules / "00-own" / "residents.fr.md").unlink()
    make_pdf(site, ["M00"], tmp_path / "paper", languages="fr")
    assert len(names(tmp_path / "paper")) == len(KINDS) - 1


@pytest.mark.slow
@pytest.mark.parametrize("folder", reading.folders(), ids=lambda folder: folder.name)
def test_a_module_of_the_kit_is_whole_on_paper(folder: Path, known: Known, tmp_path: Path) -> None:
    for path in write([reading.load(folder)], tmp_path, known=known):
        with opened(path.read_bytes()) as printed:
            try:
                printed.assert_whole()
            except AssertionError as error:
                raise AssertionError(f"{path.name}, {error}") from error
            if path.stem.endswith(("poster", "affiche")):
                assert len(printed.pages) == 1
