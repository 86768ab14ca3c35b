"""Why Python cannot read a program, in plain words."""

from collections.abc import Iterator

from kit.check.finding import Finding
from kit.check.program import lines_of
from kit.check.reasons import REASONS, Trouble, not_a_text, on, too_deep
from kit.check.scanner import Seen, Spot, scan
from kit.i18n import _


def explain(source: str, error: BaseException) -> list[Finding]:
    """Return what keeps Python from reading ``source``: ``error`` is what parsing it raised."""
    if isinstance(error, (RecursionError, MemoryError)):
        return [too_deep(1)]
    if not isinstance(error, SyntaxError):
        return [not_a_text()]
    lines = lines_of(source)
    seen = scan(lines)
    return sorted(_typography(seen)) or [_reason(_trouble(lines, error, seen))]


def _trouble(lines: list[str], error: SyntaxError, seen: Seen) -> Trouble:
    line = min(max(error.lineno or 1, 1), len(lines))
    column = min(max(error.offset or 1, 1), len(lines[line - 1]) + 1)
    return Trouble(lines, Spot(line, column, ""), error.msg or "", seen)


def _typography(seen: Seen) -> Iterator[Finding]:
    for spot in seen.quotes:
        yield on(
            spot,
            "quote-typographic",
            _("The quote {character} is for letters, not for programs.", character=spot.character),
            _("Type it again with the key {key} of your keyboard.", key='"'),
        )
    marked = {spot.line for spot in seen.quotes}
    for spot in seen.spaces:
        if spot.line not in marked:
            yield on(
                spot,
                "space-odd",
                _("There is an invisible character here that only looks like a space."),
                _("Delete it, then press the space bar."),
            )


def _reason(trouble: Trouble) -> Finding:
    findings = (reason(trouble) for reason in REASONS)
    known = next((finding for finding in findings if finding is not None), None)
    return known or on(
        trouble.here,
        "line-unreadable",
        _("Python does not understand this line."),
        _("Compare it, character by character, with an example that works."),
    )
