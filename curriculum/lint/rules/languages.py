"""Whether a text says in each language the same things, in the same order."""

import re
from collections.abc import Iterator

from curriculum.document.nodes import (
    Block,
    Blocks,
    Code,
    Directive,
    Drawing,
    Heading,
    Listing,
    Note,
    Paragraph,
    Picture,
    Table,
)
from curriculum.lint.finding import Mistake
from curriculum.lint.rules.code import words_of
from curriculum.lint.subject import Page, Subject
from kit.i18n import DEFAULT_LANGUAGE, _

_COMMENT = re.compile(r"\s*#.*")
_BEHIND_THE_END = "–"


def structure(subject: Subject) -> Iterator[Mistake]:
    """Find the first place at which another language differs from the French."""
    for pages in (subject.booklets, subject.sheets):
        original = pages.get(DEFAULT_LANGUAGE)
        for language, page in pages.items():
            if original is not None and language != DEFAULT_LANGUAGE:
                yield from _difference(original, page)


def translates(subject: Subject) -> Iterator[Mistake]:
    """Find translations of another version than the one that stands there."""
    version = str(subject.head.get("version", ""))
    for language, head in subject.heads.items():
        if language == DEFAULT_LANGUAGE or language not in subject.booklets:
            continue
        translated = str(head.get("translates", ""))
        if translated != version:
            yield Mistake(
                subject.booklets[language].path,
                0,
                _(
                    "This translates version “{old}”, and the text is at “{version}”.",
                    old=translated,
                    version=version,
                ),
                _("See what has changed, then write: translates: {version}", version=version),
            )
        for name in sorted(head.keys() - {"translates"}):
            yield Mistake(
                subject.booklets[language].path,
                0,
                _("“{name}” stands in the front matter of a translation.", name=name),
                _("Take it out: it stands in {file}.", file=subject.main.name),
            )


def _difference(original: Page, page: Page) -> Iterator[Mistake]:
    ours, theirs = list(_kinds(original)), list(_kinds(page))
    end = (0, _BEHIND_THE_END)
    longest = max(len(ours), len(theirs))
    for number in range(longest):
        line, kind = ours[number] if number < len(ours) else end
        there, other = theirs[number] if number < len(theirs) else end
        if kind != other:
            yield Mistake(
                page.path,
                there,
                _(
                    "Here is “{other}”; in {file}, line {line}, “{kind}”.",
                    other=other,
                    file=original.path.name,
                    line=line,
                    kind=kind,
                ),
                _("Give both the same parts in the same order."),
            )
            return


def _kinds(page: Page) -> Iterator[tuple[int, str]]:
    for line, block in page.numbered():
        for kind in _kind(block):
            yield line, kind


def _kind(block: Block) -> Iterator[str]:
    """Yield what must be the same of a block in all languages, and of those within it."""
    match block:
        case Heading(level, id_):
            yield f"{'#' * level} {{#{id_}}}"
        case Paragraph():
            yield _("paragraph")
        case Listing(ordered, items):
            yield _("list of {n} items", n=len(items)) + (" (1.)" if ordered else "")
            for item in items:
                yield f"- {'' if item.checked is None else '[ ]'}"
                yield from _within(item.blocks)
        case Code(language, text, attributes):
            said = " ".join(f"{name}={value}" for name, value in attributes.items())
            yield f"```{language} {said}".strip()
            yield _code(language, text)
        case Table(header, rows):
            yield _("table of {n} × {m}", n=len(rows), m=len(header))
        case Note(sort, blocks):
            yield _("warning") if sort == "warning" else _("hint")
            yield from _within(blocks)
        case Picture(file) | Drawing(file):
            yield f"![…]({file})"
        case Directive(name, arguments):
            said = f"{name}: {', '.join(arguments)}" if arguments else name
            yield f"{{{{ {said} }}}}"


def _within(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield from _kind(block)


def _code(language: str, text: str) -> str:
    """Return what has to be the same of code: programs without comments, commands alone."""
    lines = text.strip().splitlines()
    if language == "python":
        return "\n".join(_COMMENT.sub("", line) for line in lines)
    if language == "console":
        return "\n".join(" ".join(_words(line)) for line in lines if line.startswith("$"))
    return ""


def _words(line: str) -> list[str]:
    try:
        return words_of(line)
    except ValueError:  # a quotation mark is missing: another rule says so
        return [line]
