"""InfluxDB 1: databases with a retention policy, accounts with rights to one database each.

Source: "Authentication and authorization in InfluxDB" and "Manage your database using InfluxQL",
InfluxDB 1.x documentation. All statements are those of 1.6, which Debian packages.
"""

import secrets
from collections.abc import Mapping, Set
from functools import partial
from typing import Any

from dashboards.influxql import identifier, literal
from gateway.influx.setup.isolation import opens_more
from gateway.influx.setup.model import ADMIN, READERS, WRITER, Changes, Wish, kept
from gateway.influx.setup.retention import DAY_S, differs, keeps
from gateway.influx.setup.talk import Talk
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder

_UNITS = {"h": 3600, "m": 60, "s": 1}


class SetupVersion1:
    """Makes what is missing on an InfluxDB 1 server."""

    def __init__(self, url: str, folder: DataFolder, wish: Wish, changes: Changes) -> None:
        self._url = url
        self._folder = folder
        self._wish = wish
        self._changes = changes
        self._login = kept(folder, ADMIN)
        self._talk = Talk(url, self._login)
        self._awaits_admin = False
        """There is no administrator yet, and only showing what would be done makes none."""

    def run(self) -> None:
        """Make it. Raises FabnumError where the server refuses or a person has to decide."""
        open_to_all = self._is_open_to_all()
        self._ensure_admin()
        for database in self._wish.databases:
            self._ensure_database(database)
        writes = dict.fromkeys(self._wish.databases, "WRITE")
        self._ensure_account(WRITER, self._wish.writer, writes)
        for town in self._wish.all:
            reads = {self._wish.database(town): "READ"}
            self._ensure_account(READERS + town, self._wish.reader(town), reads)
        if open_to_all:
            self._changes.notes.append(
                _(
                    "The server has “auth-enabled = false”: whoever reaches it reads everything, "
                    "each town the others too. Write “auth-enabled = true” under [http] in "
                    "/etc/influxdb/influxdb.conf, and start InfluxDB again."
                )
            )
        self._talk.close()

    # --- the administrator -----------------------------------------------------------------------

    def _is_open_to_all(self) -> bool:
        """Whether the server answers without asking who it is."""
        nobody = Talk(self._url)
        answer = nobody.form("/query", {"q": "SHOW DATABASES"})
        nobody.close()
        return answer.status == 200 and not answer.words

    def _ensure_admin(self) -> None:
        answer = self._talk.form("/query", {"q": "SHOW USERS"})
        # A server that asks for accounts and has none lets nobody do anything but make the first.
        is_first = answer.status == 403 and "create admin user" in answer.words
        if not is_first:
            if answer.status == 401 and not self._login:
                raise FabnumError(
                    _("InfluxDB at {url} asks who this is.", url=self._url),
                    _("Put user:password of its administrator in secrets/influx-admin."),
                )
            if answer.status != 200:
                raise self._talk.wrong(answer)
            if any(admin for _name, admin in _rows(answer.json)):
                return
        self._awaits_admin = is_first and self._changes.dry_run
        login = self._login or f"{self._wish.prefix}_admin:{secrets.token_urlsafe(24)}"
        name, _colon, password = login.partition(":")

        def create() -> None:
            # Kept first: a password that only the server knows would be lost.
            self._folder.keep_secret(ADMIN, login)
            self._do(
                f"CREATE USER {identifier(name)} WITH PASSWORD {literal(password)}"
                " WITH ALL PRIVILEGES"
            )
            self._talk.close()
            self._talk = Talk(self._url, login)

        self._changes.make(_("the administrator’s account “{name}”", name=name), create)

    # --- databases -------------------------------------------------------------------------------

    def _ensure_database(self, name: str) -> None:
        days = self._wish.keep_days
        if name not in {row[0] for row in self._ask("SHOW DATABASES")}:
            duration = f"{days}d" if days else "INF"
            self._changes.make(
                _("the database “{name}”, {kept}", name=name, kept=keeps(days)),
                lambda: self._do(
                    f"CREATE DATABASE {identifier(name)} WITH DURATION {duration}"
                    ' REPLICATION 1 NAME "autogen"'
                ),
            )
            return
        policy, seconds = self._policy(name)
        if seconds == days * DAY_S:
            return
        if not self._wish.insist:
            self._changes.notes.append(differs(name, seconds // DAY_S))
            return
        self._changes.make(
            _("“{name}” now: {kept}", name=name, kept=keeps(days)),
            lambda: self._do(
                f"ALTER RETENTION POLICY {identifier(policy)} ON {identifier(name)}"
                f" DURATION {f'{days}d' if days else 'INF'} SHARD DURATION 0s"
            ),
        )

    def _policy(self, database: str) -> tuple[str, int]:
        """Return the default retention policy, and how many seconds it keeps (0: for good)."""
        rows = self._ask(f"SHOW RETENTION POLICIES ON {identifier(database)}")
        default = next((row for row in rows if row[-1]), None)
        return (str(default[0]), _seconds(str(default[1]))) if default else ("autogen", 0)

    # --- accounts --------------------------------------------------------------------------------

    def _ensure_account(self, secret: str, usual: str, rights: Mapping[str, str]) -> None:
        """Make the account of a secret, with these rights and, of a reader, no others."""
        login = kept(self._folder, secret) or f"{usual}:{secrets.token_urlsafe(24)}"
        name, colon, password = login.partition(":")
        if not colon:
            raise FabnumError(
                _("The secret {name} is no user:password, as InfluxDB 1 needs it.", name=secret),
                _("Delete that file and run “fabnum influx setup” again: it makes an account."),
            )
        users = dict(self._ask("SHOW USERS"))
        is_ours, is_reader = name == usual, secret != WRITER
        if name not in users:
            self._changes.make(
                _("the account “{name}”, its password in secrets/{file}", name=name, file=secret),
                lambda: self._create(secret, login, name, password),
            )
            self._changes.new_writer |= not is_reader
        elif is_ours and not self._opens(login):
            self._changes.make(
                _("the password of “{name}”, again that in secrets/{file}", name=name, file=secret),
                lambda: self._renew(secret, login, name, password),
            )
            self._changes.new_writer |= not is_reader
        elif users[name]:
            if is_reader:
                raise opens_more(secret, list(self._wish.databases))
            return  # an administrator may write everywhere
        has = self._rights(name) if name in users else {}
        for database, right in rights.items():
            enough = {right} if is_reader else {right, "ALL PRIVILEGES"}
            if has.get(database) not in enough:
                self._grant(name, database, right)
        if is_reader:
            self._take_back(secret, name, is_ours=is_ours, more=has.keys() - rights.keys())

    def _grant(self, name: str, database: str, right: str) -> None:
        said = (
            _("“{name}” may read “{database}”", name=name, database=database)
            if right == "READ"
            else _("“{name}” may write to “{database}”", name=name, database=database)
        )
        # What it had before on that database is replaced.
        self._changes.make(
            said,
            lambda: self._do(f"GRANT {right} ON {identifier(database)} TO {identifier(name)}"),
        )

    def _take_back(self, secret: str, name: str, *, is_ours: bool, more: Set[str]) -> None:
        """End rights to other databases than its own. Who made the account decides, if not us."""
        if more and not is_ours:
            raise opens_more(secret, sorted(more))
        for database in sorted(more):
            statement = f"REVOKE ALL PRIVILEGES ON {identifier(database)} FROM {identifier(name)}"
            self._changes.make(
                _("“{name}” has no right to “{database}” any more", name=name, database=database),
                partial(self._do, statement),
            )

    def _create(self, secret: str, login: str, name: str, password: str) -> None:
        self._folder.keep_secret(secret, login)
        self._do(f"CREATE USER {identifier(name)} WITH PASSWORD {literal(password)}")

    def _renew(self, secret: str, login: str, name: str, password: str) -> None:
        self._folder.keep_secret(secret, login)
        self._do(f"SET PASSWORD FOR {identifier(name)} = {literal(password)}")

    def _opens(self, login: str) -> bool:
        """Whether the server knows this account by this password (one without accounts: yes)."""
        own = Talk(self._url, login)
        answer = own.form("/query", {"q": "SHOW DATABASES"})
        own.close()
        return answer.status != 401

    def _rights(self, name: str) -> dict[str, str]:
        rows = self._ask(f"SHOW GRANTS FOR {identifier(name)}")
        return {database: right for database, right in rows if right != "NO PRIVILEGES"}

    # --- statements ------------------------------------------------------------------------------

    def _ask(self, statement: str) -> list[list[Any]]:
        """Return the rows of an answer."""
        if self._awaits_admin:
            return []
        answer = self._talk.form("/query", {"q": statement})
        if answer.status != 200 or answer.words:
            raise self._talk.wrong(answer)
        return _rows(answer.json)

    def _do(self, statement: str) -> None:
        self._ask(statement)


def _rows(answer: Any) -> list[list[Any]]:
    """Return the rows of the first series; none if there is none."""
    series = answer["results"][0].get("series", [])
    return series[0].get("values", []) if series else []


def _seconds(duration: str) -> int:
    """Return the seconds of a duration as InfluxDB 1 writes it: ``9600h0m0s``."""
    total, digits = 0, ""
    for character in duration:
        if character.isdecimal():
            digits += character
        else:
            total += int(digits) * _UNITS[character]
            digits = ""
    return total
