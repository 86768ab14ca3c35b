"""`fabnum influx setup` against servers that answer as InfluxDB 3 Core and Enterprise document."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.influx.reader import Reader
from gateway.influx.setup import set_up
from kit.errors import FabnumError
from kit.settings import DataFolder, Settings, load
from tests.dashboards.influx.influx3 import Influx3, Permission, influx3
from tests.dashboards.influx.site import make_site
from tests.gateway.influx_servers import Failing

DATABASES = ("fabnum__site", "fabnum_gonesse", "fabnum_hem")
Site = tuple[Settings, DataFolder]


@pytest.fixture
def core() -> Influx3:
    return Influx3("Core")


@pytest.fixture
def enterprise() -> Influx3:
    return Influx3("Enterprise")


@pytest.fixture
def core_site(tmp_path: Path, core: Influx3) -> Iterator[Site]:
    with influx3(core) as server:
        yield make_site(tmp_path / "site", server.url)


@pytest.fixture
def enterprise_server(enterprise: Influx3) -> Iterator[Failing]:
    with influx3(enterprise) as server:
        yield server


@pytest.fixture
def enterprise_site(tmp_path: Path, enterprise_server: Failing) -> Site:
    return make_site(tmp_path / "site", enterprise_server.url)


def kept(site: Site) -> dict[str, str]:
    return {path.name: path.read_text() for path in site[1].secrets.iterdir()}


def test_core_gets_databases_and_no_town_a_secret(core: Influx3, core_site: Site) -> None:
    changes = set_up(*core_site)
    assert {name: core.databases[name] for name in DATABASES} == dict.fromkeys(DATABASES, "400d")
    assert kept(core_site).keys() == {"influx-admin", "influx-token", "influx-read-_site"}
    assert ["3 Enterprise" in note for note in changes.notes] == [True]
    assert len(set(kept(core_site).values())) == 3


def test_core_a_second_run_changes_nothing_and_says_the_same(
    core: Influx3, core_site: Site
) -> None:
    first = set_up(*core_site)
    before = kept(core_site)
    core.changed.clear()
    again = set_up(*core_site)
    assert (again.made, again.notes) == ([], first.notes)
    assert core.changed == []
    assert kept(core_site) == before


def test_core_refuses_an_administrator_s_token_as_a_town_s_secret(
    core: Influx3, core_site: Site
) -> None:
    set_up(*core_site)
    core_site[1].keep_secret("influx-read-hem", core.tokens["_admin"])
    with pytest.raises(FabnumError, match="influx-read-hem"):
        set_up(*core_site)


def test_core_has_room_for_five_databases_and_says_so(core: Influx3, core_site: Site) -> None:
    _settings, folder = core_site
    more = "".join(f'\n[[towns]]\nid = "t{n}"\nname = "T{n}"\n' for n in range(3))
    folder.settings.write_text(folder.settings.read_text() + more)
    with pytest.raises(FabnumError, match="limit of 5 databases"):
        set_up(load(folder), folder)


def test_core_a_dry_run_of_a_new_server_makes_nothing(core: Influx3, core_site: Site) -> None:
    shown = set_up(*core_site, dry_run=True)
    assert core.changed == []
    assert not core_site[1].secrets.exists()
    assert set_up(*core_site).made == shown.made


def test_enterprise_gives_each_town_a_token_for_its_database(
    enterprise: Influx3, enterprise_server: Failing, enterprise_site: Site
) -> None:
    changes = set_up(*enterprise_site)
    assert changes.notes == []
    secrets = kept(enterprise_site)
    for town in ("gonesse", "hem", "_site"):
        name = enterprise.name_of(secrets[f"influx-read-{town}"])
        assert enterprise.permissions[name] == [Permission("db", [f"fabnum_{town}"], ["read"])]
        reader = Reader(enterprise_server.url, secrets[f"influx-read-{town}"])
        assert [d for d in DATABASES if reader.may_read(d)] == [f"fabnum_{town}"]
    writer = enterprise.permissions[enterprise.name_of(secrets["influx-token"])]
    assert sorted(one.resource_names[0] for one in writer) == sorted(DATABASES)
    assert all("write" in one.actions for one in writer)
    assert set_up(*enterprise_site).made == []


def test_a_new_town_gets_its_own_token_and_the_gateway_one_for_all(
    enterprise: Influx3, enterprise_site: Site
) -> None:
    _settings, folder = enterprise_site
    set_up(*enterprise_site)
    before = kept(enterprise_site)
    more = '\n[[towns]]\nid = "arnouville"\nname = "Arnouville"\n'
    folder.settings.write_text(folder.settings.read_text() + more)
    changes = set_up(load(folder), folder)
    after = kept(enterprise_site)
    assert changes.new_writer
    writer = enterprise.permissions[enterprise.name_of(after["influx-token"])]
    assert "fabnum_arnouville" in [one.resource_names[0] for one in writer]
    assert before["influx-token"] not in enterprise.tokens.values()
    assert after["influx-read-hem"] == before["influx-read-hem"]


def test_enterprise_refuses_a_secret_that_opens_other_towns(
    enterprise: Influx3, enterprise_site: Site
) -> None:
    set_up(*enterprise_site)
    enterprise_site[1].keep_secret("influx-read-hem", enterprise.tokens["_admin"])
    with pytest.raises(FabnumError, match=r"influx-read-hem.*fabnum_gonesse"):
        set_up(*enterprise_site)


def test_a_lost_secret_is_replaced_and_the_old_token_ends(
    enterprise: Influx3, enterprise_site: Site
) -> None:
    set_up(*enterprise_site)
    before = kept(enterprise_site)["influx-read-hem"]
    (enterprise_site[1].secrets / "influx-read-hem").unlink()
    assert len(set_up(*enterprise_site).made) == 1
    assert before not in enterprise.tokens.values()


def test_a_server_that_has_its_administrator_asks_for_the_token(
    enterprise: Influx3, enterprise_site: Site
) -> None:
    enterprise.tokens["_admin"] = "apiv3_of_somebody"
    with pytest.raises(FabnumError, match="secrets/influx-admin"):
        set_up(*enterprise_site)
    enterprise_site[1].keep_secret("influx-admin", "apiv3_of_somebody")
    set_up(*enterprise_site)


def test_retention_is_changed_when_asked_for(enterprise: Influx3, enterprise_site: Site) -> None:
    set_up(*enterprise_site)
    set_up(*enterprise_site, keep_days=30)
    assert {enterprise.databases[name] for name in DATABASES} == {"30d"}
    set_up(*enterprise_site, keep_days=0)
    assert {enterprise.databases[name] for name in DATABASES} == {None}
