"""`fabnum influx setup` against a server that keeps to the contract of InfluxDB 2."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.influx.setup import set_up
from kit.errors import FabnumError
from kit.settings import DataFolder, Settings, load
from tests.dashboards.influx.influx2 import Influx2, influx2
from tests.dashboards.influx.site import make_site
from tests.gateway.influx_servers import Failing

DATABASES = ("fabnum__site", "fabnum_gonesse", "fabnum_hem")
READERS = {"gonesse": "fabnum_gonesse", "hem": "fabnum_hem", "_site": "fabnum__site"}
DAYS_400 = 400 * 86_400


@pytest.fixture
def state() -> Influx2:
    return Influx2(hashes_tokens=True)


@pytest.fixture
def server(state: Influx2) -> Iterator[Failing]:
    with influx2(state) as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, server: Failing) -> tuple[Settings, DataFolder]:
    return make_site(tmp_path / "site", server.url)


def kept(site: tuple[Settings, DataFolder]) -> dict[str, str]:
    return {path.name: path.read_text() for path in site[1].secrets.iterdir()}


def test_a_new_server_gets_a_user_buckets_mappings_and_tokens_for_one_thing_each(
    state: Influx2, site: tuple[Settings, DataFolder]
) -> None:
    changes = set_up(*site)
    assert changes.new_writer
    assert sorted(bucket["name"] for bucket in state.buckets) == sorted(DATABASES)
    assert {name: state.kept(name) for name in DATABASES} == dict.fromkeys(DATABASES, DAYS_400)
    assert sorted(mapping["database"] for mapping in state.mappings) == sorted(DATABASES)
    assert all(m["default"] and m["retention_policy"] == "autogen" for m in state.mappings)
    secrets = kept(site)
    assert state.rights(secrets["influx-token"]) == {("write", name) for name in DATABASES}
    for town, database in READERS.items():
        assert state.rights(secrets[f"influx-read-{town}"]) == {("read", database)}
    assert ("write", "*") in state.rights(secrets["influx-admin"])


@pytest.mark.parametrize("hashes_tokens", [True, False])
def test_a_second_run_asks_and_changes_nothing(
    state: Influx2, site: tuple[Settings, DataFolder], hashes_tokens: bool
) -> None:
    state.hashes_tokens = hashes_tokens  # as from 2.9 on, and as before
    set_up(*site)
    before = kept(site)
    state.changed.clear()
    changes = set_up(*site)
    assert (changes.made, changes.notes, changes.new_writer) == ([], [], False)
    assert state.changed == []
    assert kept(site) == before


def test_a_dry_run_changes_nothing_and_says_what_a_real_one_does(
    state: Influx2, site: tuple[Settings, DataFolder]
) -> None:
    shown = set_up(*site, dry_run=True)
    assert state.changed == []
    assert not site[1].secrets.exists()
    made = set_up(*site)
    # The organisation and the first bucket come with the first user.
    assert set(made.made) <= set(shown.made)
    state.buckets = [bucket for bucket in state.buckets if bucket["name"] != "fabnum_hem"]
    state.mappings = [one for one in state.mappings if one["database"] != "fabnum_hem"]
    state.changed.clear()
    assert all(
        "fabnum_hem" in line or "influx-" in line for line in set_up(*site, dry_run=True).made
    )
    assert state.changed == []


def test_a_server_somebody_set_up_asks_for_the_administrator_s_token(
    state: Influx2, site: tuple[Settings, DataFolder]
) -> None:
    state.set_up_by_hand("all-access", organisation="ville")
    with pytest.raises(FabnumError, match="secrets/influx-admin"):
        set_up(*site)
    site[1].keep_secret("influx-admin", "wrong")
    with pytest.raises(FabnumError, match="secrets/influx-admin"):
        set_up(*site)
    site[1].keep_secret("influx-admin", "all-access")
    set_up(*site)
    assert [one["name"] for one in state.organisations] == ["ville", "fabnum"]
    assert kept(site)["influx-admin"] == "all-access"


@pytest.mark.parametrize(
    "path", ["/api/v2/setup", "/api/v2/buckets", "/api/v2/dbrps", "/api/v2/authorizations"]
)
def test_a_setup_that_failed_half_way_is_repeated(
    state: Influx2, site: tuple[Settings, DataFolder], path: str
) -> None:
    state.fail_at = path
    with pytest.raises(FabnumError, match="500"):
        set_up(*site)
    set_up(*site)
    assert sorted(bucket["name"] for bucket in state.buckets) == sorted(DATABASES)
    for town, database in READERS.items():
        assert state.rights(kept(site)[f"influx-read-{town}"]) == {("read", database)}
    assert set_up(*site).made == []


def test_a_new_town_gets_its_own_and_the_gateway_a_token_for_all(
    state: Influx2, site: tuple[Settings, DataFolder]
) -> None:
    settings, folder = site
    set_up(settings, folder)
    before = kept(site)
    text = folder.settings.read_text() + '\n[[towns]]\nid = "arnouville"\nname = "Arnouville"\n'
    folder.settings.write_text(text)

    changes = set_up(load(folder), folder)
    after = kept(site)
    assert changes.new_writer
    assert state.rights(after["influx-token"]) == {
        ("write", name) for name in (*DATABASES, "fabnum_arnouville")
    }
    assert state.rights(before["influx-token"]) == set()  # the old one is gone
    assert state.rights(after["influx-read-arnouville"]) == {("read", "fabnum_arnouville")}
    assert after["influx-read-hem"] == before["influx-read-hem"]


def test_a_token_that_was_deleted_or_switched_off_is_made_again(
    state: Influx2, site: tuple[Settings, DataFolder]
) -> None:
    set_up(*site)
    before = kept(site)
    for one in state.authorizations:
        if one["token"] == before["influx-read-hem"]:
            one["status"] = "inactive"
    assert len(set_up(*site).made) == 1
    after = kept(site)
    assert state.rights(after["influx-read-hem"]) == {("read", "fabnum_hem")}
    assert state.rights(before["influx-read-hem"]) == set()


def test_a_secret_that_opens_more_than_its_town_is_refused(
    site: tuple[Settings, DataFolder],
) -> None:
    set_up(*site)
    site[1].keep_secret("influx-read-hem", site[1].secret("influx-admin"))
    with pytest.raises(FabnumError, match=r"influx-read-hem.*fabnum_gonesse"):
        set_up(*site)


def test_retention_of_a_bucket_that_is_there_changes_only_when_asked_for(
    state: Influx2, site: tuple[Settings, DataFolder]
) -> None:
    set_up(*site)
    state.buckets[0]["retentionRules"] = []
    changes = set_up(*site)
    assert changes.made == []
    assert len(changes.notes) == 1
    assert len(set_up(*site, keep_days=30).made) == 3
    assert {state.kept(name) for name in DATABASES} == {30 * 86_400}
    set_up(*site, keep_days=0)
    assert {state.kept(name) for name in DATABASES} == {0}


def test_a_database_mapped_to_another_bucket_is_left_to_a_person(
    state: Influx2, site: tuple[Settings, DataFolder]
) -> None:
    set_up(*site)
    other = state.buckets[0]["id"]
    next(m for m in state.mappings if m["bucketID"] != other)["bucketID"] = other
    with pytest.raises(FabnumError, match="DBRP"):
        set_up(*site)


def test_no_secret_is_in_an_address(server: Failing, site: tuple[Settings, DataFolder]) -> None:
    set_up(*site)
    for secret in kept(site).values():
        assert not any(secret in request.target for request in server.requests)
