"""The likely cause of a line that Python cannot read: one function for each."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kit.check.finding import Finding
from kit.check.nearest import nearest
from kit.check.scanner import Seen, Spot
from kit.i18n import _

_BLOCKS = (
    *("if", "elif", "else", "for", "while", "def", "class"),
    *("try", "except", "finally", "with", "async"),
)
_KEYWORDS = (
    *_BLOCKS,
    *("import", "from", "return", "await", "global", "pass", "break", "continue"),
    *("lambda", "not", "and", "or"),
)
_DECIMAL_VALUE = re.compile(r"=\s*(\d+,\d+)")
_WORD = re.compile(r"\s*([^\W\d]\w*)")


@dataclass(frozen=True)
class Trouble:
    """Where Python stopped reading, and what it ``said`` (in its own words)."""

    lines: list[str]
    here: Spot
    said: str
    seen: Seen

    @property
    def text(self) -> str:
        """The line on which Python stopped."""
        return self.lines[self.here.line - 1]


def _nul_or_depth(trouble: Trouble) -> Finding | None:
    if "null byte" in trouble.said:
        return not_a_text()
    return (
        too_deep(trouble.here.line)
        if trouble.said.lower().startswith(("too many", "parser stack"))
        else None
    )


def _indented(trouble: Trouble, code: str, message: str, action: str) -> Finding:
    """Return a finding about the spaces at the beginning of the line."""
    width = len(trouble.text) - len(trouble.text.lstrip())
    return Finding(trouble.here.line, 1, code, message, action, width=max(1, width))


def _tabs(trouble: Trouble) -> Finding | None:
    if "inconsistent use of tabs" not in trouble.said:
        return None
    return _indented(
        trouble,
        "tabs-mixed",
        _("Some lines begin with tabs, others with spaces."),
        _("Begin this line with spaces only, four for each level."),
    )


def _indentation(trouble: Trouble) -> Finding | None:
    if trouble.said.startswith("expected an indented block"):
        above = re.search(r"line (\d+)", trouble.said)
        return _indented(
            trouble,
            "indent-missing",
            _(
                "Nothing is indented under line {line}.",
                line=above.group(1) if above else trouble.here.line,
            ),
            _("Begin the lines that belong to it with four spaces."),
        )
    if trouble.said == "unexpected indent":
        return _indented(
            trouble,
            "indent-extra",
            _("This line is indented, but nothing above it asks for that."),
            _("Begin it below the first letter of the line above."),
        )
    if trouble.said.startswith("unindent does not match"):
        return _indented(
            trouble,
            "indent-uneven",
            _("This line is neither as far in as the one above, nor as one of those before."),
            _("Give it as many spaces as the lines that it belongs with."),
        )
    return None


def _apostrophe(trouble: Trouble) -> Finding | None:
    for spot in trouble.seen.apostrophes:
        if spot.line == trouble.here.line:
            return on(
                spot,
                "apostrophe",
                _("The apostrophe ends the text here, in the middle of it."),
                _("Put the text between two {key}.", key='"'),
            )
    return None


def _open_text(trouble: Trouble) -> Finding | None:
    if not trouble.said.startswith("unterminated"):
        return None
    opened = trouble.text[trouble.here.column - 1 : trouble.here.column] or '"'
    return on(
        trouble.here,
        "text-open",
        _("The text that begins here has no end."),
        _(
            "Add {key} where it ends.",
            key='"""' if "triple" in trouble.said else opened.strip() or '"',
        ),
    )


def _open_bracket(trouble: Trouble) -> Finding | None:
    unsure = trouble.said.startswith("invalid syntax") or "never closed" in trouble.said
    if not unsure or not trouble.seen.open or trouble.seen.wrong is not None:
        return None
    spot = trouble.seen.open[-1]
    # A bracket opened further down has nothing to do with it.
    if spot.line > trouble.here.line:
        return None
    return on(
        spot,
        "bracket-open",
        _("The bracket {bracket} is never closed.", bracket=spot.character),
        _("Add {bracket} where it ends.", bracket={"(": ")", "[": "]", "{": "}"}[spot.character]),
    )


def _wrong_bracket(trouble: Trouble) -> Finding | None:
    if not trouble.said.startswith(("unmatched", "closing parenthesis")):
        return None
    spot = trouble.seen.wrong or trouble.here
    return on(
        spot,
        "bracket-wrong",
        _("This bracket closes none that is open."),
        _("Delete it, or add the one that opens."),
    )


