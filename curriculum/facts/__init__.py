"""Facts in texts: each directive, such as ``{{ wiring }}``, becomes blocks made of what is known.

What a build is comes from the catalogue, what a module is from its front matter, and what the bench
says from :class:`curriculum.known.Known`. HTML and paper then know blocks only.

    learning.py  what is learnt: objectives, safety, group, ethics, badge
    build.py     what is built: parts, wiring, channels, program, board
    bench.py     what the bench does: self-test, calibration, cards, drill
    workshop.py  what is done with residents: plan, materials
"""

from collections.abc import Callable, Mapping
from contextvars import copy_context
from inspect import signature

import msgspec

from curriculum.document.nodes import Block, Blocks, Directive, Item, Listing, Note
from curriculum.facts import bench, build, learning, workshop
from curriculum.facts.place import Place
from curriculum.known import Known
from curriculum.model import Module
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _

Fact = Callable[..., Blocks]
"""Takes the place where the directive stands and its arguments, each a string."""

DIRECTIVES: Mapping[str, Fact] = {
    "objectives": learning.objectives,
    "safety": learning.safety,
    "group": learning.group,
    "ethics": learning.ethics,
    "badge": learning.badge,
    "parts": build.parts,
    "wiring": build.wiring,
    "channels": build.channels,
    "program": build.program,
    "board": build.board,
    "self-test": bench.self_test,
    "calibration": bench.calibration,
    "cards": bench.cards,
    "drill": bench.drill,
    "plan": workshop.plan,
    "materials": workshop.materials,
}


def fill(module: Module, language: str, blocks: Blocks, known: Known) -> Blocks:
    """Return blocks in which facts stand in the place of directives, in that language.

    Raises FabnumError for a directive or an argument that does not exist.
    """
    return copy_context().run(_fill_in, Place(module, known), language, blocks)


def _fill_in(place: Place, language: str, blocks: Blocks) -> Blocks:
    i18n.use(language)
    return _filled(place, blocks)


def _filled(place: Place, blocks: Blocks) -> Blocks:
    return tuple(new for block in blocks for new in _instead(place, block))


def _instead(place: Place, block: Block) -> Blocks:
    match block:
        case Directive(name, arguments):
            return _fact(place, name, arguments)
        case Listing(_ordered, items):
            return (msgspec.structs.replace(block, items=tuple(_item(place, i) for i in items)),)
        case Note(_sort, within):
            return (msgspec.structs.replace(block, blocks=_filled(place, within)),)
    return (block,)


def _item(place: Place, item: Item) -> Item:
    return msgspec.structs.replace(item, blocks=_filled(place, item.blocks))


def _fact(place: Place, name: str, arguments: tuple[str, ...]) -> Blocks:
    if name not in DIRECTIVES:
        raise FabnumError(
            _("There is no fact “{{{{ {name} }}}}”.", name=name),
            _("Take one of: {known}.", known=", ".join(sorted(DIRECTIVES))),
        )
    try:
        signature(DIRECTIVES[name]).bind(place, *arguments)
    except TypeError:
        raise FabnumError(
            _("“{{{{ {name} }}}}” says too much behind its name.", name=name),
            _("Take “{words}” out.", words=", ".join(arguments)),
        ) from None
    return DIRECTIVES[name](place, *arguments)
