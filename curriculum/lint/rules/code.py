"""Whether programs and commands in a text are those of the kit."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from curriculum.document.nodes import Code
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Page, Subject
from kit import catalogue
from kit.catalogue import Build
from kit.check import Target, check
from kit.check import read as check_text
from kit.i18n import _

ATTRIBUTES = {"python": {"solution", "file"}, "console": {"run"}, "text": set[str]()}
"""By language of a code block: what may stand behind it."""

_LANGUAGE = "FABNUM_LANG="


def code_language(subject: Subject) -> Iterator[Mistake]:
    """Find code of no known kind, or with an attribute that means nothing."""
    for page, line, code in _codes(subject):
        if code.language not in ATTRIBUTES:
            message = _("Code is “{language}”, which modules do not show.", language=code.language)
            yield Mistake(page.path, line, message, _known(ATTRIBUTES))
            continue
        for attribute in sorted(code.attributes.keys() - ATTRIBUTES[code.language]):
            message = _("“{attribute}” means nothing behind the code.", attribute=attribute)
            known = sorted(ATTRIBUTES[code.language])
            yield Mistake(page.path, line, message, _known(known) if known else _("Take it out."))


def quote_differs(subject: Subject) -> Iterator[Mistake]:
    """Find quotations of programs that are not lines of them, one after the other."""
    for page, line, code in _codes(subject):
        source = _quoted(subject, code)
        if source is None:
            continue
        if not source.is_file():
            message = _("The program {file} is not there.", file=source.name)
            yield Mistake(page.path, line, message, _("Correct what stands behind ```python."))
        elif not _is_within(code.text, source.read_text(encoding="utf-8")):
            yield Mistake(
                page.path,
                line,
                _("These are not lines of {file}, as they stand there.", file=source.name),
                _("Copy them again, without leaving any out."),
            )


def solution_check(subject: Subject) -> Iterator[Mistake]:
    """Find solutions in which ``fabnum check`` finds something."""
    for path in sorted((subject.folder / "solutions").glob("*.py")):
        number = int(path.stem) if path.stem.isdecimal() else 0
        yield from _checked(path, path.read_text(encoding="utf-8"), subject.challenge_build(number))


def illustration_check(subject: Subject) -> Iterator[Mistake]:
    """Find lines of Python, neither of a solution nor of ``main.py``, that are no Python."""
    for page, line, code in _codes(subject):
        if code.language != "python" or code.attributes.keys() & {"solution", "file"}:
            continue
        try:
            compile(code.text, str(page.path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            for finding in check_text(code.text, Target(subject.build)):
                yield Mistake(page.path, line + finding.line, finding.message, finding.action)


def command(subject: Subject) -> Iterator[Mistake]:
    """Find commands that ``fabnum`` does not know, or not with these options."""
    for page, line, code in _codes(subject):
        if code.language != "console":
            continue
        for number, text in enumerate(code.text.splitlines(), 1):
            if text.startswith("$"):
                complaint = _complaint(subject, text)
                if complaint:
                    yield Mistake(
                        page.path,
                        line + number,
                        _("“{command}”: {complaint}", command=text, complaint=complaint),
                        _("Try it, then quote it: fabnum --help lists the commands."),
                    )


def console_begins(subject: Subject) -> Iterator[Mistake]:
    """Find terminals that show output of a command that is not to be seen."""
    for page, line, code in _codes(subject):
        if code.language == "console" and not code.text.startswith("$ "):
            yield Mistake(
                page.path,
                line,
                _("What a terminal shows begins with a command."),
                _("Write “$ fabnum …” above it, or make it ```text."),
            )


def words_of(line: str) -> list[str]:
    """Return the words of a quoted command line ``$ …``, without a language before them.

    Raises ValueError where a quotation mark is missing.
    """
    words = shlex.split(line.removeprefix("$"))
    if words and words[0].startswith(_LANGUAGE):
        words = words[1:]
    if words and words[0] == "./fabnum":
        words[0] = "fabnum"
    return words


def _complaint(subject: Subject, line: str) -> str | None:
    try:
        words = words_of(line)
    except ValueError as error:
        return str(error)
    return subject.known.complaint(words)


def _codes(subject: Subject) -> Iterator[tuple[Page, int, Code]]:
    for page in subject.pages:
        for line, block in page.walk():
            if isinstance(block, Code):
                yield page, line, block


def _known(known: object) -> str:
    assert isinstance(known, dict | list)
    return _("Take one of: {known}.", known=", ".join(known))


def _quoted(subject: Subject, code: Code) -> Path | None:
    """Return the file whose lines a code block quotes, ``None`` where it quotes none."""
    if "solution" in code.attributes:
        return subject.folder / "solutions" / f"{code.attributes['solution']}.py"
    if "file" in code.attributes and subject.build is not None:
        return catalogue.BUILDS_FOLDER / subject.build.id / code.attributes["file"]
    return None


def _is_within(text: str, source: str) -> bool:
    lines, of_source = _lines(text), _lines(source)
    return any(of_source[i : i + len(lines)] == lines for i in range(len(of_source)))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _checked(path: Path, source: str, build: Build | None) -> Iterator[Mistake]:
    for finding in check(source, Target(build)):
        yield Mistake(path, finding.line, finding.message, finding.action, finding.severity)
