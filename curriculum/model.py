"""What a module is made of: its front matter as values, and its texts as blocks.

The front matter stands at the top of a module's ``fr.md``; ``docs/modules.md`` explains each line.
What the catalogue knows (parts, pins, channels, name and minutes of the workshop) is not repeated.
"""

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from curriculum.document.nodes import Block, Blocks, Heading
from kit.catalogue import Build, Text

Slug = Annotated[str, Meta(pattern="^[a-z0-9-]{1,32}$")]
Minutes = Annotated[int, Meta(ge=1, le=600)]

LIGHT = "^(#[0-9a-f]{6}|on|off|good|watch|act|wave|breathe|rainbow)?$"
"""What the light of a proof may show."""

SECTIONS = (
    "questions",
    "objectives",
    "prerequisites",
    "materials",
    "assembly",
    "flashing",
    "testing",
    "challenges",
    "mistakes",
    "teaching",
    "workshop",
    "ethics",
    "key-points",
    "notes",
    "portfolio",
)
"""The sections of a module, in their order: each is a heading ``## … {#questions}``."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Common to all parts of the front matter: an unknown line is a mistake."""


class LastTested(Section, frozen=True):
    """When the module was last gone through from its first line to its last, and on what."""

    day: dt.date
    what: Text


class Group(Section, frozen=True):
    """How many learners work together; ``roles`` are ids of ``curriculum/roles.toml``."""

    size: Annotated[int, Meta(ge=1, le=12)]
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]


class Objective(Section, frozen=True):
    """One thing that a learner can do afterwards.

    ``criterion``: what somebody else can see when it is reached. ``challenge``: the number of the
    challenge that shows it. ``digcomp``, ``crcn``, ``soft``: ids of ``curriculum/skills.toml``.
    """

    id: Slug
    text: Text
    criterion: Text
    challenge: Annotated[int, Meta(ge=1)]
    digcomp: tuple[str, ...] = ()
    crcn: tuple[str, ...] = ()
    soft: tuple[Slug, ...] = ()


class Proof(Section, frozen=True):
    """One step of the proof that a solution works: first something is done, then something is seen.

    The first step begins with the start of the board. All that a step names is done, in this order:
    ``around``: what is true around the simulated board, in the catalogue's units, by what the twin
    calls it. ``unplug``, ``plug``: ids of parts. ``walk``: somebody walks through the door.
    ``press``: the id of the button part that is pressed. ``times``: how often somebody walks or
    presses. ``tell``: a text that a resident writes. ``follow``: the value of the object that it
    follows. ``command``: a command of the build, with its arguments.

    Then all that it names is seen: ``every``: a number of seconds after which something in the
    program repeats (in the proof itself it does so every second). ``sends``: channels and the
    values that it then sends, within 10 %; counts exactly, in one message or added up. ``says``: a
    piece of what it tells people. ``prints``: a piece of what it writes on the console. ``shows``:
    its light: a colour such as ``#ff0000``, ``on``, ``off``, ``good``, ``watch``, ``act``,
    ``wave``, ``breathe`` or ``rainbow``. ``says_not``: what it has not told until all this is seen.
    """

    around: dict[str, float] = {}
    unplug: tuple[Slug, ...] = ()
    plug: tuple[Slug, ...] = ()
    walk: Literal["", "in", "out"] = ""
    press: str = ""
    times: Annotated[int, Meta(ge=1, le=20)] = 1
    tell: str = ""
    follow: dict[str, float] = {}
    command: dict[str, dict[str, str | float]] = {}
    every: float = 0
    sends: dict[str, float] = {}
    says: str = ""
    prints: str = ""
    shows: Annotated[str, Meta(pattern=LIGHT)] = ""
    says_not: str = ""


class Challenge(Section, frozen=True):
    """One challenge; its solution is the program ``solutions/<number>.py`` of the module."""

    proof: Annotated[tuple[Proof, ...], Meta(min_length=1)]
    build: Slug | None = None
    """Where the solution is for another build of the workshop, such as ``air-lamp``."""


class Step(Section, frozen=True):
    """One step of the workshop for residents: how long, who leads it, what happens."""

    minutes: Minutes
    title: Text
    does: Text
    role: Slug


class Material(Section, frozen=True):
    """Something that the workshop needs besides the objects. ``count``: for the whole room."""

    what: Text
    count: Annotated[int, Meta(ge=1)] = 1


class WorkshopPlan(Section, frozen=True):
    """The workshop for residents; its name and minutes stand in ``build.toml``."""

    people: Annotated[int, Meta(ge=1, le=60)]
    objects: Annotated[int, Meta(ge=1)]
    steps: Annotated[tuple[Step, ...], Meta(min_length=3)]
    materials: tuple[Material, ...]
    invitation: Text
    """One sentence for the poster."""


class Badge(Section, frozen=True):
    """The badge of the module. Its criteria are those of the objectives."""

    name: Text
    description: Text


class FrontMatter(Section, frozen=True):
    """The front matter of a module: all that is not running text."""

    id: Annotated[str, Meta(pattern="^M[0-9]{2}$")]
    build: Slug
    version: Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    status: Literal["draft", "trial", "ready"]
    licence: Literal["CC-BY-4.0"]
    last_tested: LastTested
    title: Text
    summary: Text
    difficulty: Literal["beginner", "intermediate", "advanced"]
    minutes: dict[str, Minutes]
    """How long each section takes a group of learners; sections that take no time are left out."""
    group: Group
    prerequisites: tuple[str, ...]
    """Modules that come before this one."""
    objectives: Annotated[tuple[Objective, ...], Meta(min_length=2)]
    challenges: Annotated[tuple[Challenge, ...], Meta(min_length=2)]
    workshop: WorkshopPlan
    board: Slug
    """The board that the workshop looks at, such as ``build-air``."""
    ethics: Text
    """The point about data that this module is for, in one sentence."""
    safety: Annotated[tuple[Text, ...], Meta(min_length=1)]
    badge: Badge
    also: tuple[Slug, ...] = ()
    """Other builds of the same workshop, such as ``air-lamp``."""

    @property
    def all_minutes(self) -> int:
        """How long the module takes a group of learners, without the workshop."""
        return sum(self.minutes.values())


class Module(msgspec.Struct, frozen=True):
    """A module: its folder, its front matter, its build, and its texts by language."""

    folder: Path
    front: FrontMatter
    build: Build
    texts: dict[str, Blocks]
    """The learner's booklet, by language."""
    sheets: dict[str, Blocks]
    """The residents' sheet in plain language, by language."""
    translates: dict[str, str]
    """Which version each other language is a translation of."""

    @property
    def minutes(self) -> int:
        """How long the module takes a group of learners, without the workshop."""
        return self.front.all_minutes

    def section(self, language: str, section: str) -> Blocks:
        """Return the blocks of a section, without its heading; empty where it has none."""
        return section_of(self.texts[language], section)


def section_of(blocks: Blocks, section: str) -> Blocks:
    """Return the blocks between the heading of that id and the next one of its level."""
    within: list[Block] = []
    found = False
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            found = block.id == section
        elif found:
            within.append(block)
    return tuple(within)
