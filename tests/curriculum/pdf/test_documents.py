"""Each document of a module, looked at as a reader, a printer and a screen reader would."""

from pathlib import Path

import msgspec
import pytest

from curriculum.document.nodes import (
    Block,
    Code,
    Drawing,
    Heading,
    Item,
    Listing,
    Note,
    Paragraph,
    Table,
    plain,
)
from curriculum.pdf import learner, totals
from curriculum.pdf.writing import KINDS, pdf
from kit import i18n
from kit.closing_questions import faces, questions
from tests.curriculum.pdf.conftest import EditionOf
from tests.curriculum.pdf.printed import FONTS, bare, opened

JOIN = "http://fabnum.local:8080/a"


def said(block: Block) -> list[str]:
    """Return what a block says, piece by piece: no piece is parted on paper but by a line's end."""
    match block:
        case Heading(_, _, inlines) | Paragraph(inlines):
            return [plain(inlines)]
        case Listing(_, items):
            return [text for item in items for text in said_in(item)]
        case Note(_, blocks):
            return [text for one in blocks for text in said(one)]
        case Table(header, rows):
            return [plain(cell) for row in (header, *rows) for cell in row]
        case Code(_, text):
            return [line for line in text.splitlines() if line.strip()]
    return []


def said_in(item: Item) -> list[str]:
    return [text for block in item.blocks for text in said(block)]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_whole_and_its_fonts_come_with_it(
    kind: str, language: str, edition_of: EditionOf, tmp_path: Path
) -> None:
    i18n.use(language)
    with opened(pdf(edition_of(language=language), KINDS[kind])) as printed:
        printed.assert_whole()
        fonts = printed.fonts(tmp_path)
        assert fonts
        assert all(fonts.values()), fonts
        assert all(font.startswith(FONTS) for font in fonts), fonts


@pytest.mark.parametrize("kind", KINDS)
def test_a_screen_reader_is_told_language_and_title(kind: str, edition_of: EditionOf) -> None:
    content = pdf(edition_of(live_page=JOIN), KINDS[kind])
    assert b"/Lang(fr)" in content
    assert b"pdfuaid:part" in content
    with opened(content) as printed:
        assert printed.document.is_tagged()
        assert printed.document.get_metadata_value("Title") == "Ma lampe et le Wi-Fi"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_the_booklet_is_printed_but_the_facilitators(
    language: str, edition_of: EditionOf
) -> None:
    i18n.use(language)
    edition = edition_of(language=language)
    with opened(pdf(edition, KINDS["learner"])) as printed:
        for part in edition.booklet():
            texts = [
                part.title,
                *(text for block in edition.filled(part.blocks) for text in said(block)),
            ]
            for text in texts:
                assert (bare(text) in printed.body) is (part.id != "notes"), text


def test_solutions_stand_behind_everything_else(edition_of: EditionOf) -> None:
    document = learner.document(edition_of())
    body = msgspec.json.encode(document["sections"]).decode()
    assert "lampe.toggle()" not in body.split("Défis et solutions")[1]
    with opened(pdf(edition_of(), KINDS["learner"])) as printed:
        last = printed.body.rindex(bare("def appuyer():"))
        assert last > printed.body.rindex(bare("Portfolio"))
        # The lines that the booklet quotes, then the whole program of the folder.
        assert bare('bouton = station.part("button")') in printed.body[last - 200 :]


def test_a_drawing_is_on_one_page_with_its_table(edition_of: EditionOf) -> None:
    text = "## Montage {#assembly}\n\n{{ wiring }}\n\nEnsuite, on monte.\n"
    edition = edition_of(text)
    assert any(isinstance(block, Drawing) for block in edition.fact("wiring"))
    with opened(pdf(edition, KINDS["learner"])) as printed:
        printed.assert_whole()
        (drawn,) = [page for page in printed.pages if page.words.startswith("Montage")]
        assert "GPIO" in drawn.words or "IO4" in drawn.words
        assert "Ensuite, on monte." not in drawn.words


def test_the_plan_counts_the_minutes_from_the_beginning(edition_of: EditionOf) -> None:
    with opened(pdf(edition_of(), KINDS["facilitator"])) as printed:
        first = printed.pages[0].words
    for span in ("0:00 – 0:10", "0:10 – 0:50", "0:50 – 1:00"):
        assert span in first


def test_the_observation_grid_has_groups_and_no_names(edition_of: EditionOf) -> None:
    edition = edition_of()
    with opened(pdf(edition, KINDS["facilitator"])) as printed:
        text = printed.body
    for objective in edition.front.objectives:
        assert bare(str(objective.text)) in text
        assert bare(str(objective.criterion)) in text
        assert all(f"DigComp{skill}" in text for skill in objective.digcomp)
    assert bare("Ce qui aide celles et ceux qui encadrent.") in text


def test_the_residents_sheet_has_large_letters_and_a_sentence_a_line(edition_of: EditionOf) -> None:
    first = "## Une {#page-1}\n\nVoici une lampe. Elle est à vous. Touchez-la !\n\n"
    sheet = first + "## Deux {#page-2}\n\nFin.\n"
    with opened(pdf(edition_of(sheet=sheet), KINDS["residents"])) as printed:
        printed.assert_whole()
        assert len(printed.pages) == 2
        lines = [line.strip() for line in printed.pages[0].words.splitlines()]
        assert {"Voici une lampe.", "Elle est à vous.", "Touchez-la !"} <= set(lines)
        assert "1 sur 2" in printed.pages[0].words
        assert "2 sur 2" in printed.pages[1].words
        capitals = [one for one in printed.pages[0].letters if one.text == "V"]
        # A capital of Source Sans is 0.66 of its size: 14 points make 3.26 mm.
        assert min(letter.top - letter.bottom for letter in capitals) > 3.26


def test_a_poster_is_one_page_whose_code_leads_to_the_live_page(edition_of: EditionOf) -> None:
    with opened(pdf(edition_of(live_page=JOIN, place="École Pasteur"), KINDS["poster"])) as printed:
        printed.assert_whole()
        (page,) = printed.pages
        assert page.codes == [JOIN]
        assert "École Pasteur" in page.words
        assert bare(JOIN) in bare(page.words)
        assert "Venez commander une lampe" in page.words


def test_a_poster_without_a_site_leaves_room_for_the_code(
    edition_of: EditionOf, english: None
) -> None:
    with opened(pdf(edition_of(language="en"), KINDS["poster"])) as printed:
        (page,) = printed.pages
        assert page.codes == []
        assert "Stick the QR code here" in page.words


def test_the_materials_list_counts_for_all_objects(edition_of: EditionOf, english: None) -> None:
    with opened(pdf(edition_of(language="en"), KINDS["materials"])) as printed:
        text = printed.body
    assert bare("For 3") in text
    assert bare("13") in text  # one button for one object, three for three
    assert bare("1 Poster with the QR code") in text


def test_the_totals_sheet_asks_what_the_phones_ask_and_no_name(edition_of: EditionOf) -> None:
    with opened(pdf(edition_of(), KINDS["totals"])) as printed:
        printed.assert_whole()
        (page,) = printed.pages
        for words in (*(one.text for one in questions()), *(one.word for one in faces())):
            assert bare(words) in bare(page.words)
    document = totals.document(edition_of())
    assert document["tallies"][0]["boxes"] >= edition_of().front.workshop.people
