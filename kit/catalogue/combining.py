"""Several builds on one board: their lines of ``build.toml`` together, and their programs."""

import ast
import io
import tokenize
from collections.abc import Mapping, Sequence
from typing import Any

_TABLES = ("parts", "channels", "commands", "tests", "calibrations")


def with_combined(lines: Mapping[str, Any], combined: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return the lines of a build with the tables of those that it combines before its own.

    ``combined``: their lines by build id. Parts that stand in for others are left out: the board
    has the first choice of each. Tests that several builds call the same are told apart by their
    build; a command that several know alike stands once.
    """
    whole = dict(lines)
    for table in _TABLES:
        rows = [
            (build, row)
            for build, content in combined.items()
            for row in content.get(table, [])
            if "instead_of" not in row
        ]
        ids = [row.get("id") for _build, row in rows]
        gathered: list[Any] = []
        for build, row in rows:
            if table == "tests" and ids.count(row.get("id")) > 1:
                gathered.append({**row, "id": f"{build}-{row['id']}"})
            elif table != "commands" or row not in gathered:
                gathered.append(row)
        whole[table] = gathered + list(lines.get(table, []))
    return whole


def combined_program(title: str, programs: Mapping[str, str]) -> str:
    """Return one program that does what several do: a text in place of their ``main.py``.

    ``title``: what the program is for, its first line. ``programs``: source by build id. What they
    import and ``station.run()`` stand once; a name that two of them use for their own things gets
    the build's name behind it.
    """
    own = {build: _own_names(source) for build, source in programs.items()}
    imports: list[str] = []
    bodies: list[str] = []
    for build, source in programs.items():
        others = set().union(*(names for other, names in own.items() if other != build))
        suffix = "_" + build.replace("-", "_")
        renamed = _renamed(source, {name: name + suffix for name in own[build] & others})
        kept, imported = _without_frame(renamed)
        imports += [line for line in imported if line not in imports]
        bodies.append(kept)
    words = title.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(
        [f'"""{words}"""', "", *imports, "", "\n\n\n".join(bodies), "", "", "station.run()", ""]
    )


def _own_names(source: str) -> set[str]:
    """Return the names that a program gives to its own things: functions and variables."""
    names = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def _renamed(source: str, names: Mapping[str, str]) -> str:
    """Return the source with whole names replaced, but not those of attributes (``x.name``)."""
    lines = source.splitlines(keepends=True)
    before = ""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.string in names and before != ".":
            found.append(token)
        before = token.string
    for token in reversed(found):
        row, column = token.start
        line = lines[row - 1]
        rest = line[column + len(token.string) :]
        lines[row - 1] = line[:column] + names[token.string] + rest
    return "".join(lines)


def _without_frame(source: str) -> tuple[str, list[str]]:
    """Return a program without its title, imports and ``station.run()``; and its imports."""
    lines = source.splitlines()
    imports: list[str] = []
    frame: set[int] = set()
    for node in ast.parse(source).body:
        rows = range(node.lineno - 1, node.end_lineno or node.lineno)
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports += [lines[row] for row in rows]
        elif not _is_title_or_run(node):
            continue
        frame.update(rows)
    return _tidy([line for row, line in enumerate(lines) if row not in frame]), imports


def _is_title_or_run(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr):
        return False
    return isinstance(node.value, ast.Constant) or ast.unparse(node) == "station.run()"


def _tidy(lines: Sequence[str]) -> str:
    """Return the lines without empty ones at both ends."""
    return "\n".join(lines).strip("\n")
