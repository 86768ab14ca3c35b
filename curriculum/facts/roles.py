"""What the roles of a group are called: ``curriculum/roles.toml``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kit.catalogue import Text

_FILE = Path(__file__).parents[1] / "roles.toml"


def role_name(role: str) -> str:
    """Return the name of a role in the language in use; its id where there is none."""
    known = _roles().get(role)
    return str(Text(known["name"])) if known else role


@cache
def _roles() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8")) if _FILE.exists() else {}
