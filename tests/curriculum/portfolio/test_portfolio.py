"""A portfolio shows what is in its folder, names what it cannot use, and needs no site."""

import re
import tempfile
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.portfolio import folder as folders
from curriculum.portfolio.model import Badge
from curriculum.portfolio.page import page
from curriculum.portfolio.paper import paper
from kit.errors import FabnumError

pytestmark = pytest.mark.usefixtures("english")

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63"
    "f8cfc0000003010100f70341430000000049454e44ae426082"
)
LAMP = (
    '{"name": "Lampe de l’accueil", "build": "Lampe connectée", "day": "2026-11-20",'
    ' "passed": true, "tests": [{"name": "Bouton", "passed": true}]}'
)


def no_badge(path: Path) -> Badge:
    raise FabnumError(f"{path.name}: this is no badge.", "")


def a_badge(path: Path) -> Badge:
    return Badge(
        path, "Lampe connectée", "Sait la monter.", ("Le test est réussi.",), "Gonesse", ""
    )


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folders.prepare(tmp_path)
    return tmp_path


def test_a_folder_is_prepared_once_and_what_was_written_stays(stick: Path) -> None:
    (stick / folders.WORDS).write_text("# Sam\n", encoding="utf-8")
    folders.prepare(stick)
    assert (stick / folders.WORDS).read_text(encoding="utf-8") == "# Sam\n"


def test_hints_and_headings_without_words_are_not_shown(stick: Path) -> None:
    untouched = folders.read(stick, no_badge)
    assert untouched.words == ()
    text = (stick / folders.WORDS).read_text(encoding="utf-8")
    filled = text.replace("## What comes next\n", "## What comes next\n\nA training as a welder.\n")
    (stick / folders.WORDS).write_text(filled, encoding="utf-8")
    shown = page(folders.read(stick, no_badge), stick)
    assert "A training as a welder." in shown
    assert "Who I am" not in shown
    assert "Two sentences" not in shown


def test_what_is_in_the_folder_is_on_the_page_and_on_paper(stick: Path) -> None:
    (stick / folders.WORDS).write_text("# Sam\n\n## Moi\n\nJe répare.\n", encoding="utf-8")
    (stick / "objets" / "lampe.json").write_text(LAMP, encoding="utf-8")
    (stick / "programmes" / "lampe.py").write_text("x = 1  # <b>\n", encoding="utf-8")
    (stick / "photos" / "ma-lampe.png").write_bytes(PIXEL)
    (stick / "photos" / "wrongly-named.jpg").write_bytes(PIXEL)
    (stick / "badges" / "lampe.svg").write_text("<svg/>", encoding="utf-8")
    portfolio = folders.read(stick, a_badge)
    assert portfolio.left_out == ()
    shown = page(portfolio, stick)
    printed = "".join(
        one.get_textpage().get_text_bounded()
        for one in pypdfium2.PdfDocument(paper(portfolio, stick))
    )
    for words in (
        "Sam",
        "Je répare.",
        "Lampe de l’accueil",
        "Bouton",
        "ma lampe",
        "Sait la monter",
    ):
        assert words in shown
        assert words in printed
    assert "<b>" not in shown
    assert 'src="photos/ma-lampe.png"' in shown


def test_a_page_asks_for_nothing_outside_its_folder(stick: Path) -> None:
    (stick / folders.WORDS).write_text(
        "# Sam\n\n[ici](javascript:alert(1)) [là](https://example.org/)\n", encoding="utf-8"
    )
    shown = page(folders.read(stick, no_badge), stick)
    assert re.findall(r'(?:src|href)="([^"]+)"', shown) == ["https://example.org/"]


def test_what_cannot_be_used_is_left_out_and_named(stick: Path) -> None:
    (stick / "objets" / "broken.json").write_text("{", encoding="utf-8")
    (stick / "badges" / "false.svg").write_text("<svg/>", encoding="utf-8")
    (stick / "photos" / "large.jpg").write_bytes(b"\0" * (folders.LARGEST_PHOTO + 1))
    (stick / "photos" / "torn.png").write_bytes(PIXEL[:40])
    (stick / "photos" / "apple.HEIC").write_bytes(PIXEL)
    (stick / "objets" / "other.json").write_text('{"name": 3}', encoding="utf-8")
    (stick / "photos" / "no-picture.webp").write_bytes(b"")
    (stick / "programmes" / "long.py").write_text("#" * (folders.LARGEST_TEXT + 1))
    (stick / "objets" / "._lampe.json").write_text("{", encoding="utf-8")  # macOS writes such files
    left_out = folders.read(stick, no_badge).left_out
    for name in (
        "broken.json",
        "other.json",
        "false.svg",
        "large.jpg",
        "long.py",
        "torn.png",
        "apple.HEIC",
        "no-picture.webp",
    ):
        assert any(name in line for line in left_out), name
    assert len(left_out) == 8


@pytest.mark.parametrize("saved", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_words_are_read_as_any_editor_saves_them(stick: Path, saved: str) -> None:
    (stick / folders.WORDS).write_bytes("# Zoé\r\n\r\nJ’ai réparé.\r\n".encode(saved))
    portfolio = folders.read(stick, no_badge)
    assert portfolio.title == "Zoé"
    assert "J’ai réparé." in page(portfolio, stick)


def test_nothing_of_a_portfolio_is_copied_out_of_its_folder(
    stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    (stick / "photos" / "été 1 #.png").write_bytes(PIXEL)
    assert paper(folders.read(stick, no_badge), stick).startswith(b"%PDF")
    assert not [path for path in stick.iterdir() if path.name.startswith(".")]


def test_a_folder_without_a_portfolio_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(FabnumError, match="no portfolio"):
        folders.read(tmp_path, no_badge)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_a_learner_writes_makes_a_page(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    stick = tmp_path_factory.getbasetemp() / "any"
    folders.prepare(stick)
    (stick / folders.WORDS).write_text(text, encoding="utf-8")
    page(folders.read(stick, no_badge), stick)


@pytest.mark.parametrize(
    "text",
    [
        "# " + "x" * 300,
        "🙂 " * 40,
        "שלום",
        "## A\n\n#### B\n\nc",
        "- a\n  - b\n",
        "`" * 7 + "\n$x$ #let",
    ],
)
def test_awkward_words_make_a_pdf(stick: Path, text: str) -> None:
    (stick / folders.WORDS).write_text(text, encoding="utf-8")
    assert paper(folders.read(stick, no_badge), stick).startswith(b"%PDF")
