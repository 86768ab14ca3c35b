"""The checker: what is wrong in a learner's program, before it reaches a board.

It reads the program's text and never runs it. Each kind of mistake has a code, a sentence and an
action (docs/mistakes.md). What is not certain is not said: a false alarm is worse than silence.
"""

from kit.check import compiled, syntax
from kit.check.finding import Finding, Severity
from kit.check.program import Program
from kit.check.table import RULES
from kit.check.target import Target
from kit.firmware import parse

__all__ = ["Finding", "Severity", "Target", "check", "read"]


def check(source: str, target: Target) -> list[Finding]:
    """Return all that is wrong in a program, in the order of its lines.

    What only the board's own compiler refuses, too: it runs as a process.
    """
    found = read(source, target)
    if any(finding.severity is Severity.ERROR for finding in found):
        return found
    return sorted([*found, *compiled.complaints(source)])


def read(source: str, target: Target) -> list[Finding]:
    """Return what is wrong in a program as far as its text tells, without any compiler."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return syntax.explain(source, error)
    program = Program(source, tree)
    found = (finding for rule in RULES for finding in rule(program, target))
    return sorted(set(found))
