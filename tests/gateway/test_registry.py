import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from gateway.registry import RESERVED, NameTakenError, Registry
from gateway.registry_schema import VERSION
from gateway.wording import Wording
from kit.errors import FabnumError
from kit.names import DeviceKey
from tests.gateway.frames import AIR, HEM, an_air


def test_a_device_is_found_as_it_was_added(registry: Registry) -> None:
    registry.add(an_air(place_name="Salle d’arts « Ma Lampe »"))
    found = registry.find(AIR)
    assert found is not None
    assert found.key == AIR
    assert found.place_name == "Salle d’arts « Ma Lampe »"
    assert found.created > 0
    assert found.catalogue().id == "air"


def test_the_same_id_may_exist_in_two_towns(registry: Registry) -> None:
    registry.add(an_air(AIR))
    registry.add(an_air(HEM))
    assert [device.key for device in registry.all()] == [AIR, HEM]


def test_a_name_can_be_taken_once(registry: Registry) -> None:
    registry.add(an_air())
    with pytest.raises(FabnumError) as raised:
        registry.add(an_air(name="Another"))
    assert raised.value.action
    assert [device.name for device in registry.all()] == ["Air 1"]


@pytest.mark.parametrize("name", ["", "Air", "a b", "a/b", "a_b", "x" * 33, "é", "+", "a\n"])
def test_a_name_that_is_no_slug_is_refused(registry: Registry, name: str) -> None:
    for device in (
        an_air(DeviceKey("gonesse", name)),
        an_air(DeviceKey(name, "air-1")),
        an_air(place=name),
    ):
        with pytest.raises(FabnumError):
            registry.add(device)
    assert registry.all() == []


def test_a_build_that_is_not_in_the_catalogue_is_refused(registry: Registry) -> None:
    with pytest.raises(FabnumError):
        registry.add(an_air(build="submarine"))
    assert registry.all() == []


def test_a_revoked_device_is_kept_but_not_listed(registry: Registry) -> None:
    registry.add(an_air())
    registry.revoke(AIR)
    assert registry.all() == []
    (revoked,) = registry.all(revoked=True)
    assert revoked.revoked is not None
    assert registry.find(AIR) == revoked


def test_a_device_cannot_be_revoked_twice_or_without_existing(registry: Registry) -> None:
    registry.add(an_air())
    registry.revoke(AIR)
    for key in (AIR, HEM):
        with pytest.raises(FabnumError):
            registry.revoke(key)


def test_credentials_and_what_a_lamp_follows_can_be_changed(registry: Registry) -> None:
    registry.add(an_air())
    registry.set_credentials(AIR, bcrypt_hash="b", pbkdf2_hash="p")
    registry.set_follow(AIR, "air-2/co2")
    found = registry.find(AIR)
    assert found is not None
    assert (found.bcrypt_hash, found.pbkdf2_hash, found.follow) == ("b", "p", "air-2/co2")


def test_the_version_changes_with_every_change_and_only_then(registry: Registry) -> None:
    versions = [registry.version()]
    assert registry.version() == versions[0]
    registry.add(an_air())
    versions.append(registry.version())
    registry.set_follow(AIR, "x/y")
    versions.append(registry.version())
    registry.revoke(AIR)
    versions.append(registry.version())
    assert len(set(versions)) == 4


def test_the_version_tells_of_changes_by_another_process(
    registry: Registry, tmp_path: Path
) -> None:
    other = Registry(tmp_path / "registry.sqlite")
    before = registry.version()
    other.add(an_air())
    assert registry.version() != before
    assert [device.key for device in registry.all()] == [AIR]
    other.close()


def test_what_was_added_is_there_after_a_restart(tmp_path: Path) -> None:
    for number in range(3):
        registry = Registry(tmp_path / "registry.sqlite")
        assert len(registry.all()) == number
        registry.add(an_air(DeviceKey("gonesse", f"air-{number}")))
        registry.close()


# --- the words that pages have for themselves ----------------------------------------------------


@pytest.mark.parametrize("name", RESERVED)
def test_no_object_is_called_like_a_page(registry: Registry, name: str) -> None:
    with pytest.raises(FabnumError, match=name):
        registry.add(an_air(DeviceKey("gonesse", name)))
    with pytest.raises(FabnumError, match=name):
        registry.expect([an_air(DeviceKey("gonesse", name))])
    assert registry.names("gonesse") == set()


# --- objects whose boards are still to come ------------------------------------------------------


def awaited(number: int) -> DeviceKey:
    return DeviceKey("gonesse", f"air-{number}")


def test_an_awaited_object_is_no_device(registry: Registry) -> None:
    registry.expect([an_air(awaited(2)), an_air(awaited(1))])
    assert registry.all(revoked=True) == []
    assert registry.find(awaited(1)) is None
    assert [device.key for device in registry.awaited()] == [awaited(2), awaited(1)]
    assert registry.names("gonesse") == {"air-1", "air-2"}


def test_a_list_is_taken_whole_or_not_at_all(registry: Registry) -> None:
    registry.add(an_air(awaited(2)))
    version = registry.version()
    with pytest.raises(NameTakenError):
        registry.expect([an_air(awaited(1)), an_air(awaited(2)), an_air(awaited(3))])
    assert registry.awaited() == []
    assert registry.version() == version


def test_an_awaited_name_is_taken(registry: Registry) -> None:
    registry.expect([an_air()])
    for act in (lambda: registry.add(an_air()), lambda: registry.expect([an_air()])):
        with pytest.raises(NameTakenError):
            act()


