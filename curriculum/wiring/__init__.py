"""Wiring: from ``build.toml`` and what is known of modules and boards, a drawing and a table.

    for choice in range(len(choices(build))):
        drawing(build, "esp32", "fr", choice)
        table(build, "esp32", "fr", choice)

``choices``: a build whose parts may be replaced has one drawing for each way to build it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from curriculum.document.nodes import Drawing, Table, Words
from curriculum.wiring.sheet import picture
from curriculum.wiring.style import styles
from curriculum.wiring.words import place, purpose
from kit import i18n
from kit.catalogue import Build, load_build
from kit.chips import DEFAULT_CHIP
from kit.i18n import _
from kit.parts import Netlist, choices, netlist

__all__ = ["choice_names", "choices", "drawing", "notes", "table"]


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


def notes(
    build: Build, chip: str = DEFAULT_CHIP, language: str | None = None, choice: int = 0
) -> list[str]:
    """Return what a beginner must know of these modules before switching on."""
    with _speaking(language):
        wired = netlist(build, chip, choice)
        return list(dict.fromkeys(str(m.note) for m in wired.modules if m.note))


def choice_names(build: Build, language: str | None = None) -> list[str]:
    """Return what tells the ways to build an object apart; one empty name where there is one."""
    with _speaking(language):
        usual, *others = choices(build)
        if not others:
            return [""]
        replaced = {part.instead_of for parts in others for part in parts}
        names = [", ".join(str(p.name) for p in usual if p.id in replaced)]
        for parts in others:
            names.append(", ".join(str(p.name) for p in parts if p.instead_of is not None))
        return names


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
    return f"{title}. {wires}."


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
