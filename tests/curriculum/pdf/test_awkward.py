"""Whatever stands in a text, it comes out on paper: nothing cut, nothing upon something else."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from curriculum.document.nodes import (
    Blocks,
    Code,
    Heading,
    Item,
    Listing,
    Literally,
    Note,
    Paragraph,
    Strong,
    Table,
    Words,
)
from curriculum.pdf.content import LONGEST_LINE, below_heading, paper
from curriculum.pdf.edition import Edition
from curriculum.pdf.writing import KINDS
from kit import printing
from kit.catalogue import Text
from tests.curriculum.pdf.conftest import TEMPLATE, EditionOf
from tests.curriculum.pdf.printed import Printed, bare, opened

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 4


def text_of(*texts: str) -> Paragraph:
    return Paragraph(tuple(Words(text) for text in texts))


@contextmanager
def printed_blocks(edition_of: EditionOf, blocks: Blocks) -> Iterator[Printed]:
    """Print blocks as a section of the learner's booklet."""
    kind = KINDS["learner"]
    document = kind.document(edition_of("## Questions {#questions}\n"))
    document["sections"][0]["blocks"] = below_heading(blocks, TEMPLATE)
    with opened(printing.pdf(kind.template, document)) as printed:
        yield printed


# To make a failure smaller would take minutes: each example is a document, rendered.
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)

texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            LONG,
            "👩🏽\u200d🔧 🇫🇷 ✅",
            "שלום עולם",
            "مرحبا بالعالم",
            "e\u0301te\u0301",
            "a\u0000b\u0007",
            "http://x.fr/" + "y" * 150,
        ]
    ),
)
paragraphs = st.lists(texts, min_size=1, max_size=3).map(lambda some: text_of(*some))
cells = texts.map(lambda text: (Words(text),))
tables = st.integers(1, 6).flatmap(
    lambda columns: st.builds(
        Table,
        st.tuples(*[cells] * columns),
        st.lists(st.tuples(*[cells] * columns), max_size=4).map(tuple),
    )
)
anything = st.one_of(
    paragraphs,
    tables,
    texts.map(lambda text: Code("python", text)),
    texts.map(lambda text: Code("console", f"$ {text}\n{text}")),
    texts.map(lambda text: Paragraph((Strong((Words(text),)), Literally(text)))),
    st.lists(paragraphs.map(lambda one: Item((one,), None)), min_size=1, max_size=3).map(
        lambda items: Listing(True, tuple(items))
    ),
    paragraphs.map(lambda one: Note("warning", (one,))),
    st.builds(Heading, st.integers(1, 6), st.just("x"), cells),
)


@given(st.lists(anything, min_size=1, max_size=6).map(tuple))
@settings(max_examples=40, deadline=None, phases=WITHOUT_SHRINKING)
def test_any_blocks_lie_on_the_paper(edition_of: EditionOf, blocks: Blocks) -> None:
    with printed_blocks(edition_of, blocks) as printed:
        printed.assert_whole()


def with_words(edition: Edition, title: str, invitation: str) -> Edition:
    """Return an edition whose module and workshop are called so, and invite so."""
    front, build = edition.front, edition.module.build
    texts = [Text(fr=text, en=text) for text in (title, invitation)]
    plan = replace(front.workshop, invitation=texts[1])
    named = replace(build, workshop=replace(build.workshop, name=texts[0]))
    own = replace(edition.module, front=replace(front, title=texts[0], workshop=plan), build=named)
    return replace(edition, module=own)


@given(texts, texts, texts)
@settings(max_examples=25, deadline=None, phases=WITHOUT_SHRINKING)
@pytest.mark.parametrize("kind", ["poster", "residents"])
def test_any_words_lie_on_the_paper(
    edition_of: EditionOf, kind: str, title: str, invitation: str, place: str
) -> None:
    edition = edition_of(sheet="## Une {#page-1}\n", place=place, live_page="http://f.local/a")
    document = KINDS[kind].document(with_words(edition, title, invitation))
    if kind == "residents":
        document["pages"][0]["blocks"] = below_heading((text_of(invitation),), TEMPLATE)
    with opened(printing.pdf(KINDS[kind].template, document)) as printed:
        printed.assert_whole()
        if kind == "poster":
            assert len(printed.pages) == 1


def test_a_list_of_two_hundred_items_goes_over_pages_without_losing_any(
    edition_of: EditionOf,
) -> None:
    items = tuple(Item((text_of(f"Ligne {number}."),), False) for number in range(200))
    with printed_blocks(edition_of, (Listing(False, items),)) as printed:
        printed.assert_whole()
        for number in range(200):
            assert f"Ligne{number}." in printed.body


def test_a_table_goes_over_pages_with_its_header_again(edition_of: EditionOf) -> None:
    rows = tuple(
        ((Words(f"Pièce {number}"),), (Words("Une par objet, et deux de réserve."),))
        for number in range(90)
    )
    table = Table(((Words("Quoi"),), (Words("Remarque sur chacune"),)), rows)
    with printed_blocks(edition_of, (table,)) as printed:
        printed.assert_whole()
        assert printed.body.count(bare("Remarque sur chacune")) >= 2
        assert printed.body.count(bare("Pièce 89")) == 1


def test_a_long_line_of_code_goes_on_in_the_next(edition_of: EditionOf) -> None:
    line = "valeur = " + " + ".join(f"mesure_{number}" for number in range(40))
    (node,) = paper((Code("python", line),), TEMPLATE)
    assert all(len(one["text"]) <= LONGEST_LINE for one in node["lines"])
    with printed_blocks(edition_of, (Code("python", line),)) as printed:
        printed.assert_whole()
        assert "mesure_39" in printed.body


def test_code_that_fits_on_a_page_is_on_one(edition_of: EditionOf) -> None:
    filler = tuple(text_of("Une ligne de texte.") for _ in range(25))
    program = "\n".join(f"ligne_{number} = {number}" for number in range(45))
    with printed_blocks(edition_of, (*filler, Code("python", program))) as printed:
        holding = [page for page in printed.pages if "ligne_0=0" in bare(page.words)]
        assert ["ligne_44" in page.words for page in holding] == [True]


def test_no_heading_ends_a_page(edition_of: EditionOf) -> None:
    for lines in range(28, 44):
        filler = tuple(text_of("Une ligne de texte.") for _ in range(lines))
        heading = Heading(3, "x", (Words("Ce qui suit"),))
        with printed_blocks(edition_of, (*filler, heading, text_of("Voilà."))) as printed:
            holding = [page for page in printed.pages if "Ce qui suit" in page.words]
            assert ["Voilà." in page.words for page in holding] == [True], lines


def test_emoji_is_named_by_a_question_mark_and_the_words_stay(edition_of: EditionOf) -> None:
    with printed_blocks(edition_of, (text_of("Bravo 🎉 à tous !"),)) as printed:
        assert bare("Bravo ? à tous !") in printed.body


def test_the_cells_of_a_table_with_too_many_long_words_stay_apart(edition_of: EditionOf) -> None:
    row = tuple((Words(letter * 25),) for letter in "ABCDEF")
    with printed_blocks(edition_of, (Table(row, (row, row)),)) as printed:
        printed.assert_whole()
        assert printed.body.count("F") >= 75
