"""The linter of modules: what is wrong in one, before a learner or a resident meets it.

    subject.py   a module as far as it can be read
    rules/       one function a rule, one file a concern; ``RULES`` names them all
    schema.py    the front matter as a JSON Schema
    sentences.py sentences and words, for the rules of plain language

It reads files and changes none. What only running can show (solutions, what commands print) is
shown by ``tests/curriculum``.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from curriculum.known import Known
from curriculum.lint import subject as subjects
from curriculum.lint.finding import Finding, found
from curriculum.lint.rules import RULES

__all__ = ["Finding", "lint"]


def lint(folders: Sequence[Path], known: Known, beside: Sequence[Path] = ()) -> list[Finding]:
    """Return all that is wrong in the modules of those folders, by file and line.

    ``beside``: other modules, which are read and not judged: links and ids may be theirs.
    """
    wanted = {folder.resolve() for folder in folders}
    every = dict.fromkeys((*(folder.resolve() for folder in beside), *sorted(wanted)))
    others = tuple(subjects.read(folder, known) for folder in every)
    judged = [replace(one, others=others) for one in others if one.folder in wanted]
    findings = {
        found(code, mistake)
        for one in judged
        for code, rule in RULES.items()
        for mistake in rule(one)
    }
    return sorted(findings, key=lambda f: (str(f.file), f.line, f.code, f.message))
