"""Plain language in the residents' sheets, after what is asked of easy-to-read French (FALC).

European rules « L’information pour tous », Inclusion Europe and Unapei, 2009: one idea a sentence,
short sentences, no difficult signs. Only people with intellectual disabilities can say that a text
is easy to read; until then ours is called plain.
"""

import re
from collections.abc import Iterator

from curriculum.document.nodes import Emphasis, Heading, Paragraph
from curriculum.lint.finding import Mistake
from curriculum.lint.sentences import sentences, words
from curriculum.lint.subject import Page, Subject, inlines_of, section_pages, spoken
from kit.check import Severity
from kit.i18n import _

MOST_WORDS = 12
MOST_SENTENCES = 9
PAGES = range(2, 5)

_SIGNS = re.compile(r"%|\(|\)|\[|\]|\*|†|/|=|[¹²³]")
_ACRONYM = re.compile(r"\b(?:[A-ZÀ-Ý]{2,}[0-9]*|[A-ZÀ-Ý][0-9]+|[A-ZÀ-Ý]{2,}[0-9]+)\b")
_NEGATIVES = {
    "fr": re.compile(r"\b(?:ne|jamais|aucune?|pas|rien|sans)\b|\bn’", re.IGNORECASE),
    "en": re.compile(r"\b(?:not|never|no|nothing|without)\b|n’t\b", re.IGNORECASE),
}


def plain_words(subject: Subject) -> Iterator[Mistake]:
    """Find sentences that are too long."""
    for page, line, sentence in _sentences(subject):
        count = len(words(sentence))
        if count > MOST_WORDS:
            yield Mistake(
                page.path,
                line,
                _("This sentence has {n} words: {sentence}", n=count, sentence=sentence),
                _("Say it with {most} words at most, or in two sentences.", most=MOST_WORDS),
            )


def plain_one_sentence(subject: Subject) -> Iterator[Mistake]:
    """Find paragraphs with more than one sentence."""
    for page, line, text in _paragraphs(subject):
        if len(sentences(text)) > 1:
            yield Mistake(
                page.path,
                line,
                _("Several sentences stand in one paragraph: {text}", text=text),
                _("Give each sentence a paragraph of its own."),
            )


def plain_signs(subject: Subject) -> Iterator[Mistake]:
    """Find signs that are hard to read: percent, parentheses, footnotes, mathematics."""
    for page, line, text in _all_text(subject):
        for sign in dict.fromkeys(_SIGNS.findall(text)):
            yield Mistake(
                page.path,
                line,
                _("“{sign}” is hard to read.", sign=sign),
                _("Say it in words, or leave it out."),
            )


def plain_acronym(subject: Subject) -> Iterator[Mistake]:
    """Find acronyms and formulas."""
    for page, line, text in _all_text(subject):
        for word in dict.fromkeys(_ACRONYM.findall(text)):
            yield Mistake(
                page.path,
                line,
                _("“{word}” is not a word that everybody can read.", word=word),
                _("Write what it stands for."),
            )


def plain_italics(subject: Subject) -> Iterator[Mistake]:
    """Find slanted letters, which are hard to read."""
    for page in subject.sheets.values():
        for line, inline in page.inlines():
            if isinstance(inline, Emphasis):
                yield Mistake(
                    page.path,
                    line,
                    _("Slanted letters are hard to read."),
                    _("Make the words bold with ** if they matter most."),
                )


def plain_negative(subject: Subject) -> Iterator[Mistake]:
    """Point at negatives: what is to be done is easier to read than what is not."""
    for page, line, sentence in _sentences(subject):
        if _NEGATIVES[page.language].search(sentence):
            yield Mistake(
                page.path,
                line,
                _("This sentence says what is not: {sentence}", sentence=sentence),
                _("Say what is, or what to do, if you can."),
                Severity.WARNING,
            )


def plain_pages(subject: Subject) -> Iterator[Mistake]:
    """Find sheets of too many pages, and headings that do not count them."""
    for page in subject.sheets.values():
        headings = [heading for _line, heading in page.headings()]
        ids = [heading.id for heading in headings]
        wanted = [f"page-{number}" for number in range(1, len(ids) + 1)]
        if len(ids) not in PAGES or any(heading.level != 2 for heading in headings):
            yield Mistake(
                page.path,
                0,
                _("The sheet has {n} pages.", n=len(ids)),
                _("Make 2 to 4, each with a heading: ## … {#page-1}"),
            )
        elif ids != wanted:
            yield Mistake(
                page.path,
                0,
                _("The pages of the sheet are “{found}”.", found=", ".join(ids)),
                _("They have to be, in this order: {wanted}.", wanted=", ".join(wanted)),
            )


def plain_page_length(subject: Subject) -> Iterator[Mistake]:
    """Find pages with too many sentences for large letters."""
    for page in subject.sheets.values():
        for section, (line, blocks) in section_pages(page).items():
            inner = Page(page.path, page.language, blocks, (line,) * len(blocks))
            count = sum(len(sentences(text)) for _line, text in _paragraphs_of(inner))
            if not 1 <= count <= MOST_SENTENCES:
                yield Mistake(
                    page.path,
                    line,
                    _("“{page}” has {n} sentences.", page=section, n=count),
                    _("Make it {most} at most, and one at least.", most=MOST_SENTENCES),
                )


def _sentences(subject: Subject) -> Iterator[tuple[Page, int, str]]:
    for page, line, text in _paragraphs(subject):
        for sentence in sentences(text):
            yield page, line, sentence


def _paragraphs(subject: Subject) -> Iterator[tuple[Page, int, str]]:
    for page in subject.sheets.values():
        for line, text in _paragraphs_of(page):
            yield page, line, text


def _paragraphs_of(page: Page) -> Iterator[tuple[int, str]]:
    for line, block in page.walk():
        if isinstance(block, Paragraph):
            yield line, spoken(block.inlines)


def _all_text(subject: Subject) -> Iterator[tuple[Page, int, str]]:
    for page in subject.sheets.values():
        for line, block in page.walk():
            if isinstance(block, Heading | Paragraph):
                for inlines in inlines_of(block):
                    yield page, line, spoken(inlines)
