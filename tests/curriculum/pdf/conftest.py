"""What the tests of paper share: a module, and editions of it with any text."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import curriculum
from curriculum import reading
from curriculum.document import markdown
from curriculum.known import Known
from curriculum.model import Module
from curriculum.pdf.edition import Edition
from kit.cli.curriculum_known import known as known_of_kit

TEMPLATE = Path(curriculum.__file__).parent / "template"

EditionOf = Callable[..., Edition]


@pytest.fixture(scope="session")
def known() -> Known:
    return known_of_kit()


@pytest.fixture(scope="session")
def module() -> Module:
    return reading.load(TEMPLATE)


@pytest.fixture(scope="session")
def edition_of(known: Known, module: Module) -> EditionOf:
    """Make an edition: of the template as it is, or with another booklet, or another sheet."""

    def make(text: str = "", *, sheet: str = "", language: str = "fr", **more: str) -> Edition:
        texts = module.texts | ({language: markdown.read(text)} if text else {})
        sheets = module.sheets | ({language: markdown.read(sheet)} if sheet else {})
        own = msgspec.structs.replace(module, texts=texts, sheets=sheets)
        return Edition(own, known, language, **more)

    return make