def _single_equals(trouble: Trouble) -> Finding | None:
    text = trouble.text
    first = _WORD.match(text)
    condition = first is not None and first.group(1) in ("if", "elif", "while")
    single = re.search(r"(?<![=!<>:])=(?!=)", text)
    meant = "Maybe you meant '=='" in trouble.said
    if single is None or not (meant or (condition and trouble.said.startswith("invalid syntax"))):
        return None
    if not condition and not text.lstrip().startswith(("return", "assert", "print")):
        return None
    return on(
        Spot(trouble.here.line, single.start() + 1, "="),
        "equals-single",
        _("A single = gives a value, it does not compare."),
        _("Write == to compare."),
    )


def _assignment(trouble: Trouble) -> Finding | None:
    if not trouble.said.startswith(("cannot assign", "cannot delete", "expression cannot contain")):
        return None
    text = trouble.text.strip()
    name = text.split("=")[0].strip()
    if "-" in name and re.fullmatch(r"[\w-]+", name):
        return on(
            trouble.here,
            "name-with-dash",
            _("A name cannot contain a dash."),
            _("Write it with “_” in place of the dash."),
        )
    return on(
        trouble.here,
        "assign-impossible",
        _("What stands to the left of = is no name that can be given a value."),
        _("Write a name to the left, its value to the right."),
    )


def _keyword(trouble: Trouble) -> Finding | None:
    text = trouble.text
    first = _WORD.match(text)
    if first is None or not trouble.said.startswith(("invalid syntax", "expected")):
        return None
    word = first.group(1)
    if re.match(r"\s*else\s+if\b", text):
        return on(
            Spot(trouble.here.line, first.start(1) + 1, ""),
            "else-if",
            _("Python writes “else if” in one word."),
            _("Write: {code}", code="elif"),
        )
    rest = text[first.end() :].lstrip()
    if word in _KEYWORDS or not rest or rest[0] in "=.([,+-*/:":
        return None
    meant = nearest(word, _KEYWORDS)
    if not meant:
        return None
    return on(
        Spot(trouble.here.line, first.start(1) + 1, ""),
        "keyword-misspelt",
        _("Python does not know the word “{word}”.", word=word),
        _("Did you mean “{near}”?", near=meant),
        len(word),
    )


def _before(trouble: Trouble) -> Finding | None:
    """Find a misspelt word before the place where Python stopped: ``awiat air.read()``."""
    if not trouble.said.startswith("invalid syntax"):
        return None
    before = re.search(r"([^\W\d]\w*)\s+$", trouble.text[: trouble.here.column - 1])
    if before is None or before.group(1) in _KEYWORDS:
        return None
    word = before.group(1)
    meant = nearest(word, _KEYWORDS)
    if not meant:
        return None
    return on(
        Spot(trouble.here.line, before.start(1) + 1, ""),
        "keyword-misspelt",
        _("Python does not know the word “{word}”.", word=word),
        _("Did you mean “{near}”?", near=meant),
        len(word),
    )


def _decorator(trouble: Trouble) -> Finding | None:
    """Find a line with @ that goes on without parentheses: ``@station.every 60``."""
    bare = re.match(r"\s*(@[\w.]+)\s+([\w\"'].*?)\s*$", _without_comment(trouble.text))
    if bare is None or not trouble.said.startswith("invalid syntax"):
        return None
    return on(
        Spot(trouble.here.line, bare.start(2) + 1, ""),
        "parentheses-missing",
        _("The parentheses are missing."),
        _("Write: {code}", code=f"{bare.group(1)}({bare.group(2)})"),
        len(bare.group(2)),
    )


def _operator(trouble: Trouble) -> Finding | None:
    if not trouble.said.startswith("invalid syntax"):
        return None
    odd = re.search(r"=>|=<|&&|\|\||<>|(?<![\w\"'])!(?!=)", trouble.text)
    if odd is None:
        return None
    return on(
        Spot(trouble.here.line, odd.start() + 1, ""),
        "operator-unknown",
        _("Python does not know the sign {sign}.", sign=odd.group()),
        _("Write: {code}", code=_OPERATORS[odd.group()]),
        len(odd.group()),
    )


_OPERATORS = {"=>": ">=", "=<": "<=", "&&": "and", "||": "or", "<>": "!=", "!": "not"}


def _extra_colon(trouble: Trouble) -> Finding | None:
    text = _without_comment(trouble.text).rstrip()
    first = _WORD.match(text)
    ends_here = text.endswith(":") and trouble.here.column == len(text)
    if not ends_here or not trouble.said.startswith("invalid syntax"):
        return None
    if first is not None and first.group(1) in _BLOCKS:
        return None
    return on(
        trouble.here,
        "colon-extra",
        _("This line does not end with a colon."),
        _("Delete the colon."),
    )


def _unexpected(trouble: Trouble) -> Finding | None:
    """Say at least where Python stopped."""
    found = re.match(r"\w+|[^\w\s]+", trouble.text[trouble.here.column - 1 :])
    if found is None or not trouble.said.startswith("invalid syntax"):
        return None
    return on(
        trouble.here,
        "word-unexpected",
        _("Python expects something else than “{word}” here.", word=found.group()),
        _("Look at what stands just before it: something is missing or too many."),
        len(found.group()),
    )


