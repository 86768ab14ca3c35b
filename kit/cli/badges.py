"""`fabnum badges`: give, verify and revoke badges. Whose they are stays on the learner's stick."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import urllib3
from rich.console import Console
from rich.prompt import Prompt
from rich.table import Table

from gateway.badges.credential import holder
from gateway.badges.key import MAX_TOKEN, BadSignatureError, UnknownSignerError
from gateway.badges.ledger import Ledger
from gateway.badges.office import BadgeOffice, Examined, Verdict, examined
from gateway.badges.picture import picture, token_in
from kit import i18n, printing
from kit.cli import badge_definitions
from kit.cli.exits import EXPECTED_FAILURE
from kit.days import today
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import slug
from kit.settings import DataFolder, load

FETCH_S = 10.0
MAX_LIST = 1 << 20


def show_definitions(folder: DataFolder) -> None:
    """List what badges there are, and what has to be seen for each."""
    console = _console()
    for module, definition in badge_definitions.definitions(folder).items():
        console.print(f"{module}  {definition.name[i18n.current()]}", style="bold")
        for criterion in definition.criteria[i18n.current()]:
            console.print(f"  · {criterion.text}")


def give(
    folder: DataFolder, module: str, to: Path, ask: Callable[[str], str] | None = None
) -> None:
    """Give the badge of a module; write it to ``to``, a folder outside of the data folder.

    ``ask`` asks for the holder's address or name, which is never an argument: it would stay in the
    history of the shell, nor does it stay on the terminal. Raises FabnumError if the folder cannot
    take it.
    """
    settings = load(folder)
    definition = badge_definitions.find(folder, module)
    require_foreign(folder, to)
    console, name = _console(), definition.name[i18n.current()]
    with console.screen(hide_cursor=False):  # a terminal keeps nothing of it to scroll back to
        for criterion in definition.criteria[i18n.current()]:
            console.print(f"· {criterion.text}")
        identity = (ask or _ask)(_("E-mail address or name of the holder (it is not kept here)"))
    if not identity.strip():
        raise FabnumError(_("A badge needs a holder."), _("Type an e-mail address or a name."))
    path = _free_path(to, f"badge-{definition.module.lower()}-{slug(name)}")
    with closing(BadgeOffice(settings, folder)) as office:
        token = office.give(definition, holder(identity), today(), i18n.current())
        try:
            printing.write(path, picture(definition, i18n.current(), token).encode())
        except FabnumError:
            office.ledger.revoke(examined(token).number)  # nobody has it
            raise
    console.print(_("The badge “{name}” is in {file}.", name=name, file=path))


def verify(folder: DataFolder, path: Path, *, as_json: bool) -> int:
    """Say whether a badge holds; return 0 if it does, else 2."""
    with closing(BadgeOffice(load(folder), folder)) as office:
        seen = office.examine(_token_of(path), dt.datetime.now(dt.UTC), _fetch)
    if as_json:
        print(json.dumps(_as_json(seen), ensure_ascii=False))
    else:
        _console().print(told(seen))
    return 0 if seen.verdict is Verdict.VALID else EXPECTED_FAILURE


def revoke(folder: DataFolder, path: Path) -> None:
    """Revoke the badge in a file, or of a number."""
    load(folder)
    number = read_file(path).number if path.is_file() else str(path)
    with closing(Ledger(folder.badges)) as ledger:
        ledger.revoke(number)
    _console().print(_("The badge {number} is revoked.", number=number))


def show_given(folder: DataFolder) -> None:
    """List the badges that were given: number, module and day of each, and which are revoked."""
    load(folder)
    with closing(Ledger(folder.badges)) as ledger:
        found = ledger.all()
    if not found:
        _console().print(_("No badge has been given yet."))
        return
    table = Table(_("Day"), _("Module"), _("Number"), _("Revoked"))
    for given in found:
        revoked = _("yes") if given.revoked else ""
        table.add_row(given.day.isoformat(), given.module, given.number, revoked)
    _console().print(table)


def read_file(path: Path) -> Examined:
    """Return what a badge says, its signature verified; it is not asked whether it was revoked.

    Raises FabnumError if the file is no badge, or one that cannot be verified here.
    """
    try:
        return examined(_token_of(path))
    except BadSignatureError:
        reason = _("{file}: this is no badge, or it was changed.", file=path.name)
    except UnknownSignerError:
        reason = _("{file}: this badge cannot be verified here.", file=path.name)
    raise FabnumError(reason, _("Name the file of a badge."))


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
        Verdict.EXPIRED: _("✗ This badge is no longer valid: its time is over."),
        Verdict.UNKNOWN_SIGNER: _(
            "! This badge is signed in a way that the kit cannot verify: ask who gave it."
        ),
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


def _console() -> Console:
    """Return a terminal that takes texts as they are: brackets in a name are no orders to it."""
    return Console(markup=False, highlight=False, soft_wrap=True)


def _ask(question: str) -> str:
    return Prompt.ask(question)


def require_foreign(folder: DataFolder, to: Path) -> None:
    """Raise FabnumError unless ``to`` is a folder outside of the data folder."""
    if not to.is_dir():
        raise FabnumError(
            _("There is no folder {folder}.", folder=to),
            _("Plug in the learner’s USB stick, and name its folder."),
        )
    if to.resolve().is_relative_to(folder.root.resolve()):
        raise FabnumError(
            _("This is personal: it is not kept in the site’s data folder."),
            _("Name a folder on the learner’s USB stick."),
        )


def _free_path(folder: Path, stem: str) -> Path:
    """Return a file that is not there yet: another learner's badge may be."""
    paths = (folder / (f"{stem}-{n}.svg" if n > 1 else f"{stem}.svg") for n in count(1))
    return next(path for path in paths if not path.exists())


def _token_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(4 * MAX_TOKEN).decode("utf-8", "replace")
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
