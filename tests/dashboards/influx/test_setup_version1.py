"""`fabnum influx setup` on Debian's InfluxDB 1.6, with and without accounts."""

import base64
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.influx.reader import Reader
from gateway.influx.setup import set_up
from kit.errors import FabnumError
from kit.settings import DataFolder, Settings
from tests.dashboards.influx.site import make_site
from tests.gateway.influx_servers import Influxd, influxd, needs_influxd

pytestmark = [pytest.mark.servers, needs_influxd]

DATABASES = {"fabnum_gonesse", "fabnum_hem", "fabnum__site"}


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Influxd]:
    """A server that asks for accounts and has none yet."""
    with influxd(tmp_path / "influxd", accounts=True) as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, closed: Influxd) -> tuple[Settings, DataFolder]:
    return make_site(tmp_path / "site", closed.url)


def log_in(server: Influxd, folder: DataFolder, secret: str = "influx-admin") -> None:
    login = base64.b64encode(folder.secret(secret).encode()).decode()
    server.login = {"Authorization": f"Basic {login}"}


def rows(server: Influxd, statement: str) -> list[list[str]]:
    (series,) = server.query(statement)
    found: list[list[str]] = series.get("values", [])
    return found


def secrets_of(folder: DataFolder) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.secrets.iterdir()}


