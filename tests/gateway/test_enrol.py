"""Taking objects in and ending their access."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import bcrypt
import pytest

from gateway.enrol import enrol, hand_over, revoke, rotate
from gateway.registry import Registry
from kit.errors import FabnumError
from kit.names import DeviceKey
from tests.gateway.broker_site import an_object, settings_for

SETTINGS = settings_for(8883, names=["localhost", "127.0.0.1", "fabnum.local", "192.168.1.10"])


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    opened = Registry(tmp_path / "registry.sqlite")
    yield opened
    opened.close()


def test_a_board_gets_all_it_needs_to_connect(registry: Registry) -> None:
    enrolment = enrol(SETTINGS, registry, an_object("air-1"))
    assert json.loads(json.dumps(enrolment.configuration)) == {
        "town": "gonesse",
        "device": "air-1",
        "build": "air",
        "wifi": [],
        "broker": {
            "host": "fabnum.local",
            "port": 8883,
            "tls": True,
            "user": "gonesse_air-1",
            "password": enrolment.password,
        },
        "period": 60,
        "ntp": "pool.ntp.org",
        "deployed": False,
        "setup_code": registry.setup_code(DeviceKey("gonesse", "air-1")),
        "settings": {},
    }


def test_a_setup_code_can_be_a_wifi_password_and_outlives_a_new_one(registry: Registry) -> None:
    first = enrol(SETTINGS, registry, an_object("air-1")).configuration["setup_code"]
    second = rotate(SETTINGS, registry, DeviceKey("gonesse", "air-1")).configuration["setup_code"]
    assert first == second
    assert re.fullmatch(r"\d{8}", first)


def test_two_objects_have_two_setup_codes(registry: Registry) -> None:
    codes = {
        enrol(SETTINGS, registry, an_object(f"air-{n}")).configuration["setup_code"]
        for n in range(20)
    }
    assert len(codes) > 15


def test_an_object_that_is_handed_over_is_another_with_its_own_access(registry: Registry) -> None:
    enrol(SETTINGS, registry, an_object("air-1"))
    old, new = DeviceKey("gonesse", "air-1"), DeviceKey("hem", "air-9")
    handed = hand_over(SETTINGS, registry, old, an_object("air-9", "hem"))
    assert handed.configuration["broker"]["user"] == "hem_air-9"
    assert [device.key for device in registry.all()] == [new]
    heir = registry.successor(old)
    assert heir is not None
    assert (heir.key, heir.origin) == (new, "gonesse/air-1")


@pytest.mark.parametrize(("name", "town"), [("air-2", "hem"), ("air-9", "elsewhere")])
def test_a_hand_over_that_cannot_be_leaves_all_as_it_was(
    registry: Registry, name: str, town: str
) -> None:
    enrol(SETTINGS, registry, an_object("air-1"))
    enrol(SETTINGS, registry, an_object("air-2", "hem"))
    before = registry.all(revoked=True)
    with pytest.raises(FabnumError):
        hand_over(SETTINGS, registry, DeviceKey("gonesse", "air-1"), an_object(name, town))
    assert registry.all(revoked=True) == before


def test_the_registry_keeps_the_hash_and_not_the_password(registry: Registry) -> None:
    enrolment = enrol(SETTINGS, registry, an_object("air-1"))
    kept = registry.find(DeviceKey("gonesse", "air-1"))
    assert kept is not None
    assert enrolment.password not in repr(kept)
    assert bcrypt.checkpw(enrolment.password.encode(), kept.bcrypt_hash.encode())


def test_a_name_is_taken_once(registry: Registry) -> None:
    enrol(SETTINGS, registry, an_object("air-1"))
    before = registry.find(DeviceKey("gonesse", "air-1"))
    with pytest.raises(FabnumError, match="air-1"):
        enrol(SETTINGS, registry, an_object("air-1"))
    assert registry.find(DeviceKey("gonesse", "air-1")) == before


@pytest.mark.parametrize(
    ("town", "name", "build"),
    [("elsewhere", "air-1", "air"), ("gonesse", "Air 1", "air"), ("gonesse", "air-1", "toaster")],
)
def test_what_this_site_has_not_is_refused(
    registry: Registry, town: str, name: str, build: str
) -> None:
    with pytest.raises(FabnumError):
        enrol(SETTINGS, registry, an_object(name, town, build))
    assert registry.all() == []


def test_a_new_password_replaces_the_old_one(registry: Registry) -> None:
    first = enrol(SETTINGS, registry, an_object("air-1"))
    key = DeviceKey("gonesse", "air-1")
    second = rotate(SETTINGS, registry, key)
    kept = registry.find(key)
    assert kept is not None
    assert second.configuration["broker"]["password"] == second.password
    assert bcrypt.checkpw(second.password.encode(), kept.bcrypt_hash.encode())
    assert not bcrypt.checkpw(first.password.encode(), kept.bcrypt_hash.encode())


def test_after_its_end_an_object_gets_no_new_password(registry: Registry) -> None:
    enrol(SETTINGS, registry, an_object("air-1"))
    key = DeviceKey("gonesse", "air-1")
    revoke(registry, key)
    for act in (lambda: revoke(registry, key), lambda: rotate(SETTINGS, registry, key)):
        with pytest.raises(FabnumError, match="gonesse/air-1"):
            act()
    assert registry.all() == []
    assert [device.key for device in registry.all(revoked=True)] == [key]
