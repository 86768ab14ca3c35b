"""`fabnum portfolio`: a learner's page and PDF, from a folder on their own USB stick.

The site gives what it knows of an object; it never reads what is in the folder, and keeps nothing.
"""

import contextlib
import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console

from curriculum.portfolio import folder as folders
from curriculum.portfolio.model import Badge, MadeObject, Test
from gateway.passport import Passport, Passports
from kit import printing
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.names import DeviceKey
from kit.settings import DataFolder, load

PAGE, PAPER = "portfolio.html", "portfolio.pdf"


def prepare(folder: Path) -> None:
    """Make the folder of a portfolio, with hints; what is there stays."""
    folders.prepare(folder)
    console = _console()
    console.print(_("Your portfolio is ready in {folder}.", folder=folder))
    console.print(
        _(
            "Write in {words}, put your programs, photos and badges into its folders; then"
            " “fabnum portfolio make {folder}”.",
            words=folders.WORDS,
            folder=folder,
        )
    )


def add(data: DataFolder, name: str, folder: Path) -> None:
    """Put what the site knows of an object into a portfolio. Raises FabnumError where it cannot."""
    from gateway.logbook import Logbook
    from gateway.registry import Registry
    from kit.cli.badges import require_foreign
    from kit.cli.names import device_key

    settings = load(data)
    require_foreign(data, folder)
    folders.require_portfolio(folder)
    key = device_key(settings, name)
    with contextlib.ExitStack() as open_files:
        registry = open_files.enter_context(contextlib.closing(Registry(data.registry)))
        logbook = open_files.enter_context(contextlib.closing(Logbook(data.logbook)))
        passport = Passports(registry, logbook, _NothingSaid()).find(key)
    if passport is None:
        raise FabnumError(
            _("There is no object “{device}”.", device=key),
            _("See the list with “fabnum devices”."),
        )
    made = _made(passport, settings.site.time_zone)
    path = folder / folders.OBJECTS / f"{key.town}-{key.device}.json"
    printing.write(path, json.dumps(_as_json(made), ensure_ascii=False, indent=2).encode())
    _console().print(_("“{name}” is in the portfolio.", name=made.name))


def make(folder: Path) -> None:
    """Make page and PDF of a portfolio."""
    from curriculum.portfolio.page import page
    from curriculum.portfolio.paper import paper

    console = _console()
    portfolio = folders.read(folder, read_badge)
    printing.write(folder / PAGE, page(portfolio, folder).encode())
    printing.write(folder / PAPER, paper(portfolio, folder))
    for left_out in portfolio.left_out:
        console.print(_("Left out: {reason}", reason=left_out), style="yellow")
    count = len(portfolio.objects) + len(portfolio.programs) + len(portfolio.badges)
    console.print(
        ngettext(
            "{page} and {paper} show one thing that you made.",
            "{page} and {paper} show {n} things that you made.",
            count,
            page=PAGE,
            paper=PAPER,
        )
    )


def read_badge(path: Path) -> Badge:
    """Return what a badge says once its signature is right; whether it was revoked is not asked.

    Raises FabnumError where it is not, or cannot be verified.
    """
    from kit.cli.badges import read_file

    seen = read_file(path)
    criteria = tuple(line.removeprefix("- ") for line in seen.criteria.splitlines() if line)
    return Badge(path, seen.name, seen.description, criteria, seen.issuer, seen.day)


def _console() -> Console:
    """Return a terminal that takes texts as they are: brackets in a name are no orders to it."""
    return Console(markup=False, highlight=False, soft_wrap=True)


class _NothingSaid:
    """A portfolio tells of tests, not of versions: what the object last said is not asked."""

    def leaf(self, _key: DeviceKey, _leaf: str, /) -> None:
        return None


def _made(passport: Passport, time_zone: str) -> MadeObject:
    device, bench, build = passport.device, passport.bench, passport.build
    day = ""
    if bench is not None:
        day = dt.datetime.fromtimestamp(bench.time, ZoneInfo(time_zone)).date().isoformat()
    return MadeObject(
        name=device.name,
        build=str(build.name) if build else device.build,
        summary=str(build.summary) if build else "",
        place=device.place_name,
        day=day,
        passed=bench is not None and bench.passed,
        tests=tuple(Test(test.name, test.passed) for test in bench.tests) if bench else (),
    )


def _as_json(made: MadeObject) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(made)
    return built