def test_a_new_server_gets_databases_retention_accounts_and_their_rights(
    closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    set_up(*site)
    log_in(closed, folder)
    assert closed.databases() == DATABASES
    for database in DATABASES:
        (policy,) = rows(closed, f'SHOW RETENTION POLICIES ON "{database}"')
        assert policy == ["autogen", "9600h0m0s", "168h0m0s", 1, True]  # 400 days, as the journal
    assert rows(closed, 'SHOW GRANTS FOR "fabnum_hem-reader"') == [["fabnum_hem", "READ"]]
    assert rows(closed, 'SHOW GRANTS FOR "fabnum__site-reader"') == [["fabnum__site", "READ"]]
    writer = rows(closed, 'SHOW GRANTS FOR "fabnum__gateway"')
    assert sorted(writer) == [[name, "WRITE"] for name in sorted(DATABASES)]
    assert secrets_of(folder).keys() == {
        "influx-admin",
        "influx-token",
        "influx-read-gonesse",
        "influx-read-hem",
        "influx-read-_site",
    }
    assert len(set(secrets_of(folder).values())) == 5
    for path in folder.secrets.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_run_changes_nothing(closed: Influxd, site: tuple[Settings, DataFolder]) -> None:
    _settings, folder = site
    set_up(*site)
    before = secrets_of(folder)
    changes = set_up(*site)
    assert (changes.made, changes.notes, changes.new_writer) == ([], [], False)
    assert secrets_of(folder) == before


def test_a_dry_run_says_what_is_missing_and_makes_nothing(
    closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    shown = set_up(*site, dry_run=True)
    assert not folder.secrets.exists()
    made = set_up(*site)
    assert shown.made == made.made
    log_in(closed, folder)
    closed.query('DROP DATABASE "fabnum_hem"')
    missing = set_up(*site, dry_run=True).made  # its rights went with it
    assert len(missing) == 3
    assert all("fabnum_hem" in line for line in missing)
    assert "fabnum_hem" not in closed.databases()


def test_what_a_person_took_away_is_made_again_and_only_that(
    closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    set_up(*site)
    log_in(closed, folder)
    closed.query('REVOKE ALL PRIVILEGES ON "fabnum_hem" FROM "fabnum_hem-reader"')
    closed.query("SET PASSWORD FOR \"fabnum_gonesse-reader\" = 'another'")
    before = secrets_of(folder)
    changes = set_up(*site)
    assert len(changes.made) == 2, changes.made
    assert secrets_of(folder) == before
    for town in ("gonesse", "hem"):
        assert Reader(closed.url, before[f"influx-read-{town}"]).may_read(f"fabnum_{town}")


def test_a_reader_that_was_given_another_town_loses_it_again(
    closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    set_up(*site)
    log_in(closed, folder)
    closed.query('GRANT READ ON "fabnum_gonesse" TO "fabnum_hem-reader"')
    closed.query('GRANT ALL ON "fabnum_hem" TO "fabnum_hem-reader"')
    changes = set_up(*site)
    assert len(changes.made) == 2, changes.made
    assert sorted(rows(closed, 'SHOW GRANTS FOR "fabnum_hem-reader"')) == [
        ["fabnum_gonesse", "NO PRIVILEGES"],
        ["fabnum_hem", "READ"],
    ]


def test_an_account_of_somebody_else_that_reads_more_is_refused_and_left_as_it_is(
    closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    set_up(*site)
    log_in(closed, folder)
    closed.query("CREATE USER elu WITH PASSWORD 'x'")
    for town in ("gonesse", "hem"):
        closed.query(f'GRANT READ ON "fabnum_{town}" TO "elu"')
    folder.keep_secret("influx-read-hem", "elu:x")
    with pytest.raises(FabnumError, match=r"influx-read-hem.*fabnum_gonesse"):
        set_up(*site)
    folder.keep_secret("influx-read-hem", folder.secret("influx-admin"))
    with pytest.raises(FabnumError, match=r"influx-read-hem.*fabnum_gonesse"):
        set_up(*site)
    assert len(rows(closed, 'SHOW GRANTS FOR "elu"')) == 2


def test_retention_of_a_database_that_is_there_changes_only_when_asked_for(
    closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    set_up(*site)
    log_in(closed, folder)
    closed.query('ALTER RETENTION POLICY "autogen" ON "fabnum_hem" DURATION INF')
    changes = set_up(*site)
    assert changes.made == []
    assert ["fabnum_hem" in note for note in changes.notes] == [True]
    assert len(set_up(*site, keep_days=30).made) == 3
    for database in DATABASES:
        assert rows(closed, f'SHOW RETENTION POLICIES ON "{database}"')[0][1] == "720h0m0s"
    assert set_up(*site, keep_days=30).made == []
    set_up(*site, keep_days=0)
    assert rows(closed, 'SHOW RETENTION POLICIES ON "fabnum_hem"')[0][1] == "0s"


def test_a_server_that_has_an_administrator_asks_for_the_secret(
    closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    closed.query("CREATE USER boss WITH PASSWORD 'right' WITH ALL PRIVILEGES")
    with pytest.raises(FabnumError, match="secrets/influx-admin"):
        set_up(*site)
    folder.keep_secret("influx-admin", "boss:wrong")
    with pytest.raises(FabnumError, match="secrets/influx-admin"):
        set_up(*site)
    folder.keep_secret("influx-admin", "boss:right")
    set_up(*site)
    log_in(closed, folder)
    assert closed.databases() == DATABASES


def test_a_server_without_accounts_says_that_everybody_reads_everything(tmp_path: Path) -> None:
    with influxd(tmp_path / "open") as server:
        settings, folder = make_site(tmp_path / "site", server.url)
        changes = set_up(settings, folder)
        assert server.databases() == DATABASES
        assert ["auth-enabled = true" in note for note in changes.notes] == [True]
        again = set_up(settings, folder)
        assert again.made == []
        assert again.notes == changes.notes


def test_passwords_are_on_no_line_of_the_server_s_log(
    tmp_path: Path, closed: Influxd, site: tuple[Settings, DataFolder]
) -> None:
    _settings, folder = site
    set_up(*site)
    log = (tmp_path / "influxd" / "log").read_text()
    for login in secrets_of(folder).values():
        assert login.partition(":")[2] not in log


def test_no_server_is_said_in_a_sentence(tmp_path: Path) -> None:
    settings, folder = make_site(tmp_path / "site", "http://127.0.0.1:1")
    with pytest.raises(FabnumError, match=r"127\.0\.0\.1:1"):
        set_up(settings, folder)