def _colon(trouble: Trouble) -> Finding | None:
    text = _without_comment(trouble.text)
    first = _WORD.match(text)
    if first is None or first.group(1) not in _BLOCKS or text.rstrip().endswith(":"):
        return None
    if trouble.said != "expected ':'" and not trouble.said.startswith("invalid syntax"):
        return None
    if trouble.said != "expected ':'" and ":" in text:
        return None
    return on(
        Spot(trouble.here.line, len(text.rstrip()) + 1, ""),
        "colon-missing",
        _("The colon is missing at the end of this line."),
        _("Add “{character}” at the end.", character=":"),
    )


def _alone(trouble: Trouble) -> Finding | None:
    first = _WORD.match(trouble.text)
    if first is None or not trouble.said.startswith("invalid syntax"):
        return None
    if first.group(1) not in ("else", "elif", "except", "finally"):
        return None
    word = first.group(1)
    return on(
        Spot(trouble.here.line, first.start(1) + 1, ""),
        "else-alone",
        _("This “{word}” belongs to nothing above it.", word=word),
        _(
            "Begin it below the first letter of its “{word}”.",
            word="if" if word[0] == "e" and word[1] == "l" else "try",
        ),
        len(word),
    )


def _digit(trouble: Trouble) -> Finding | None:
    if trouble.said.startswith("leading zeros"):
        return on(
            trouble.here,
            "number-zero",
            _("A number does not begin with 0."),
            _("Write it without the 0 in front."),
        )
    if not (trouble.said.startswith("invalid") and trouble.said.endswith("literal")):
        return None
    return on(
        trouble.here,
        "number-and-letters",
        _("A number and letters stand together here."),
        _("Begin a name with a letter; write a decimal number with a point."),
    )


def _decimal_value(trouble: Trouble) -> Finding | None:
    """``send(temperature=19,5)``: to Python a value without a name after one that has its name."""
    if not trouble.said.startswith("positional argument follows keyword"):
        return None
    found = _DECIMAL_VALUE.search(trouble.text)
    if found is None:
        return None
    written = found.group(1)
    return on(
        Spot(trouble.here.line, found.start(1) + 1, ""),
        "decimal-comma",
        _("To Python {value} is two numbers.", value=written),
        _("Write a point in place of the comma: {code}", code=written.replace(",", ".")),
        len(written),
    )


def _print(trouble: Trouble) -> Finding | None:
    if not trouble.said.startswith("Missing parentheses in call to"):
        return None
    return on(
        trouble.here,
        "parentheses-missing",
        _("The parentheses are missing."),
        _("Write: {code}", code="print(…)"),
    )


def _comma(trouble: Trouble) -> Finding | None:
    if "forgot a comma" not in trouble.said:
        return None
    return on(
        trouble.here,
        "comma-missing",
        _("Two things stand side by side here with nothing between them."),
        _("Put a comma between them, or the sign that is missing."),
    )


def _character(trouble: Trouble) -> Finding | None:
    odd = re.match(r"invalid (?:non-printable )?character (?:'(.)')?", trouble.said)
    if odd is None:
        return None
    return on(
        trouble.here,
        "character-odd",
        _("Python does not know the character {character}.", character=odd.group(1) or "?"),
        _("Replace it: Python writes {examples}.", examples="* / - <= >= !="),
    )


def not_a_text() -> Finding:
    """Return the finding for a file that is none of a program."""
    return Finding(
        1,
        1,
        "not-a-text",
        _("This file holds characters that are no text."),
        _("Copy your program into a new file, then save it as UTF-8."),
    )


def too_deep(line: int) -> Finding:
    """Return the finding for a program nested more deeply than Python reads."""
    return Finding(
        line,
        1,
        "too-deep",
        _("This program is nested too deeply to be read."),
        _("Divide it into several functions."),
    )


def _without_comment(text: str) -> str:
    return re.sub(r"\s*#[^'\"]*$", "", text)


def on(spot: Spot, code: str, message: str, action: str, width: int = 1) -> Finding:
    """Return a finding at a spot of the text."""
    return Finding(spot.line, spot.column, code, message, action, width=width)


REASONS: tuple[Callable[[Trouble], Finding | None], ...] = (
    _nul_or_depth,
    _tabs,
    _indentation,
    _apostrophe,
    _open_text,
    _wrong_bracket,
    _open_bracket,
    _operator,
    _single_equals,
    _assignment,
    _decorator,
    _keyword,
    _before,
    _extra_colon,
    _colon,
    _alone,
    _digit,
    _decimal_value,
    _print,
    _comma,
    _character,
    _unexpected,
)
"""The first that knows the cause says it."""
