"""`fabnum badges`: give, verify and revoke badges. Whose they are stays on the learner's stick."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import urllib3
from rich.console import Console
from rich.prompt import Prompt
from rich.table import Table

from gateway.badges.credential import holder
from gateway.badges.key import MAX_TOKEN
from gateway.badges.ledger import Ledger
from gateway.badges.office import BadgeOffice, Examined, Verdict
from gateway.badges.picture import picture, token_in
from kit import i18n, printing
from kit.cli import badge_definitions
from kit.cli.days import today
from kit.cli.exits import EXPECTED_FAILURE
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import slug
from kit.settings import DataFolder, load

FETCH_S = 10.0
MAX_LIST = 1 << 20


def show_definitions(folder: DataFolder) -> None:
    """List what badges there are, and what has to be seen for each."""
    console = Console()
    for module, definition in badge_definitions.definitions(folder).items():
        console.print(f"[bold]{module}[/bold]  {definition.name[i18n.current()]}")
        for criterion in definition.criteria[i18n.current()]:
            console.print(f"  · {criterion.text}")


def give(
    folder: DataFolder, module: str, to: Path, ask: Callable[[str], str] | None = None
) -> None:
    """Give the badge of a module; write it to ``to``, a folder outside of the data folder.

    ``ask`` asks for the holder's address or name, which is never an argument: it would stay in the
    history of the shell. Raises FabnumError if the folder cannot take it.
    """
    definition = badge_definitions.find(folder, module)
    _require_foreign(folder, to)
    console = Console()
    for criterion in definition.criteria[i18n.current()]:
        console.print(f"· {criterion.text}")
    identity = (ask or _ask)(
        _("E-mail address or name of the holder (it is not kept here)")
    ).strip()
    if not identity:
        raise FabnumError(_("A badge needs a holder."), _("Type an e-mail address or a name."))
    with closing(BadgeOffice(load(folder), folder)) as office:
        token = office.give(definition, holder(identity), today(), i18n.current())
    path = to / _file_name(definition.name[i18n.current()], definition.module)
    printing.write(path, picture(definition, i18n.current(), token).encode())
    console.print(
        _("The badge “{name}” is in {file}.", name=definition.name[i18n.current()], file=path)
    )


def verify(folder: DataFolder, path: Path, *, as_json: bool) -> int:
    """Say whether a badge holds; return 0 if it does, else 2."""
    with closing(BadgeOffice(load(folder), folder)) as office:
        seen = office.examine(_token_of(path), dt.datetime.now(dt.UTC), _fetch)
    if as_json:
        print(json.dumps(_as_json(seen), ensure_ascii=False))
    else:
        Console().print(told(seen))
    return 0 if seen.verdict is Verdict.VALID else EXPECTED_FAILURE


def revoke(folder: DataFolder, path: Path) -> None:
    """Revoke the badge in a file, or of a number."""
    with closing(BadgeOffice(load(folder), folder)) as office:
        number = str(path)
        if path.is_file():
            number = office.examine(_token_of(path), dt.datetime.now(dt.UTC), _fetch).number
        office.ledger.revoke(number)
    Console().print(_("The badge {number} is revoked.", number=number))


def show_given(folder: DataFolder) -> None:
    """List the badges that were given: how many of each module and day, and which are revoked."""
    table = Table(_("Day"), _("Module"), _("Number"), _("Revoked"))
    with closing(Ledger(folder.badges)) as ledger:
        for given in ledger.all():
            revoked = _("yes") if given.revoked else ""
            table.add_row(given.day.isoformat(), given.module, given.number, revoked)
    Console().print(table)


def told(seen: Examined) -> str:
    """Return in words what is to be thought of a badge."""
    verdicts = {
        Verdict.VALID: _("✓ This badge is valid."),
        Verdict.CHANGED: _("✗ This is no badge, or it was changed."),
        Verdict.REVOKED: _("✗ This badge was revoked by the site that gave it."),
        Verdict.STATUS_UNKNOWN: _(
            "! The signature is right. Whether the badge was revoked could not be asked: is there"
            " a connection to the site that gave it?"
        ),
        Verdict.NOT_YET: _("✗ This badge is not valid yet: compare the day and the clock."),
    }
    lines = [verdicts[seen.verdict]]
    if seen.name:
        lines += [
            _(
                "{name}, given by {issuer} on {day}",
                name=seen.name,
                issuer=seen.issuer,
                day=seen.day,
            ),
            seen.criteria,
            seen.number,
        ]
    return "\n".join(lines)


def _ask(question: str) -> str:
    return Prompt.ask(question)


def _require_foreign(folder: DataFolder, to: Path) -> None:
    if not to.is_dir():
        raise FabnumError(
            _("There is no folder {folder}.", folder=to),
            _("Plug in the learner’s USB stick, and name its folder."),
        )
    if to.resolve().is_relative_to(folder.root.resolve()):
        raise FabnumError(
            _("A badge is personal: it is not kept in the site’s data folder."),
            _("Name a folder on the learner’s USB stick."),
        )


def _file_name(name: str, module: str) -> str:
    return f"badge-{module.lower()}-{slug(name)}.svg"


def _token_of(path: Path) -> str:
    try:
        text = path.read_bytes()[: 4 * MAX_TOKEN].decode("utf-8", "replace")
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be read: {reason}.", file=path, reason=error.strerror),
            _("Name the file of a badge."),
        ) from None
    return token_in(text) or text.strip()


def _fetch(address: str) -> str:
    if not address.startswith(("https://", "http://")):
        raise OSError(address)
    try:
        answer = urllib3.request(
            "GET", address, timeout=FETCH_S, retries=False, preload_content=False
        )
        with answer:
            if answer.status != 200:
                raise OSError(address)
            return answer.read(MAX_LIST).decode("ascii", "replace")
    except urllib3.exceptions.HTTPError as error:
        raise OSError(address) from error


def _as_json(seen: Examined) -> dict[str, object]:
    return {
        "verdict": seen.verdict.value,
        "number": seen.number,
        "name": seen.name,
        "issuer": seen.issuer,
        "day": seen.day,
        "ours": seen.ours,
    }
