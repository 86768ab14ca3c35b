"""`fabnum workshop start`, `ask`, `stop`, `status`: the day of a workshop, from a terminal."""

import sys
from collections.abc import Callable, Sequence
from contextlib import closing

import segno
import typer

from gateway.boards.password import SECRET, USER
from gateway.day import Session, Sessions
from gateway.day.codes import read_code
from gateway.registry import Registry
from gateway.workshops import Held, known_workshops
from kit.cli import workshop_place, workshop_service
from kit.cli.workshop_plan import plan_of
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder, Settings, load


def start(
    folder: DataFolder,
    workshop: str,
    *,
    place: str,
    town: str = "",
    objects: Sequence[str] = (),
) -> None:
    """Open a session and say how to join it. Raises FabnumError if there cannot be one."""
    settings = load(folder)
    which = workshop.strip().upper()
    with closing(Registry(folder.registry)) as registry:
        devices = registry.all()
    where = workshop_place.find(settings, devices, which, place=place, town=town, objects=objects)
    with closing(Sessions(folder.workshops)) as sessions:
        sessions.stop_forgotten()
        session = sessions.open(
            Session(
                workshop=which,
                town=where.town,
                place=where.place,
                place_name=where.name,
                objects=where.objects,
                plan=plan_of(folder, which),
            )
        )
    _say_how_to_join(settings, folder, session)


def ask(folder: DataFolder, code: str = "") -> None:
    """Open the three questions of a session. Raises FabnumError if it is not open."""
    load(folder)
    with closing(Sessions(folder.workshops)) as sessions:
        session = _chosen(sessions, code)
        sessions.ask(session.code)
    print(_("The three questions are open on the phones ({code}).", code=session.code))


def stop(
    folder: DataFolder,
    code: str = "",
    *,
    people: int | None = None,
    learners: int = 0,
    ask_number: Callable[[str], int] | None = None,
) -> None:
    """Close a session and keep its totals. Raises FabnumError if it is not open.

    ``ask_number`` asks somebody at the terminal how many people came, where nobody said.
    """
    load(folder)
    with closing(Sessions(folder.workshops)) as sessions:
        session = _chosen(sessions, code)
        if people is None and ask_number is not None:
            people = ask_number(_("How many people were welcomed?"))
        held = sessions.stop(session.code, people, learners)
    if people is None:
        print(_("Nobody said how many people came: those who answered are counted."))
    _say_noted(held, session)


def status(folder: DataFolder) -> None:
    """Print the open sessions: phones connected, wishes, answers."""
    settings = load(folder)
    with closing(Sessions(folder.workshops)) as sessions:
        sessions.stop_forgotten()
        found = sessions.all()
    if not found:
        print(_("No workshop is open."))
        print(
            _("Open one with: {command}", command="fabnum workshop start M02 --place …"),
        )
    for session in found:
        now = workshop_service.ask(settings, folder, session.code)
        print(f"{session.code}  {_title(session)}, {session.place_name}")
        if now is None:
            print("  " + _("The gateway does not run: no phone can join. Start it: fabnum up"))
        else:
            print("  " + ngettext("{n} phone connected", "{n} phones connected", now.phones))
            print("  " + ngettext("{n} wish", "{n} wishes", now.wishes))
        if session.asked:
            print("  " + ngettext("{n} answer", "{n} answers", session.answers))
        else:
            print("  " + _("The questions are not open yet."))


def asker() -> Callable[[str], int] | None:
    """Return what asks for a number at the terminal; ``None`` where nobody sits there."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    return lambda question: int(typer.prompt(question, type=int))


def _chosen(sessions: Sessions, typed: str) -> Session:
    """Return the session of a code, or the only one that is open."""
    sessions.stop_forgotten()
    found = {session.code: session for session in sessions.all()}
    known = ", ".join(f"{code} ({one.place_name})" for code, one in found.items())
    if not found:
        raise FabnumError(
            _("No workshop is open."),
            _("Open one with: {command}", command="fabnum workshop start M02 --place …"),
        )
    if not typed and len(found) > 1:
        raise FabnumError(
            _("Several workshops are open."), _("Add the code of one: {known}", known=known)
        )
    code = read_code(typed) if typed else next(iter(found))
    if code not in found:
        raise FabnumError(
            _("No workshop with the code {code} is open.", code=typed),
            _("Take one of these: {known}", known=known),
        )
    return found[code]


def _say_how_to_join(settings: Settings, folder: DataFolder, session: Session) -> None:
    address = settings.pages_address
    here = f"{address}/a/{session.code}"
    print(
        _(
            "The workshop is open: {title}, {place}.",
            title=_title(session),
            place=session.place_name,
        )
    )
    print()
    print("  " + _("Code: {code}", code=session.code))
    print("  " + _("Address: {address}", address=f"{address}/a"))
    print("  " + _("Objects: {objects}", objects=", ".join(session.objects)))
    print()
    segno.make(here, error="m", micro=False).terminal(out=sys.stdout, compact=True)
    print()
    print(_("What to do next:"))
    if workshop_service.ask(settings, folder, session.code) is None:
        print("- " + _("Start the gateway if it does not run yet: {command}", command="fabnum up"))
    print("- " + _("Have people scan the code, here or on the wall page of the town."))
    print(
        "- "
        + _(
            "Lead from: {address} (user {user}, password in {file})",
            address=f"{here}/animer",
            user=USER,
            file=folder.secrets / SECRET,
        )
    )
    print("- " + _("Near the end, open the questions: {command}", command="fabnum workshop ask"))
    print("- " + _("When all have left: {command}", command="fabnum workshop stop --people …"))


def _say_noted(held: Held, session: Session) -> None:
    print(
        _(
            "Noted as number {number}: {workshop}, {place}, {day}. People welcomed: {people}.",
            number=held.id,
            workshop=held.workshop,
            place=held.place,
            day=held.day.isoformat(),
            people=held.people,
        )
    )
    print(ngettext("{n} answer was counted.", "{n} answers were counted.", session.answers))


def _title(session: Session) -> str:
    workshop = known_workshops().get(session.workshop)
    return f"{workshop.name} ({session.workshop})" if workshop else session.workshop
