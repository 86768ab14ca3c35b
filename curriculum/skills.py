"""What objectives refer to: DigComp, CRCN and soft skills, read from ``skills.toml``."""

from functools import cache
from pathlib import Path

import msgspec

from kit.catalogue import Text, decode_text

FILE = Path(__file__).parent / "skills.toml"


class Skill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One competence, or one soft skill."""

    id: str
    name: Text


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An area of a framework (CRCN calls it a domain), with its competences."""

    id: str
    name: Text
    competences: tuple[Skill, ...]


class Skills(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them. ``digcomp`` is version 2.2, whose ids 3.0 keeps; ``crcn`` counts differently."""

    digcomp: tuple[Area, ...]
    crcn: tuple[Area, ...]
    soft: tuple[Skill, ...]

    def named(self, framework: str) -> dict[str, Text]:
        """Return the names of ``digcomp``, ``crcn`` or ``soft`` by id: competences, not areas."""
        if framework == "soft":
            return {skill.id: skill.name for skill in self.soft}
        areas = {"digcomp": self.digcomp, "crcn": self.crcn}[framework]
        return {one.id: one.name for area in areas for one in area.competences}


@cache
def skills() -> Skills:
    """Return all skills that an objective may refer to."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Skills, dec_hook=decode_text)
