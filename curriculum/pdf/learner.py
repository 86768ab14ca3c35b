"""The learner's booklet: cover, sections in their order, solutions at the end, a page for notes."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from curriculum.document.nodes import (
    Block,
    Blocks,
    Code,
    Directive,
    Heading,
    Paragraph,
    Strong,
    Words,
    plain,
)
from curriculum.pdf.content import Node, below_heading, line, words
from curriculum.pdf.edition import Edition, Part
from curriculum.pdf.times import duration
from kit.i18n import _, ngettext

TEMPLATE = Path(__file__).with_name("learner.typ")
NOT_FOR_LEARNERS = ("notes",)
ON_A_NEW_PAGE = ("assembly",)
LARGE = ("challenges", "workshop")
"""These do not begin near the foot of a page."""


def document(edition: Edition) -> dict[str, Any]:
    """Return what the template reads."""
    parts = [part for part in edition.booklet() if part.id not in NOT_FOR_LEARNERS]
    return edition.document(
        _("Learner’s booklet"),
        cover=_cover(edition),
        contents=_("In this booklet"),
        sections=[_section(edition, part) for part in parts],
        solutions={
            "title": _("Solutions"),
            "lead": _("Try first. There is often more than one good solution."),
            "blocks": [node for part in parts for node in _solutions(edition, part)],
        },
        notes=_("My notes"),
    )


def _cover(edition: Edition) -> dict[str, Any]:
    front, build = edition.front, edition.module.build
    return {
        "summary": words(str(front.summary)),
        "built": {
            "label": _("What you build"),
            "name": words(str(build.name)),
            "words": words(str(build.summary)),
        },
        "facts": [
            [_("Duration"), duration(edition.module.minutes)],
            [_("Group"), ngettext("{n} learner", "{n} learners", front.group.size)],
            [_("Level"), level(front.difficulty)],
        ],
        "badge": {
            "label": _("Badge"),
            "name": words(str(front.badge.name)),
            "words": words(str(front.badge.description)),
        },
    }


def level(difficulty: str) -> str:
    """Say how difficult a module is."""
    return {
        "beginner": _("Beginner"),
        "intermediate": _("Intermediate"),
        "advanced": _("Advanced"),
    }[difficulty]


def _section(edition: Edition, part: Part) -> dict[str, Any]:
    minutes = edition.front.minutes.get(part.id)
    blocks = _without_solutions(part.blocks) if part.id == "challenges" else part.blocks
    return {
        "title": part.title,
        "minutes": duration(minutes) if minutes else "",
        "new_page": part.id in ON_A_NEW_PAGE,
        "large": part.id in LARGE,
        "blocks": _inner(edition, blocks),
    }


def _inner(edition: Edition, blocks: Blocks) -> list[Node]:
    """Return the blocks below a section's heading; what explains a drawing is kept with it.

    Drawing, table and notes lie beside the board while it is wired: the template gives them a page.
    """
    folder, nodes = edition.module.folder, []
    for is_wiring, some in groupby(blocks, key=_is_wiring):
        found = below_heading(edition.filled(tuple(some)), folder)
        if is_wiring and found and found[0]["kind"] == "drawing":
            found = [{**found[0], "explained": found[1:]}]
        nodes += found
    return nodes


def _is_wiring(block: Block) -> bool:
    return isinstance(block, Directive) and block.name == "wiring"


def _solutions(edition: Edition, part: Part) -> Iterator[Node]:
    """Yield the solutions of the challenges, each below the heading of its challenge."""
    if part.id != "challenges":
        return
    for heading, blocks in _challenges(part.blocks):
        first = _first_solution(blocks)
        if heading is not None and first is not None:
            yield {"kind": "heading", "level": 2, "inlines": line(heading.inlines)}
            yield from _inner(edition, blocks[first:])
            yield from _whole_program(edition, blocks[first:])


def _whole_program(edition: Edition, blocks: Blocks) -> Iterator[Node]:
    """Yield the program that a solution quotes lines of, for who copies it from paper."""
    quoted = (b.attributes.get("solution") for b in blocks if isinstance(b, Code))
    number = next((number for number in quoted if number), None)
    program = edition.module.folder / "solutions" / f"{number}.py"
    if number and program.is_file():
        lead = Paragraph((Strong((Words(_("The whole program:")),)),))
        code = Code("python", program.read_text(encoding="utf-8"))
        yield from below_heading((lead, code), edition.module.folder)


def _without_solutions(blocks: Blocks) -> Blocks:
    kept: list[Block] = []
    for heading, within in _challenges(blocks):
        kept += [heading] if heading else []
        kept += within[: _first_solution(within)]
    return tuple(kept)


def _challenges(blocks: Blocks) -> Iterator[tuple[Heading | None, Blocks]]:
    """Yield each heading of a challenge with what stands below it; what stands before has none."""
    heading: Heading | None = None
    within: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 3:
            yield heading, tuple(within)
            heading, within = block, []
        else:
            within.append(block)
    yield heading, tuple(within)


def _first_solution(blocks: Blocks) -> int | None:
    """Return where the solution begins: with the code, or the words that lead to it."""
    for number, block in enumerate(blocks):
        if isinstance(block, Code) and "solution" in block.attributes:
            before = blocks[number - 1] if number else None
            leads = isinstance(before, Paragraph) and plain(before.inlines).rstrip().endswith(":")
            return number - leads
    return None
