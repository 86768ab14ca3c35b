"""The report and the cards of roles on paper: one page, all of it there, nothing cut."""

import unicodedata

import pypdfium2
import pytest

from curriculum.programme.cards import cards
from curriculum.programme.report import Figure, Report, Rows, report
from curriculum.roles import roles


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def without_spaces(text: str) -> str:
    """Return a text as a search finds it: letters that are drawn as one are two again."""
    text = text.replace("\x02", "-")  # a hyphen at the end of a line
    return "".join(unicodedata.normalize("NFKC", text).split())


def table(lines: int) -> Rows:
    rows = [
        (f"Commande {n} " + "avec un long titre " * 4, "Service", "20/12/2026")
        for n in range(lines)
    ]
    return Rows("Commandes", ("Titre", "Pour", "Pour le"), rows, "Aucune commande.")


def facts(*tables: Rows) -> Report:
    figures = (Figure("12", "objets au travail"), Figure("–", "personnes accueillies"))
    return Report("Gonesse", "novembre 2026", "30 novembre 2026", figures, tables)


def test_a_report_holds_its_figures_and_its_tables() -> None:
    (text,) = pages(report(facts(table(2), Rows("Machines", ("Machine",), (), "Aucune."))))
    for words in ("novembre 2026", "objets au travail", "Commande 1", "Aucune.", "Gonesse"):
        assert words in text


@pytest.mark.parametrize("lines", [0, 8, 9, 200])
def test_a_report_is_one_page_however_much_there_is_to_tell(lines: int) -> None:
    assert len(pages(report(facts(*[table(lines)] * 2, *[table(3)] * 3)))) == 1


def test_long_tables_make_room_for_each_other() -> None:
    (text,) = pages(report(facts(*[table(20)] * 5)))
    assert text.count("Commande 0") == 5


def test_lines_that_do_not_fit_are_counted_not_dropped_in_silence() -> None:
    (text,) = pages(report(facts(table(20))))
    assert "Commande 6" in text
    assert "Commande 7" not in text
    assert "13" in text  # twenty less the seven that are shown


def test_every_role_has_its_card_with_all_its_duties() -> None:
    words = without_spaces("".join(pages(cards())))
    for role in roles().values():
        for written in (str(role.name), *map(str, role.duties)):
            assert without_spaces(written) in words
