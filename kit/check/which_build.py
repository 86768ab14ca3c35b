"""Which build a program is for, where nobody says it."""

import ast
import re
from pathlib import Path

from kit.catalogue import BUILDS_FOLDER, builds, load_build
from kit.firmware import parse

_COMMENT = re.compile(r"^#\s*(?:build|objet)\s*:\s*([a-z0-9-]+)\s*$", re.MULTILINE)
_NAMING = ("part", "on_press", "light")


def build_of(source: str, path: Path | None = None) -> str:
    """Return the id of the build that a program is for; empty if it fits several, or none.

    The folder says it (``device/builds/<id>/main.py``), else a comment (``# objet : lamp``), else
    the parts that the program names, where only one build has them all.
    """
    known = builds()
    if path is not None:
        folder = path.resolve().parent
        if folder.parent == BUILDS_FOLDER and folder.name in known:
            return folder.name
    for named in _COMMENT.findall(source):
        if named in known:
            return str(named)
    return _by_parts(parts_named(source))


def parts_named(source: str) -> set[str]:
    """Return the ids of parts that a program names, as far as it can be read."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _NAMING
        if isinstance(node.args[0].value, str)
    }


def _by_parts(named: set[str]) -> str:
    if not named:
        return ""
    fitting = {
        build.id: build
        for build in map(load_build, builds())
        if named <= {part.id for part in build.parts}
    }
    # One that combines another has its parts, too: the simpler one is meant.
    simple = [name for name, build in fitting.items() if not fitting.keys() & set(build.combines)]
    return simple[0] if len(simple) == 1 else ""
