"""Wiring: from ``build.toml`` and what is known of modules and boards, a drawing and a table.

    blocks(build, "esp32", "fr")                 all there is to say, for a lesson
    drawing(build, "esp32", "fr", choice=0)      the picture
    table(build, "esp32", "fr", choice=0)        its wires, one a row

``choice``: a build whose parts may be replaced has one drawing for each way to build it
(:func:`choices`), the usual one first.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from curriculum.document.nodes import (
    Block,
    Blocks,
    Drawing,
    Item,
    Listing,
    Note,
    Paragraph,
    Strong,
    Table,
    Words,
)
from curriculum.wiring.sheet import picture
from curriculum.wiring.style import styles
from curriculum.wiring.words import called, place, purpose
from kit import i18n
from kit.catalogue import Build
from kit.chips import DEFAULT_CHIP
from kit.i18n import _
from kit.parts import Netlist, choices, netlist

__all__ = ["blocks", "choice_names", "choices", "drawing", "table"]


def drawing(
    build: Build, chip: str = DEFAULT_CHIP, language: str | None = None, choice: int = 0
) -> Drawing:
    """Return the wiring of an object as a picture, with the words that stand for it."""
    with _speaking(language):
        wired = netlist(build, chip, choice)
        title = _("Wiring: {build}, {board}", build=build.name, board=wired.board.name)
        words = _alternative(wired, title)
        return Drawing(picture(wired, title, words), words)


def table(
    build: Build, chip: str = DEFAULT_CHIP, language: str | None = None, choice: int = 0
) -> Table:
    """Return the wires of an object: number, from, to, colour, what it is for."""
    with _speaking(language):
        wired = netlist(build, chip, choice)
        looks = styles(wired)
        header = (_("Wire"), _("From"), _("To"), _("Colour"), _("What it is for"))
        rows = [
            (
                str(wire.number),
                place(wired, wire.start),
                place(wired, wire.end),
                looks[wire.number].name,
                purpose(wired, wire),
            )
            for wire in wired.wires
        ]
        return Table(_cells(header), tuple(_cells(row) for row in rows))


def blocks(build: Build, chip: str = DEFAULT_CHIP, language: str | None = None) -> Blocks:
    """Return all there is to say: for each way to build it drawing, steps, table, hints."""
    with _speaking(language):
        said: list[Block] = []
        for choice, name in enumerate(choice_names(build)):
            if name:
                said.append(Paragraph((Strong((Words(name),)),)))
            said.append(drawing(build, chip, None, choice))
            wired = netlist(build, chip, choice)
            said += _inside(wired)
            said.append(table(build, chip, None, choice))
            said += [Note("hint", (_paragraph(note),)) for note in _notes(wired)]
        return tuple(said)


def _inside(wired: Netlist) -> list[Block]:
    """Return how the blocks on the breadboard are made, block by block."""
    said: list[Block] = []
    for placed in wired.pieces:
        if placed.piece.inside:
            title = _("On the breadboard ({part}):", part=called(placed))
            said.append(_paragraph(title))
            items = tuple(Item((_paragraph(str(step)),)) for step in placed.piece.inside)
            said.append(Listing(ordered=True, items=items))
    return said


def _notes(wired: Netlist) -> list[str]:
    """Return what a beginner must know of these modules before switching on, each once."""
    return list(dict.fromkeys(str(module.note) for module in wired.modules if module.note))


def choice_names(build: Build, language: str | None = None) -> list[str]:
    """Return what tells the ways to build an object apart; one empty name where there is one."""
    with _speaking(language):
        usual, *others = choices(build)
        if not others:
            return [""]
        replaced = {part.instead_of for parts in others for part in parts}
        different = [
            [part for part in usual if part.id in replaced],
            *([part for part in parts if part.instead_of is not None] for parts in others),
        ]
        return [", ".join(str(part.name) for part in parts) for parts in different]


def _alternative(wired: Netlist, title: str) -> str:
    wires = "; ".join(
        _(
            "{number}: {start} to {end}",
            number=w.number,
            start=place(wired, w.start),
            end=place(wired, w.end),
        )
        for w in wired.wires
    )
    inside = " ".join(str(step) for placed in wired.pieces for step in placed.piece.inside)
    return f"{title}. {wires}. {inside}".strip()


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Words(text),))


def _cells(texts: tuple[str, ...]) -> tuple[tuple[Words], ...]:
    return tuple((Words(text),) for text in texts)


@contextmanager
def _speaking(language: str | None) -> Iterator[None]:
    before = i18n.current()
    i18n.use(language or before)
    try:
        yield
    finally:
        i18n.use(before)
