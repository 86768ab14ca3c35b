"""`fabnum curriculum lint`: what is wrong in modules, the kit's own and the site's."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from curriculum import reading
from curriculum.lint import Finding, lint
from kit.check import Severity
from kit.cli.curriculum_known import known
from kit.cli.exits import EXPECTED_FAILURE
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder

_MARKS = {Severity.ERROR: ("✗", "red"), Severity.WARNING: ("!", "yellow")}


def lint_modules(wanted: Sequence[str], folder: DataFolder, *, as_json: bool) -> int:
    """Check modules and print what is wrong; return 0, or 2 if one has a mistake.

    ``wanted``: ids such as ``M02``, or folders; without any, all of the kit and the site. Raises
    FabnumError for one that is not there.
    """
    every = reading.folders(folder.modules)
    chosen = [_chosen(one, every) for one in wanted] or every
    findings = lint(chosen, known(), beside=every)
    if as_json:
        print(json.dumps([_as_json(one) for one in findings], ensure_ascii=False, indent=2))
    else:
        show(findings, len(chosen))
    return EXPECTED_FAILURE if has_errors(findings) else 0


def has_errors(findings: Sequence[Finding]) -> bool:
    """Return whether one of these is more than a warning."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def show(findings: Sequence[Finding], modules: int) -> None:
    """Print findings by file, then how many modules were looked at and what was found."""
    console = Console(soft_wrap=True, highlight=False)
    for file, some in groupby(findings, key=lambda finding: finding.file):
        console.print(Text(_shown(file), style="bold"))
        for finding in some:
            console.print(_line(finding))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    console.print(
        " ".join(
            (
                ngettext("{n} module was checked:", "{n} modules were checked:", modules),
                ngettext("{n} mistake,", "{n} mistakes,", errors),
                ngettext("{n} warning.", "{n} warnings.", len(findings) - errors),
            )
        )
    )


def _line(finding: Finding) -> Text:
    mark, style = _MARKS[finding.severity]
    place = _("line {line}:", line=finding.line) + " " if finding.line else ""
    return Text.assemble(
        (f"  {mark} ", style),
        place,
        finding.message,
        f"\n    → {finding.action} ",
        (f"[{finding.code}]", "dim"),
    )


def _chosen(word: str, every: Sequence[Path]) -> Path:
    """Return the folder that a word means: an id, or the path of a folder."""
    path = Path(word)
    if (path / "fr.md").is_file():
        return path
    for folder in every:
        if reading.id_of(folder) == word.upper():
            return folder
    raise FabnumError(
        _("There is no module “{module}”.", module=word),
        _("Take one of these: {modules}", modules=", ".join(map(reading.id_of, every))),
    )


def _shown(file: Path) -> str:
    """Return a path as short as it is from here."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "file": _shown(finding.file),
        "line": finding.line,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "action": finding.action,
    }
