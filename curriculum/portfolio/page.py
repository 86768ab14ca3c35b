"""The portfolio as one page of HTML, beside the folders it shows; it needs nothing else."""

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from curriculum.document.nodes import Code, Drawing, Picture
from curriculum.portfolio.model import Portfolio, Program
from curriculum.site.html import Writer
from kit import i18n

HERE = Path(__file__).parent
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(portfolio: Portfolio, folder: Path) -> str:
    """Return the page, in the language in use; pictures are named as they lie in ``folder``."""
    # The learner's words hold neither pictures nor solutions, and link to nothing of a site.
    writer = Writer(_outside, _no_picture, _no_picture)

    def address(file: Path) -> str:
        return quote(file.relative_to(folder).as_posix())

    def program(one: Program) -> Markup:
        return writer.blocks((Code("python", one.text),))

    return _templates.get_template("page.html").render(
        _=i18n.gettext,
        language=i18n.current(),
        portfolio=portfolio,
        words=writer.blocks(portfolio.words),
        program=program,
        address=address,
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
    )


def _outside(address: str) -> str:
    """Follow links to the web only: what else stands in a text leads to nothing, or to harm."""
    return address if address.startswith(("https://", "http://", "mailto:")) else ""


def _no_picture(_file: str | Picture | Drawing) -> str:
    return ""
