"""`fabnum question`: what a vote box asks, and what its buttons stand for."""

from contextlib import closing

from gateway.office import Office
from gateway.web.words import Words
from gateway.wording import Wording, in_use
from kit.cli.names import device_key
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, load


def ask_question(
    folder: DataFolder,
    name: str,
    *,
    question: str,
    options: list[str],
    english: str = "",
    english_options: list[str] | None = None,
) -> None:
    """Let a vote box ask a question; ``english``: the same for visitors who read no French."""
    settings = load(folder)
    key = device_key(settings, name)
    translated = english_options or []
    if translated and len(translated) != len(options):
        raise FabnumError(
            _("There are {n} options, and {m} in English.", n=len(options), m=len(translated)),
            _("Give --option-en as often as --option, in the same order."),
        )
    words = [_said(option, "") for option in options]
    for option, other in zip(words, translated, strict=False):
        option["en"] = other
    with closing(Office(settings, folder)) as office:
        office.ask(key, _said(question, english), words)
    print(_("{device} asks: {question}", device=key, question=question))
    print(_("The pages count the votes from the next full hour on."))


def ask_nothing(folder: DataFolder, name: str) -> None:
    """Let a vote box ask no question more."""
    settings = load(folder)
    key = device_key(settings, name)
    with closing(Office(settings, folder)) as office:
        office.ask_nothing(key)
    print(_("{device} asks no question more.", device=key))


def show_question(folder: DataFolder, name: str) -> None:
    """Print what a vote box asks."""
    settings = load(folder)
    key = device_key(settings, name)
    with closing(Office(settings, folder)) as office:
        wording = office.question(key)
    if wording is None:
        print(_("{device} asks no question yet.", device=key))
    else:
        _show(wording, Words(settings.site.time_zone))


def _show(wording: Wording, words: Words) -> None:
    print(wording.asked())
    for number, option in enumerate(wording.options, 1):
        print(f"  {number}. {in_use(option)}")
    print(_("Since {date}.", date=words.full_date(wording.since)))


def _said(text: str, english: str) -> dict[str, str]:
    return {"fr": text} | ({"en": english} if english else {})
