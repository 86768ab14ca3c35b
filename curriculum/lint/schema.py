"""The front matter as a JSON Schema (draft 2020-12), for editors and for the linter.

    python -m curriculum.lint.schema > curriculum/module.schema.json

It is made of ``curriculum/model.py``; a test sees that the file is what this makes.
"""

import ast
import inspect
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from curriculum import model
from kit.catalogue import Text

FILE = Path(__file__).parents[1] / "module.schema.json"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {
    "type": "object",
    "description": "A text in every language, French and English at least.",
    "properties": {
        "fr": {"type": "string", "minLength": 1},
        "en": {"type": "string", "minLength": 1},
    },
    "required": ["fr", "en"],
    "additionalProperties": {"type": "string", "minLength": 1},
}


def schema() -> dict[str, Any]:
    """Return the schema of a module's front matter."""
    (top,), parts = msgspec.json.schema_components(
        [model.FrontMatter], schema_hook=_hook, ref_template="#/$defs/{name}"
    )
    for name, part in parts.items():
        if "properties" in part:
            _describe(part["properties"], getattr(model, name))
    parts["Text"] = _TEXT
    return {
        "$schema": _DRAFT,
        "title": "Front matter of a Fab’Num module",
        "description": "What stands at the top of a module’s fr.md: docs/modules.md explains it.",
        **top,
        "$defs": dict(sorted(parts.items())),
    }


@cache
def kept() -> dict[str, Any]:
    """Return the schema as the file holds it."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def text() -> str:
    """Return what the file has to hold."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _hook(kind: type) -> dict[str, Any]:
    if kind is Text:
        return {"$ref": "#/$defs/Text"}
    raise NotImplementedError


def _describe(properties: dict[str, Any], kind: type) -> None:
    """Add what the model says of single lines: a string below an attribute, as Sphinx reads it."""
    for name, words in _said_of(kind).items():
        properties[name]["description"] = words


def _said_of(kind: type) -> dict[str, str]:
    (body,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(body, ast.ClassDef)
    said = {}
    for line, after in zip(body.body, body.body[1:], strict=False):
        match line, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                said[name] = inspect.cleandoc(words)
    return said


if __name__ == "__main__":
    sys.stdout.write(text())
