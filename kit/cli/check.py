"""`fabnum check`: what is wrong in a program, before it reaches a board."""

import json
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from kit import catalogue
from kit.check import Finding, Severity, Target, check
from kit.check.program import lines_of
from kit.check.which_build import build_of
from kit.chips import DEFAULT_CHIP, PINS
from kit.cli.exits import EXPECTED_FAILURE
from kit.cli.program_file import read_program
from kit.errors import FabnumError
from kit.i18n import _, ngettext

MOST_SHOWN = 12
"""Findings of one program: who has more corrects these first, and many others are gone then."""

_WIDTH = 90
_MARKS = {Severity.ERROR: ("✗", "bold red"), Severity.WARNING: ("!", "bold yellow")}


def check_files(
    paths: list[Path], build: str | None = None, chip: str = DEFAULT_CHIP, as_json: bool = False
) -> int:
    """Check programs and print what is wrong; return 0, or 2 if one has an error.

    ``build``: what they are for; where it is ``None``, the folder, a comment or the parts tell.
    Raises FabnumError for a build, a chip or a file that is not there.
    """
    console = Console(soft_wrap=True, highlight=False)
    findings: dict[Path, list[Finding]] = {}
    for path in paths:
        source = read_program(path)
        target = target_for(source, path, build, chip)
        findings[path] = check(source, target)
        if not as_json:
            show(console, path, source, findings[path])
            if target.build is None:
                console.print(_build_unknown(), style="dim")
    if as_json:
        print(json.dumps(_as_json(findings), ensure_ascii=False, indent=2))
    return EXPECTED_FAILURE if any(map(has_errors, findings.values())) else 0


def target_for(
    source: str, path: Path | None, build: str | None = None, chip: str = DEFAULT_CHIP
) -> Target:
    """Return what a program is for. Raises FabnumError if there is no such build or chip."""
    if chip not in PINS:
        raise FabnumError(
            _("There is no chip “{chip}”.", chip=chip),
            _("Take one of: {known}.", known=", ".join(PINS)),
        )
    named = build or build_of(source, path)
    return Target(catalogue.load_build(named) if named else None, chip)


def stop_if_wrong(path: Path, source: str, target: Target) -> None:
    """Print what is wrong in a program that is on its way to a board.

    Raises FabnumError where that is more than a warning.
    """
    findings = check(source, target)
    if findings:
        show(Console(soft_wrap=True, highlight=False, stderr=True), path, source, findings)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if errors:
        raise FabnumError(
            ngettext(
                "The program did not go to the board: it has {n} mistake.",
                "The program did not go to the board: it has {n} mistakes.",
                errors,
            ),
            _("Correct it, then try again; or add --anyway."),
        )


def has_errors(findings: list[Finding]) -> bool:
    """Return whether one of these is more than a warning."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def show(console: Console, path: Path, source: str, findings: list[Finding]) -> None:
    """Print what is wrong in one program: the line, a mark, the sentence, what to do."""
    if not findings:
        console.print(Text.assemble(("✓ ", "green"), _("{file}: no mistake found.", file=path)))
        return
    lines = lines_of(source)
    for finding in findings[:MOST_SHOWN]:
        console.print(_in_full(path, lines, finding))
    left = len(findings) - MOST_SHOWN
    if left > 0:
        console.print(
            ngettext("… and {n} more, later.", "… and {n} more, later.", left), style="dim"
        )


def _in_full(path: Path, lines: list[str], finding: Finding) -> Text:
    sign, style = _MARKS[finding.severity]
    quoted, start, width = _quoted(lines[finding.line - 1], finding)
    place = _("{file}, line {line}", file=path, line=finding.line)
    return Text.assemble(
        (f"{sign} {place}", "bold"),
        f"\n    {quoted}\n    ",
        (" " * start + "^" * width, style),
        f"\n  {finding.message}\n  → {finding.action}\n",
    )


def _quoted(line: str, finding: Finding) -> tuple[str, int, int]:
    """Return a line as it can be shown, and the place of the mark below it: start and width."""
    first = min(finding.column - 1, len(line))
    begin = max(0, first - _WIDTH // 2) if len(line) > _WIDTH else 0
    before = _visible(line[begin:first])
    marked = _visible(line[first : first + finding.width])[: max(1, _WIDTH - cell_len(before))]
    after = _visible(line[first + finding.width :])
    room = max(0, _WIDTH - cell_len(before) - cell_len(marked))
    whole = before + marked + after[:room]
    lead = len(whole) - len(whole.lstrip())
    lead = min(lead, len(before))
    return whole[lead:], cell_len(before[lead:]), max(1, cell_len(marked))


def _visible(text: str) -> str:
    """Return a text whose every character takes its place on a screen and does nothing there."""
    return "".join(c if c.isprintable() else "    " if c == "\t" else "·" for c in text)


def _build_unknown() -> str:
    return _(
        "I do not know which object this is for: parts and measures were only checked against"
        " all of them. Say it with --build, or with a comment: {code}",
        code="# objet : lamp",
    )


def _as_json(findings: dict[Path, list[Finding]]) -> list[dict[str, object]]:
    return [
        {
            "file": str(path),
            "line": finding.line,
            "column": finding.column,
            "width": finding.width,
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "action": finding.action,
        }
        for path, found in findings.items()
        for finding in found
    ]
