"""With the secret of one town nothing of another can be read, written or destroyed.

On Debian's InfluxDB 1.6 with accounts, as `fabnum influx setup` leaves it, full of a week.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboards import influxql
from gateway.influx import v1
from gateway.influx.reader import MayNotError, Reader
from kit.catalogue import builds, load_build
from kit.cli.boards_organisations import organisations
from kit.signals import FEW, SITE, signals
from tests.dashboards.week import TOWNS, Week
from tests.gateway.influx_servers import needs_influxd

pytestmark = [pytest.mark.servers, needs_influxd]

Ask = Callable[[str, str], list[Any]]
ALL = (*TOWNS, SITE)
PAIRS = [(own, other) for own in TOWNS for other in ALL if own != other]


@pytest.fixture
def ask_as(week: Week) -> Iterator[Callable[[str], Ask]]:
    """Return who asks with the secret of a town; what may not be asked is an empty answer."""
    readers: dict[str, Reader] = {}

    def of(town: str) -> Ask:
        secret = week.folder.secret(f"influx-read-{town}")
        reader = readers.setdefault(town, Reader(week.server.url, secret))

        def ask(database: str, statement: str) -> list[Any]:
            try:
                answer = json.loads(reader.ask(database, statement))
            except MayNotError:
                return []
            found = [series for result in answer["results"] for series in result.get("series", [])]
            return [row for series in found for row in series.get("values", [])]

        return ask

    yield of
    for reader in readers.values():
        reader.close()


@pytest.mark.parametrize("town", ALL)
def test_a_secret_opens_its_own_database(
    week: Week, ask_as: Callable[[str], Ask], town: str
) -> None:
    quantity = "age" if town == SITE else "co2"
    assert ask_as(town)(f"fabnum_{town}", f"SELECT count(value) FROM {quantity}")


@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_no_question_of_any_board_is_answered_of_another(
    week: Week, ask_as: Callable[[str], Ask], own: str, other: str
) -> None:
    """Every question of every board, in the other's database: refused before it is looked at."""
    ask, asked = ask_as(own), 0
    bounds = influxql.between(week.start, week.end)
    for organisation in organisations(week.folder, week.settings):
        statements = {
            influxql.text(series.query, bounds)
            for board in organisation.boards()
            for panel in board.panels
            for series in panel.series
        }
        asked += len(statements)
        for statement in statements:
            assert ask(f"fabnum_{other}", statement) == [], statement
    assert asked > 100


@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_no_way_around_leads_to_another(
    week: Week, ask_as: Callable[[str], Ask], own: str, other: str
) -> None:
    ask = ask_as(own)
    for source in (
        f'"fabnum_{other}".."co2"',
        f'"fabnum_{other}"."autogen"."co2"',
        f'"fabnum_{other}".."age"',
        f'"fabnum_{other}"../.*/',
    ):
        for statement in (
            f"SELECT * FROM {source}",
            f"SELECT mean(value) FROM (SELECT value FROM {source})",
            f"SELECT value FROM co2, {source} WHERE time > now() - 8d",
            f"EXPLAIN ANALYZE SELECT * FROM {source}",
        ):
            assert ask(f"fabnum_{own}", statement) == [], statement
    for what in (
        "MEASUREMENTS",
        "SERIES",
        "TAG KEYS",
        'TAG VALUES {on} WITH KEY = "device"',
        "FIELD KEYS",
        "RETENTION POLICIES",
        "SERIES CARDINALITY",
    ):
        on = f'ON "fabnum_{other}"'
        statement = f"SHOW {what.format(on=on)}" if "{on}" in what else f"SHOW {what} {on}"
        assert ask(f"fabnum_{own}", statement) == [], statement


@pytest.mark.parametrize("town", TOWNS)
def test_a_town_learns_of_no_other_database_account_or_query(
    week: Week, ask_as: Callable[[str], Ask], town: str
) -> None:
    ask = ask_as(town)
    assert ask("", "SHOW DATABASES") == [[f"fabnum_{town}"]]
    for statement in (
        "SHOW USERS",
        'SHOW GRANTS FOR "fabnum__gateway"',
        "SHOW QUERIES",
        "SHOW STATS",
        "SHOW DIAGNOSTICS",
        "SHOW SHARDS",
        "SHOW SUBSCRIPTIONS",
        "SHOW CONTINUOUS QUERIES",
    ):
        answer = json.dumps(ask(f"fabnum_{town}", statement))
        assert not any(f"fabnum_{other}" in answer for other in ALL if other != town), statement


@pytest.mark.parametrize(("own", "other"), [*PAIRS, *((town, town) for town in TOWNS)])
def test_nobody_who_reads_may_write_or_destroy(
    week: Week, ask_as: Callable[[str], Ask], own: str, other: str
) -> None:
    before = week.query(other, "SELECT count(value) FROM /.*/")
    headers = v1.authorization(week.folder.secret(f"influx-read-{own}"))
    written = week.server.http.request(
        "POST", f"{week.server.url}/write?db=fabnum_{other}", body=b"co2 value=1", headers=headers
    )
    assert written.status == 403
    ask = ask_as(own)
    for statement in (
        f'DROP DATABASE "fabnum_{other}"',
        'DROP MEASUREMENT "co2"',
        'DELETE FROM "co2"',
        'DROP SERIES FROM "co2"',
        f'DROP RETENTION POLICY "autogen" ON "fabnum_{other}"',
        f'SELECT value INTO "fabnum_{other}".."copied" FROM "co2"',
        f'GRANT ALL ON "fabnum_{other}" TO "fabnum_{own}-reader"',
        f'GRANT ALL PRIVILEGES TO "fabnum_{own}-reader"',
        "CREATE USER me WITH PASSWORD 'x' WITH ALL PRIVILEGES",
        f"SET PASSWORD FOR \"fabnum_{other}-reader\" = 'x'",
        "KILL QUERY 1",
    ):
        assert ask(f"fabnum_{other}", statement) == [], statement
    assert week.query(other, "SELECT count(value) FROM /.*/") == before


def test_nobody_without_a_secret_reads_anything(week: Week) -> None:
    nobody = Reader(week.server.url, "")
    stranger = Reader(week.server.url, "fabnum_hem-reader:x")
    assert not any(one.may_read(f"fabnum_{town}") for one in (nobody, stranger) for town in ALL)


@pytest.mark.parametrize("town", TOWNS)
def test_no_small_count_is_in_a_town_s_database_and_the_site_s_has_them_all(
    week: Week, town: str
) -> None:
    hidden = 0
    for channel in {c.quantity: c for b in builds() for c in load_build(b).channels}.values():
        if not channel.hidden_below:
            continue
        quantity, bound = channel.quantity, channel.hidden_below
        small = f'FROM "{quantity}" WHERE value > 0 AND value < {bound}'
        assert week.query(town, f"SELECT value {small}") == []
        exact = _count(week, SITE, f"SELECT count(value) {small} AND town = '{town}'")
        few = _count(week, town, f'SELECT count(value) FROM "{quantity}{FEW}"')
        assert few == exact
        hidden += few
    assert hidden > 0  # or nothing was proved
    for signal in signals("told"):
        assert (
            week.query(town, f'SELECT value FROM "{signal.id}" WHERE value > 0 AND value < 5') == []
        )


def _count(week: Week, town: str, statement: str) -> int:
    found = week.query(town, statement)
    return int(found[0]["values"][0][1]) if found else 0
