"""Programs and terminals as HTML: colours by Pygments' classes, what is typed told from answers."""

from markupsafe import Markup, escape
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from curriculum.document.nodes import Code
from kit.i18n import _

_PYTHON = PythonLexer(stripnl=False, ensurenl=False)
_CLASSES = HtmlFormatter(nowrap=True)
_PROMPT = "$ "


def html(code: Code) -> Markup:
    """Return lines of a program or of a terminal. A keyboard can scroll them sideways."""
    label, inside = _inside(code)
    return Markup(
        '<pre class="{}" tabindex="0" role="group" aria-label="{}"><code>{}</code></pre>'
    ).format("terminal" if code.language == "console" else "program", label, inside)


def _inside(code: Code) -> tuple[str, Markup]:
    text = code.text.rstrip("\n")
    match code.language:
        case "python":
            coloured = Markup(highlight(text, _PYTHON, _CLASSES))  # noqa: S704 - it is escaped
            return _("Program"), coloured
        case "console":
            return _("Terminal"), Markup("\n").join(_line(line) for line in text.split("\n"))
    return _("Text"), escape(text)


def _line(line: str) -> Markup:
    if line.startswith(_PROMPT):
        typed = line.removeprefix(_PROMPT)
        return Markup('<span class="prompt">$ </span><kbd>{}</kbd>').format(typed)
    return Markup("<samp>{}</samp>").format(line)
