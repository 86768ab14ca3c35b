"""What a badge is for: an Achievement (Open Badges 3.0, section B.1.1), and whose site gives it."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Criterion(msgspec.Struct, frozen=True):
    """One thing that somebody else can see: ``shown`` is its challenge or test, in a few words."""

    text: str
    skills: tuple[str, ...] = ()


class Definition(msgspec.Struct, frozen=True):
    """What a badge stands for, in the languages of a site.

    ``module`` such as ``M02`` names it; ``minutes``: how long the module takes.
    """

    module: str
    version: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    criteria: Mapping[str, tuple[Criterion, ...]]
    minutes: int


class Issuer(msgspec.Struct, frozen=True):
    """The site that gives badges. ``address``: that of its pages, without a slash at its end."""

    did: str
    name: str
    address: str

    def profile(self) -> dict[str, Any]:
        """Return the site as a Profile (section B.1.20)."""
        return {"id": self.did, "type": ["Profile"], "name": self.name, "url": self.address + "/"}


def achievement(definition: Definition, issuer: Issuer, language: str) -> dict[str, Any]:
    """Return a definition as an Achievement in one language."""
    address = f"{issuer.address}/badges/{definition.module}"
    criteria = definition.criteria[language]
    tags = sorted({skill for criterion in criteria for skill in criterion.skills})
    return {
        "id": f"{address}/{definition.version}",
        "type": ["Achievement"],
        "achievementType": "Badge",
        "inLanguage": language,
        "name": definition.name[language],
        "description": definition.description[language],
        "version": definition.version,
        "criteria": {
            "id": address,
            "narrative": "\n".join(f"- {criterion.text}" for criterion in criteria),
        },
        "image": {"id": f"{address}.svg", "type": "Image"},
        # A list without anything in it must be left out (section 6.1).
        **({"tag": tags} if tags else {}),
    }
