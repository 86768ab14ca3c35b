"""Whether a booklet has all its sections, in their order, and headings that links can lead to."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from curriculum.document.nodes import Directive, Heading
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Page, Subject, section_pages
from curriculum.model import SECTIONS
from kit.i18n import _

FACTS = {
    "objectives": ("objectives",),
    "prerequisites": ("safety",),
    "materials": ("parts",),
    "assembly": ("wiring",),
    "testing": ("self-test",),
    "mistakes": ("cards",),
    "workshop": ("plan", "materials"),
    "ethics": ("ethics",),
    "portfolio": ("badge",),
}
"""By section: the facts that have to appear there, because no text repeats them."""


def sections(subject: Subject) -> Iterator[Mistake]:
    """Find sections that are missing, strange, or not in their order."""
    for page in subject.booklets.values():
        found = [(line, heading.id) for line, heading in page.headings() if heading.level == 2]
        ids = [section for _line, section in found]
        for section in SECTIONS:
            if section not in ids:
                yield Mistake(
                    page.path,
                    0,
                    _("The section “{section}” is missing.", section=section),
                    _("Add a heading: ## … {{#{section}}}", section=section),
                )
        for line, section in found:
            if section not in SECTIONS:
                yield Mistake(
                    page.path,
                    line,
                    _("No section of a module is called “{section}”.", section=section),
                    _("Take one of: {known}.", known=", ".join(SECTIONS)),
                )
        yield from _order(page, [one for one in found if one[1] in SECTIONS])


def section_empty(subject: Subject) -> Iterator[Mistake]:
    """Find sections with nothing but headings in them."""
    for page in subject.booklets.values():
        for section, (line, blocks) in section_pages(page).items():
            if all(isinstance(block, Heading) for block in blocks):
                yield Mistake(
                    page.path,
                    line,
                    _("The section “{section}” is empty.", section=section),
                    _("Write what belongs there."),
                )


def fact_missing(subject: Subject) -> Iterator[Mistake]:
    """Find sections without the facts that have to appear there."""
    for page in subject.booklets.values():
        for section, (line, blocks) in section_pages(page).items():
            shown = {block.name for block in blocks if isinstance(block, Directive)}
            for fact in FACTS.get(section, ()):
                if fact not in shown:
                    yield Mistake(
                        page.path,
                        line,
                        _("The section “{section}” does not show its facts.", section=section),
                        _("Add this line on its own: {{{{ {fact} }}}}", fact=fact),
                    )


def heading_level(subject: Subject) -> Iterator[Mistake]:
    """Find headings that skip a level, and titles: the title stands in the front matter."""
    for page in subject.pages:
        above = 1
        for line, heading in page.headings():
            if not 2 <= heading.level <= min(above + 1, 4):
                yield Mistake(
                    page.path,
                    line,
                    _("This heading has the level {level}.", level=heading.level),
                    _("Begin it with ## for a section, ### and #### within it."),
                )
            above = heading.level


def heading_twice(subject: Subject) -> Iterator[Mistake]:
    """Find headings that have the same id: a link would lead to the first."""
    for page in subject.pages:
        headings = list(page.headings())
        for id_, count in Counter(heading.id for _line, heading in headings).items():
            if count > 1:
                line = [line for line, heading in headings if heading.id == id_][1]
                yield Mistake(
                    page.path,
                    line,
                    _("Two headings have the id “{id}”.", id=id_),
                    _("Give this one another: ### … {#…}"),
                )


def _order(page: Page, found: list[tuple[int, str]]) -> Iterator[Mistake]:
    for (_line, before), (line, section) in pairwise(found):
        if SECTIONS.index(section) < SECTIONS.index(before):
            yield Mistake(
                page.path,
                line,
                _("“{section}” stands behind “{before}”.", section=section, before=before),
                _("Put the sections into their order: docs/modules.md shows it."),
            )
