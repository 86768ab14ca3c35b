"""Nothing that people see is left in English for somebody who reads French."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kit import i18n

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("kit", "gateway", "provisioning", "dashboards", "curriculum", "device/twin/host")
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.svg", "jinja2"),
]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
NO_BREAK = "\u00a0\u202f"


def messages() -> dict[str, tuple[str, ...]]:
    """Return every message in the code with its forms, by its first form."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in FOLDERS:
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS
        ):
            forms = message if isinstance(message, tuple) else (message,)
            found[forms[0]] = forms
    return found


def french() -> Catalog:
    with (i18n.LOCALE_FOLDER / "fr.po").open("rb") as file:
        return read_po(file, locale="fr")


def translated() -> list[tuple[str, str]]:
    """Return every pair of a message and its French, plural forms one by one."""
    pairs = []
    for message in french():
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            pairs += list(zip(message.id, message.string, strict=False))
        else:
            pairs.append((message.id, message.string))
    return pairs


def fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_every_message_has_its_french() -> None:
    catalogue = french()
    missing = []
    for first, forms in messages().items():
        message = catalogue.get(first)
        strings = message.string if message is not None else ""
        strings = strings if isinstance(strings, tuple | list) else (strings,)
        if message is None or message.fuzzy or not all(strings) or len(strings) < len(forms):
            missing.append(first)
    assert not missing, "\n".join(missing)


def test_no_french_is_kept_of_a_message_that_is_gone() -> None:
    known = set(messages())
    gone = [message.id for message in french() if message.id and _first(message.id) not in known]
    assert not gone


def _first(identity: str | tuple[str, ...]) -> str:
    return identity if isinstance(identity, str) else identity[0]


@pytest.mark.parametrize(("english", "french"), translated())
def test_a_translation_fills_in_the_same_values(english: str, french: str) -> None:
    assert fields(french) <= fields(english) | {"n"}
    assert fields(english) - {"n"} <= fields(french) | {"n"}


@pytest.mark.parametrize("french", [french for _english, french in translated()])
def test_french_typography_is_kept(french: str) -> None:
    assert "'" not in french, "the apostrophe is ’"
    assert '"' not in french
    assert "..." not in french
    for mark in "?!;»%":
        assert not re.search(rf"\w {re.escape(mark)}", french), f"no-break space before {mark}"
    assert not re.search(r"\w :(\s|$)", french), "no-break space before :"
    assert "« " not in french, "no-break space after «"
    for opened in re.finditer("«(.)", french):
        assert opened.group(1) in NO_BREAK
    for closed in re.finditer("(.)»", french):
        assert closed.group(1) in NO_BREAK
