"""Who does what in a group and in a workshop, read from ``roles.toml``."""

from functools import cache
from pathlib import Path

import msgspec

from kit.catalogue import Text, decode_text

FILE = Path(__file__).parent / "roles.toml"


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One role: what it is called, and what the person does who has it."""

    id: str
    name: Text
    duties: tuple[Text, ...]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    roles: tuple[Role, ...]


@cache
def roles() -> dict[str, Role]:
    """Return the roles by id, in the order of the file."""
    read = msgspec.toml.decode(FILE.read_bytes(), type=_File, dec_hook=decode_text)
    return {role.id: role for role in read.roles}
