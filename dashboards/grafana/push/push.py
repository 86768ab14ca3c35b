"""Pushing: organisation by organisation, read, compare, and do what is left to do.

Whatever stops it, the next push goes on from there: it begins by reading what is there.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from dashboards.grafana.push.http import Grafana, Json, address
from dashboards.grafana.push.kinds.kind import Organisation
from dashboards.grafana.push.kinds.public_board import PublicBoards, public_address
from dashboards.grafana.push.plan import Part, Step, Verb, plan
from dashboards.grafana.push.refusals import ConflictError, NotReadyError, SwitchedOffError
from dashboards.grafana.target import SOURCE_UID
from kit.errors import FabnumError
from kit.i18n import _

CONFLICTS = 3
"""So often it is read again when somebody else is changing the same things."""
READY_AFTER_S = 90.0
"""Grafana prepares the alerting of a new organisation once a minute, as its setting
``alertmanager_config_poll_interval`` says."""
READY_EVERY_S = 3.0
_PAGE = 1000


class Wanted(Struct, frozen=True):
    """An organisation as it is wanted.

    Its parts are in the order in which they build on each other.
    """

    name: str
    parts: tuple[Part, ...]


class Done(Struct, frozen=True):
    """What came of one organisation: its steps, and where its public boards are (by board).

    ``troubles``: what did not succeed, or does not work, without stopping the rest.
    """

    name: str
    entry: Verb | None
    steps: tuple[Step, ...]
    public: dict[str, str] = {}
    troubles: tuple[str, ...] = ()


def push(
    grafana: Grafana,
    wanted: Sequence[Wanted],
    *,
    prune: bool = False,
    dry_run: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Done]:
    """Bring every organisation to what is wanted, and yield what came of each.

    ``dry_run`` sends nothing but reads. Raises FabnumError; what was done until then stays done.
    """
    _check_names(wanted)
    for organisation in wanted:
        yield _Pushing(grafana, organisation, prune=prune, pause=pause).run(dry_run=dry_run)


class _Pushing:
    """The way of one organisation."""

    def __init__(
        self, grafana: Grafana, wanted: Wanted, *, prune: bool, pause: Callable[[float], None]
    ) -> None:
        self._grafana = grafana
        self._wanted = wanted
        self._prune = prune
        self._pause = pause
        self._steps: list[Step] = []
        self._troubles: dict[str, None] = {}

    def run(self, *, dry_run: bool) -> Done:
        """Do it, or only find out what there is to do."""
        name = self._wanted.name
        number, entry = _find(self._grafana, name)
        if dry_run:
            return self._look(number, entry)
        for attempt in range(1, CONFLICTS + 1):
            try:
                number = _enter(self._grafana, name, number, entry)
                place = Organisation(self._grafana, number)
                self._carry_out(place)
                return self._done(place, entry)
            except ConflictError:
                if attempt == CONFLICTS:
                    raise
                number, entry = _find(self._grafana, name)
        raise AssertionError("the last attempt returns or raises")

    def _look(self, number: int | None, entry: Verb | None) -> Done:
        """Compare without changing anything; who may not enter sees nothing yet."""
        if entry == "change" or number is None:
            parts = () if number is not None else self._wanted.parts
            steps = [step for part in parts for step in plan(part, {}, prune=self._prune)]
            return Done(self._wanted.name, entry, tuple(steps))
        place = Organisation(self._grafana, number)
        for part in self._wanted.parts:
            self._steps += self._plan(place, part)
        return self._done(place, entry)

    def _done(self, place: Organisation, entry: Verb | None) -> Done:
        self._try_database(place)
        public, troubles = self._public(place), tuple(self._troubles)
        return Done(self._wanted.name, entry, tuple(self._steps), public, troubles)

    def _try_database(self, place: Organisation) -> None:
        """Ask Grafana whether it can read the database: from there its address may be another."""
        try:
            place.find(address("datasources", "uid", SOURCE_UID, "health"))
        except FabnumError as error:
            reason = _("Grafana cannot read the database: {reason}", reason=error.cause)
            action = _("Correct influx_url in [grafana] of fabnum.toml, then push again.")
            self._troubles[f"{reason} {action}"] = None

    def _carry_out(self, place: Organisation) -> None:
        """Make and change in the order of the parts, then remove in the opposite one."""
        surplus: list[Step] = []
        for part in self._wanted.parts:
            for step in self._plan(place, part):
                if step.wanted is None:
                    surplus.append(step)
                else:
                    self._do(place, step)
        for step in reversed(surplus):
            self._do(place, step)

    def _plan(self, place: Organisation, part: Part) -> list[Step]:
        return plan(part, part.kind.read(place, part.wanted), prune=self._prune)

    def _do(self, place: Organisation, step: Step) -> None:
        try:
            if step.verb == "remove":
                step.kind.remove(place, step.key, step.found or {})
            elif step.wanted is not None:
                self._write(place, step, step.wanted)
        except SwitchedOffError as error:
            self._troubles[str(error)] = None
        else:
            self._steps.append(step)

    def _write(self, place: Organisation, step: Step, wanted: Json) -> None:
        """Write it; wait where Grafana is still preparing a new organisation."""
        waited = 0.0
        while True:
            try:
                step.kind.write(place, step.key, wanted, step.found)
            except NotReadyError:
                if waited >= READY_AFTER_S:
                    raise
                self._pause(READY_EVERY_S)
                waited += READY_EVERY_S
            else:
                return

    def _public(self, place: Organisation) -> dict[str, str]:
        return {
            board: public_address(self._grafana.url, found)
            for part in self._wanted.parts
            if isinstance(part.kind, PublicBoards)
            for board, found in part.kind.read(place, part.wanted).items()
            if found.get("isEnabled")
        }


def _check_names(wanted: Sequence[Wanted]) -> None:
    """Refuse two of one name: the second would get the first one's boards and readers."""
    names = [organisation.name.casefold() for organisation in wanted]
    for organisation in wanted:
        if names.count(organisation.name.casefold()) > 1:
            raise FabnumError(
                _("Two organisations of Grafana would be called “{name}”.", name=organisation.name),
                _("Give the site and each town a name of its own in fabnum.toml."),
            )


