from pathlib import Path

import pytest

from gateway.registry import Registry
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