def test_an_awaited_object_becomes_a_device_once(registry: Registry) -> None:
    registry.expect([an_air(cohort="2026-A")])
    (expected,) = registry.awaited()
    registry.admit(expected)
    with pytest.raises(NameTakenError):
        registry.admit(expected)
    assert registry.awaited() == []
    (device,) = registry.all()
    assert (device.key, device.cohort) == (AIR, "2026-A")


def test_of_many_boards_at_once_each_gets_an_object_of_its_own(tmp_path: Path) -> None:
    first = Registry(tmp_path / "registry.sqlite")
    first.expect([an_air(awaited(number)) for number in range(8)])
    got: list[DeviceKey] = []

    def take() -> None:
        own = Registry(tmp_path / "registry.sqlite")
        for device in own.awaited():
            try:
                own.admit(device)
            except NameTakenError:
                continue
            got.append(device.key)
            break
        own.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(awaited(number) for number in range(8))
    first.close()


def test_an_object_can_be_taken_off_the_list(registry: Registry) -> None:
    registry.expect([an_air()])
    registry.keep_setup_code(AIR, "12345678")
    registry.expect_no_more(AIR)
    assert registry.awaited() == []
    assert registry.setup_code(AIR) == ""
    with pytest.raises(FabnumError):
        registry.expect_no_more(AIR)


# --- the code of an object's own Wi-Fi -----------------------------------------------------------


def test_the_first_setup_code_stays(registry: Registry) -> None:
    assert registry.setup_code(AIR) == ""
    assert registry.keep_setup_code(AIR, "11111111") == "11111111"
    assert registry.keep_setup_code(AIR, "22222222") == "11111111"


def test_a_device_does_not_carry_its_setup_code(registry: Registry) -> None:
    registry.add(an_air())
    registry.keep_setup_code(AIR, "31415926")
    assert "31415926" not in repr(registry.find(AIR))


def test_the_file_is_closed_to_other_users(tmp_path: Path) -> None:
    Registry(tmp_path / "registry.sqlite").close()
    assert stat.S_IMODE((tmp_path / "registry.sqlite").stat().st_mode) == 0o600


# --- older and newer files -----------------------------------------------------------------------

FIRST_SCHEMA = """
CREATE TABLE devices (
    town TEXT NOT NULL, device TEXT NOT NULL, build TEXT NOT NULL, place TEXT NOT NULL,
    place_name TEXT NOT NULL, name TEXT NOT NULL, follow TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL, revoked REAL, bcrypt_hash TEXT NOT NULL, pbkdf2_hash TEXT NOT NULL,
    PRIMARY KEY (town, device)
) WITHOUT ROWID;
INSERT INTO devices VALUES
    ('gonesse', 'air-1', 'air', 'salle', 'Salle 1', 'Air 1', '', 1763700000, NULL, 'b1', 'p1'),
    ('gonesse', 'air-2', 'air', 'salle', 'Salle 2', 'Air 2', 'air-1/co2', 1, 1763800000, 'b', 'p');
"""


def test_a_registry_of_before_keeps_every_object_and_its_access(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(FIRST_SCHEMA)
    path.chmod(0o644)
    for _ in range(2):
        registry = Registry(path)
        first, second = registry.all(revoked=True)
        assert (first.key, first.bcrypt_hash, first.created) == (AIR, "b1", 1763700000)
        assert (second.follow, second.revoked) == ("air-1/co2", 1763800000)
        assert (first.cohort, first.workshop, first.origin) == ("", "", "")
        assert registry.setup_code(AIR) == ""
        registry.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_registry_of_before_the_questions_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    before = Registry(path)
    before.add(an_air())
    before.close()
    with sqlite3.connect(path) as old:
        old.executescript("DROP TABLE wordings; PRAGMA user_version = 2;")
    registry = Registry(path)
    assert [device.key for device in registry.all()] == [AIR]
    assert registry.wordings() == {}
    registry.set_wording(AIR, Wording({"fr": "Ça va ?"}, ({"fr": "Oui"}, {"fr": "Non"}), 5.0))
    registry.close()
    with sqlite3.connect(path) as after:
        assert after.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_question_is_found_as_it_was_set(registry: Registry) -> None:
    assert registry.wording(AIR) is None
    wording = Wording({"fr": "Ça va ?", "en": "All well?"}, ({"fr": "Oui"}, {"fr": "Non"}), 7.5)
    version = registry.version()
    registry.set_wording(AIR, wording)
    assert registry.version() != version
    assert registry.wording(AIR) == wording
    assert registry.wordings() == {AIR: wording}
    registry.set_wording(AIR, None)
    assert registry.wordings() == {}


def test_an_upgrade_that_fails_leaves_the_old_registry(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(FIRST_SCHEMA + "CREATE TABLE setup_codes (wrong);")
    with pytest.raises(sqlite3.OperationalError):
        Registry(path)
    with sqlite3.connect(path) as after:
        assert after.execute("PRAGMA user_version").fetchone() == (0,)
        assert len(after.execute("SELECT * FROM devices").fetchone()) == 11


def test_a_registry_of_a_newer_kit_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    Registry(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(FabnumError, match=r"registry\.sqlite"):
        Registry(path)


def test_a_change_that_fails_half_way_leaves_nothing(registry: Registry) -> None:
    registry.add(an_air())
    with pytest.raises(FabnumError):
        registry.hand_over(HEM, an_air(DeviceKey("hem", "air-7")))
    assert [device.key for device in registry.all(revoked=True)] == [AIR]
    registry.add(an_air(HEM))  # and the next change is not in its way
