"""The modules that a site is made of, and where each has its pages."""

from collections.abc import Iterable, Iterator

import msgspec

from curriculum import facts
from curriculum.document.nodes import Blocks, Heading, plain
from curriculum.known import Known
from curriculum.model import Module
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import DEFAULT_LANGUAGE, _

CARDS = "cards.html"


class Text(msgspec.Struct, frozen=True):
    """A text in a language, which is another than asked for where a module does not have it."""

    language: str
    blocks: Blocks


class Section(msgspec.Struct, frozen=True):
    """A heading of the second level, and what stands below it."""

    id: str
    title: str
    blocks: Blocks


class Shelf:
    """All modules of a site. Raises FabnumError where two have the same id."""

    def __init__(self, modules: Iterable[Module], known: Known) -> None:
        self.modules = tuple(modules)
        self.known = known
        self._names = {module.front.id: name_of(module) for module in self.modules}
        if len(self._names) < len(self.modules):
            ids = [module.front.id for module in self.modules]
            twice = next(each for each in ids if ids.count(each) > 1)
            raise FabnumError(
                _("Two modules have the id {module}.", module=twice),
                _("Give one of them an id of its own, in the first lines of its fr.md."),
            )

    def booklet(self, module: Module) -> Text:
        """Return the learner's booklet in the language in use, with its facts."""
        return self._filled(module, module.texts)

    def sheet(self, module: Module) -> Text:
        """Return the residents' sheet in the language in use; without blocks if there is none."""
        return self._filled(module, module.sheets)

    def follow(self, address: str) -> str:
        """Return where a link of a text leads to on the site; empty where nothing is there."""
        kind, _colon, rest = address.partition(":")
        if kind == "card":
            return f"{CARDS}#{rest}"
        if kind == "module" and rest in self._names:
            return f"{self._names[rest]}.html"
        if address.startswith(("#", "https://", "http://")):
            return address
        return ""

    def _filled(self, module: Module, texts: dict[str, Blocks]) -> Text:
        language = i18n.current() if i18n.current() in texts else DEFAULT_LANGUAGE
        blocks = texts.get(language, ())
        return Text(language, facts.fill(module, language, blocks, self.known))


def name_of(module: Module) -> str:
    """Return what the pages of a module are called, without their ending: ``m02-air``."""
    return f"{module.front.id.lower()}-{module.build.id}"


def sections(blocks: Blocks) -> Iterator[Section]:
    """Yield the sections of a text; what stands before the first heading is left out."""
    begun: Heading | None = None
    within: list[object] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if begun:
                yield _section(begun, within)
            begun, within = block, []
        else:
            within.append(block)
    if begun:
        yield _section(begun, within)


def _section(heading: Heading, within: list[object]) -> Section:
    return Section(heading.id, plain(heading.inlines), tuple(within))  # type: ignore[arg-type]