def _find(grafana: Grafana, name: str) -> tuple[int | None, Verb | None]:
    """Return the number of an organisation, and what it takes to get in.

    That is to ``make`` it, to ``change`` who administers it, or nothing.
    """
    numbers = {str(org["name"]): int(org["id"]) for org in _all_organisations(grafana)}
    number = numbers.get(name)
    if number is None:
        return None, "make"
    ours = grafana.get(address("user", "orgs"))
    roles = {int(org["orgId"]): org.get("role") for org in ours}
    return number, None if roles.get(number) == "Admin" else "change"


def _all_organisations(grafana: Grafana) -> Iterator[Json]:
    page = 0
    while True:
        found = grafana.get(address("orgs", perpage=_PAGE, page=page))
        yield from found
        if len(found) < _PAGE:
            return
        page += 1


def _enter(grafana: Grafana, name: str, number: int | None, entry: Verb | None) -> int:
    """Make the organisation, or become one of its administrators, where that is needed."""
    if number is None:
        return int(grafana.send("POST", address("orgs"), {"name": name})["orgId"])
    if entry == "change":
        users = grafana.get(address("orgs", str(number), "users"))
        ours = [user for user in users if user.get("login") == grafana.user]
        if ours:
            path = address("orgs", str(number), "users", str(ours[0]["userId"]))
            grafana.send("PATCH", path, {"role": "Admin"})
        else:
            body = {"loginOrEmail": grafana.user, "role": "Admin"}
            grafana.send("POST", address("orgs", str(number), "users"), body)
    return number
