"""A new module to write: the template with the facts of its build, and marks for what is missing.

It loads and passes the linter from the beginning, with a reminder for each text to be written.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from curriculum import reading
from curriculum.lint.rules.front import TO_DO
from curriculum.lint.subject import LANGUAGES
from kit import catalogue
from kit.catalogue import Build
from kit.errors import FabnumError
from kit.i18n import _

_MARKS = dict(zip(LANGUAGES, (f"{TO_DO[0]}\u00a0: ", f"{TO_DO[1]}: "), strict=True))
_PROSE = re.compile(r"(- \[ \] |- |\d+\. )?(?=[^#{`|\s])(.*)")
_QUOTATION = re.compile(r"```python solution=(\d)\n.*?```", re.DOTALL)
_EVERY = re.compile(r"@station\.every\((\d+)")
_FENCE = "```"
_MODULES_OF_ONE_LETTER = 100


def make(build_id: str, module_id: str, to: Path) -> Path:
    """Write a new module into a folder of ``to``, and return it.

    Raises FabnumError if there is no such build, the id is none, or the folder is already there.
    """
    build = catalogue.load_build(build_id)
    if not re.fullmatch(r"M[0-9]{2}", module_id):
        raise FabnumError(
            _("“{id}” is no id of a module.", id=module_id),
            _("Write M and two digits, such as M10."),
        )
    folder = to / f"{module_id.removeprefix('M')}-{build.id}"
    if folder.exists():
        raise FabnumError(
            _("The folder {folder} is already there.", folder=folder),
            _("Give the module another id, or another place with --to."),
        )
    solution = (catalogue.BUILDS_FOLDER / build.id / "main.py").read_text(encoding="utf-8")
    (folder / "solutions").mkdir(parents=True)
    for number in (1, 2):
        _write(folder / "solutions" / f"{number}.py", solution)
    for language in LANGUAGES:
        _booklet(folder, language, build, module_id, solution)
        _sheet(folder, language, build)
    return folder


def next_id(taken: Iterable[str]) -> str:
    """Return the first id behind those of the kit that nobody has. Raises FabnumError at the end.

    ``taken``: ids such as ``M02``.
    """
    known = {*taken, *(catalogue.load_build(build).workshop.id for build in catalogue.builds())}
    for number in range(10, _MODULES_OF_ONE_LETTER):
        if f"M{number}" not in known:
            return f"M{number}"
    raise FabnumError(_("All ids up to M99 are taken."), _("Remove a module that nobody uses."))


def _booklet(folder: Path, language: str, build: Build, module_id: str, solution: str) -> None:
    template = (reading.TEMPLATE / f"{language}.md").read_text(encoding="utf-8")
    post = frontmatter.loads(template)
    head = post.metadata
    if "id" in head:
        head = _head(head, build, module_id, solution)
    body = post.content.replace("--build lamp", f"--build {build.id}")
    body = _QUOTATION.sub(
        lambda found: f"```python solution={found[1]}\n{_heart(solution)}```", body
    )
    dumped = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=100)
    _write(folder / f"{language}.md", f"---\n{dumped}---\n{_marked(body, language)}\n")


def _sheet(folder: Path, language: str, build: Build) -> None:
    """Write the residents' sheet; its title is that of the workshop."""
    name = f"residents.{language}.md"
    template = (reading.TEMPLATE / name).read_text(encoding="utf-8")
    _title, _newline, rest = template.partition("\n")
    title = f"## {build.workshop.name[language]} {{#page-1}}"
    _write(folder / name, f"{title}\n{_marked(rest, language)}")


def _head(head: dict[str, Any], build: Build, module_id: str, solution: str) -> dict[str, Any]:
    """Return the front matter of the template with the facts of a build."""
    marked = _marked_texts(head)
    steps = marked["workshop"]["steps"]
    others = sum(step["minutes"] for step in steps) - max(step["minutes"] for step in steps)
    longest = max(steps, key=lambda step: step["minutes"])
    longest["minutes"] = max(1, build.workshop.minutes - others)
    every = _EVERY.search(solution)
    seen = {"every": int(every[1]) if every else build.period_s}
    return {
        **marked,
        "id": module_id,
        "build": build.id,
        "title": dict(build.workshop.name),
        "board": f"build-{build.id}",
        "challenges": [{"proof": [seen]} for _ in head["challenges"]],
    }


def _marked_texts(value: Any) -> Any:
    """Return texts by language with the mark of what has to be written."""
    match value:
        case {"fr": str(), "en": str(), **_others}:
            return {language: _MARKS.get(language, "") + text for language, text in value.items()}
        case dict():
            return {name: _marked_texts(one) for name, one in value.items()}
        case list():
            return [_marked_texts(one) for one in value]
    return value


def _marked(text: str, language: str) -> str:
    """Return a text with the mark before each line that is to be written anew."""
    lines, within_code = [], False
    for line in text.splitlines():
        prose = _PROSE.fullmatch(line)
        if line.startswith(_FENCE):
            within_code = not within_code
        elif prose and not within_code:
            line = f"{prose[1] or ''}{_MARKS[language]}{prose[2]}"  # noqa: PLW2901 - the new line
        lines.append(line)
    return "\n".join(lines) + "\n"


def _heart(solution: str) -> str:
    """Return the lines of a program from its first function on, without the last one."""
    lines = solution.splitlines(keepends=True)
    begin = next(n for n, line in enumerate(lines) if line.startswith("@"))
    end = next(n for n in range(begin, len(lines)) if not lines[n].strip())
    return "".join(lines[begin:end])


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
