"""The portfolio as one page of HTML, beside the folders it shows."""

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from curriculum.portfolio.model import Portfolio
from kit import i18n

_HERE = Path(__file__).parent
_templates = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(portfolio: Portfolio, folder: Path) -> str:
    """Return the page, in the language in use; pictures are named as they lie in ``folder``."""
    return _templates.get_template("page.html").render(
        _=i18n.gettext,
        language=i18n.current(),
        portfolio=portfolio,
        address=lambda file: quote(file.relative_to(folder).as_posix()),
    )
