"""`fabnum builds`: what can be built; several builds together on one board."""

import json
import shutil
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kit import catalogue
from kit.catalogue.combining import combined_program
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug

FEWEST = 2


def show_builds() -> None:
    """Print all builds: what each is, its parts and pins, what it measures."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    for heading in (_("Build"), _("Name"), _("Parts"), _("Readings")):
        table.add_column(heading)
    for build_id in catalogue.builds():
        build = catalogue.load_build(build_id)
        parts = "\n".join(
            _("{part}: {pins}", part=part.name, pins=_pins(part.pins)) for part in build.parts
        )
        readings = "\n".join(map(_reading, build.channels))
        table.add_row(build.id, str(build.name), parts, readings)
    Console().print(table)


def combine(build_id: str, builds: list[str], name: str) -> None:
    """Make a build of several others, in a folder of its own.

    Raises FabnumError, and leaves nothing behind, if their parts or their channels get in each
    other's way.
    """
    folder = _new_folder(build_id)
    known = {each: catalogue.load_build(each) for each in builds}
    if len(known) < FEWEST:
        raise FabnumError(
            _("One build alone cannot be combined."),
            _("Name two or more, such as: fabnum builds combine air-lamp air lamp"),
        )
    title = name or " + ".join(str(build.name) for build in known.values())
    lines = _lines(build_id, title, list(known.values()))
    catalogue.parse_build(lines, " + ".join(known))
    programs = {each: catalogue.source_of(each, "main.py") for each in known}
    folder.mkdir()
    try:
        (folder / "build.toml").write_text(lines, encoding="utf-8")
        (folder / "main.py").write_text(combined_program(title + ".", programs), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder)
        raise
    print(_("The build “{build}” is in {folder}.", build=build_id, folder=folder))
    print(_("Read its main.py, then: fabnum check {file}", file=folder / "main.py"))


def _new_folder(build_id: str) -> Path:
    folder = catalogue.BUILDS_FOLDER / build_id
    if not is_slug(build_id):
        raise FabnumError(
            _("“{name}” cannot name a build.", name=build_id),
            _("Use 1 to 32 of: a-z, 0-9 and the hyphen."),
        )
    if folder.exists():
        raise FabnumError(
            _("There is a build “{build}” already.", build=build_id),
            _("Take another name."),
        )
    return folder


def _lines(build_id: str, title: str, builds: list[catalogue.Build]) -> str:
    """Return the ``build.toml``. TOML writes text as JSON does (toml.io/en/v1.0.0#string)."""
    text = json.dumps(title, ensure_ascii=False)
    summary = json.dumps(" ".join(str(build.summary) for build in builds), ensure_ascii=False)
    shop = builds[0].workshop
    words = shop.name.items()
    names = ", ".join(f"{key} = {json.dumps(word, ensure_ascii=False)}" for key, word in words)
    return "\n".join(
        [
            f"# Several builds on one board: {', '.join(build.id for build in builds)}.",
            f'id = "{build_id}"',
            f"combines = {json.dumps([build.id for build in builds])}",
            f"name = {{ fr = {text}, en = {text} }}",
            f"summary = {{ fr = {summary}, en = {summary} }}",
            f"period_s = {min(build.period_s for build in builds)}",
            f'workshop = {{ id = "{shop.id}", name = {{ {names} }}, minutes = {shop.minutes} }}',
            "",
        ]
    )


def _reading(channel: catalogue.Channel) -> str:
    return f"{channel.name} ({channel.unit})" if channel.unit else str(channel.name)


def _pins(pins: dict[str, int]) -> str:
    return ", ".join(f"{wire} {pin}" for wire, pin in pins.items())
