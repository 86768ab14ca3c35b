"""The office: who a board becomes, and what its label says."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.broker.authority import Authority
from gateway.broker.credentials import hash_password
from gateway.broker.rights import users
from gateway.journal import Journal
from gateway.logbook import Kind
from gateway.model import Frame
from gateway.office import MAX_NOTE, Office, passport_url
from gateway.registry import Device, NameTakenError, Registry
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.settings import Broker, DataFolder, Settings, Site, Town, Web
from tests.gateway.broker_site import settings_for

ONE_TOWN = Settings(
    site=Site(name="Test"),
    towns=[Town(id="gonesse", name="Gonesse")],
    broker=Broker(names=["localhost", "127.0.0.1", "atelier", "atelier.local", "192.168.1.10"]),
)
TWO_TOWNS = settings_for(8883)
LAMP = Wish(build="lamp", town="gonesse", place="Fablab")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    Authority(folder).ensure(Broker())
    return folder


@pytest.fixture
def office(folder: DataFolder) -> Iterator[Office]:
    with closing(Office(TWO_TOWNS, folder)) as opened:
        yield opened


@pytest.fixture
def registry(folder: DataFolder, office: Office) -> Iterator[Registry]:
    with closing(Registry(folder.registry)) as opened:
        yield opened


def expected(device: str, build: str = "lamp", town: str = "gonesse", **more: str) -> Device:
    texts = {"place": "fablab", "place_name": "Fablab", "name": "Lampe", **more}
    return Device(town=town, device=device, build=build, **texts)


def password(office: Office, wish: Wish) -> str:
    return str(office.enrol(wish).configuration["broker"]["password"])


# --- who a board becomes -------------------------------------------------------------------------


def test_a_new_board_gets_a_name_of_what_and_where(office: Office, folder: DataFolder) -> None:
    first, second = office.enrol(LAMP), office.enrol(LAMP)
    assert first.key == DeviceKey("gonesse", "lamp-fablab-1")
    assert second.key == DeviceKey("gonesse", "lamp-fablab-2")
    assert first.authority_der == Authority(folder).der()
    assert first.configuration["device"] == "lamp-fablab-1"


def test_nobody_is_asked_where_the_site_has_one_town(folder: DataFolder) -> None:
    with closing(Office(ONE_TOWN, folder)) as office:
        assert str(office.enrol(Wish(build="air")).key) == "gonesse/air-gonesse-1"


def test_with_several_towns_the_town_must_be_said(office: Office) -> None:
    with pytest.raises(FabnumError, match="--town"):
        office.enrol(Wish(build="air"))
    with pytest.raises(FabnumError, match="paris"):
        office.enrol(Wish(build="air", town="paris"))


def test_a_board_that_comes_again_keeps_its_name_with_a_new_password(
    office: Office, registry: Registry
) -> None:
    first = office.enrol(LAMP)
    again = Wish(build="lamp", again=first.key, cohort="2026-B")
    second = office.enrol(again)
    assert second.key == first.key
    assert second.configuration["broker"] != first.configuration["broker"]
    assert second.configuration["setup_code"] == first.configuration["setup_code"]
    (device,) = registry.all(revoked=True)
    assert (device.cohort, device.workshop) == ("2026-B", "")


def test_another_build_on_the_board_makes_it_another_object(office: Office) -> None:
    first = office.enrol(LAMP)
    second = office.enrol(Wish(build="air", town="gonesse", place="Fablab", again=first.key))
    assert second.key == DeviceKey("gonesse", "air-fablab-1")


def test_a_board_of_another_site_is_new(office: Office) -> None:
    stranger = DeviceKey("elsewhere", "lamp-1")
    assert office.enrol(Wish(build="lamp", town="hem", again=stranger)).key.town == "hem"


def test_a_board_whose_access_was_ended_is_new(office: Office) -> None:
    first = office.enrol(LAMP)
    office.revoke(first.key)
    again = Wish(build="lamp", town="gonesse", place="Fablab", again=first.key)
    assert office.enrol(again).key.device == "lamp-fablab-2"


def test_boards_take_the_awaited_objects_of_their_build_in_order(
    office: Office, registry: Registry
) -> None:
    registry.expect(
        [expected("l-1"), expected("air-1", "air"), expected("l-2", town="hem"), expected("l-3")]
    )
    wish = Wish(build="lamp")
    assert [str(office.enrol(wish).key) for _ in range(3)] == [
        "gonesse/l-1",
        "hem/l-2",
        "gonesse/l-3",
    ]
    assert [device.device for device in office.awaited()] == ["air-1"]
    with pytest.raises(FabnumError, match="--town"):
        office.enrol(wish)


def test_an_awaited_object_of_that_town_place_or_name_is_taken(
    office: Office, registry: Registry
) -> None:
    registry.expect(
        [
            expected("l-1"),
            expected("l-2", town="hem"),
            expected("l-3", place="salle", place_name="Salle"),
            expected("l-4", cohort="B"),
        ]
    )
    assert office.enrol(Wish(build="lamp", town="hem")).key.device == "l-2"
    assert office.enrol(Wish(build="lamp", place="Salle")).key.device == "l-3"
    assert office.enrol(Wish(build="lamp", cohort="B")).key.device == "l-4"
    named = Wish(build="lamp", town="gonesse", device="l-1")
    assert office.enrol(named).key.device == "l-1"


def test_a_name_that_is_given_is_that_boards_once(office: Office) -> None:
    named = Wish(build="lamp", town="gonesse", device="lampe-7", place="Hall")
    assert office.enrol(named).key.device == "lampe-7"
    with pytest.raises(NameTakenError, match="lampe-7"):
        office.enrol(named)


def test_a_board_may_take_the_place_of_a_broken_one(office: Office, registry: Registry) -> None:
    wish = Wish(build="lamp", town="gonesse", device="lampe-7")
    before = password(office, wish)
    after = password(office, Wish(build="lamp", town="gonesse", device="lampe-7", replace=True))
    assert before != after
    assert len(registry.all(revoked=True)) == 1


def test_a_name_of_another_build_is_refused(office: Office, registry: Registry) -> None:
    registry.expect([expected("air-1", "air")])
    for replace in (False, True):
        with pytest.raises(FabnumError, match="air"):
            office.enrol(Wish(build="lamp", town="gonesse", device="air-1", replace=replace))
    assert registry.all() == []


def test_a_class_set_at_once_gets_a_name_each(office: Office) -> None:
    keys: list[DeviceKey] = []
    threads = [
        threading.Thread(target=lambda: keys.append(office.enrol(LAMP).key)) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key.device for key in keys) == sorted(f"lamp-fablab-{n}" for n in range(1, 13))


def test_two_benches_at_once_never_give_the_same_name(folder: DataFolder) -> None:
    keys: list[DeviceKey] = []

    def bench() -> None:
        with closing(Office(TWO_TOWNS, folder)) as own:
            keys.extend(own.enrol(LAMP).key for _ in range(5))

    threads = [threading.Thread(target=bench) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 15


def test_awaited_objects_never_become_users_of_a_broker(office: Office, registry: Registry) -> None:
    registry.expect([expected("l-1")])
    office.enrol(Wish(build="lamp", town="hem"))
    gateway = hash_password("gateway's")
    names = [user.name for user in users([*registry.all(), *registry.awaited()], gateway)]
    assert names == ["gateway", "hem_lamp-hem-1"]


def test_without_an_authority_nothing_is_enrolled(tmp_path: Path) -> None:
    with closing(Office(TWO_TOWNS, DataFolder(tmp_path / "bare"))) as office:
        with pytest.raises(FabnumError):
            office.enrol(LAMP)
        assert office.devices() == []


# --- handing over --------------------------------------------------------------------------------


def test_a_lamp_is_handed_over_to_another_town(office: Office, registry: Registry) -> None:
    old = office.enrol(LAMP).key
    new = office.hand_over(old, Wish(build="lamp", town="hem"))
    assert str(new.key) == "hem/lamp-hem-1"
    assert not office.knows(old)
    assert office.knows(new.key)
    assert office.entries(old)[0].content == {"to": "hem/lamp-hem-1"}
    assert office.entries(new.key)[0].content == {"from": "gonesse/lamp-fablab-1"}
    assert office.label(new.key).setup_code != registry.setup_code(old)


def test_the_board_of_a_lamp_that_was_handed_over_becomes_the_new_one(office: Office) -> None:
    old = office.enrol(LAMP).key
    new = office.hand_over(old, Wish(build="lamp", town="hem")).key
    newest = office.hand_over(new, Wish(build="lamp", town="hem", place="Piscine")).key
    assert office.enrol(Wish(build="lamp", again=old)).key == newest


def test_what_has_no_access_cannot_be_handed_over(office: Office) -> None:
    old = office.enrol(LAMP).key
    office.revoke(old)
    with pytest.raises(FabnumError):
        office.hand_over(old, Wish(build="lamp", town="hem"))


# --- the rest ------------------------------------------------------------------------------------


def test_what_is_done_is_in_the_logbook(office: Office) -> None:
    key = office.enrol(LAMP).key
    office.record(key, "flash", {"chip": "esp32"})
    office.repair(key, "  Nouveau\ncâble  ")
    office.rotate(key)
    office.revoke(key)
    entries = office.entries(key)
    assert [entry.kind for entry in entries] == [
        Kind.REVOKE, Kind.ROTATE, Kind.REPAIR, Kind.FLASH, Kind.ENROL,
    ]  # fmt: skip
    assert entries[2].content == {"note": "Nouveau câble"}


@pytest.mark.parametrize("note", ["", "  \n", "x" * (MAX_NOTE + 1)])
def test_a_repair_needs_a_note_of_some_words(office: Office, note: str) -> None:
    key = office.enrol(LAMP).key
    with pytest.raises(FabnumError):
        office.repair(key, note)
    with pytest.raises(FabnumError, match="hem/lamp-9"):
        office.repair(DeviceKey("hem", "lamp-9"), "New cable")


def test_an_awaited_object_is_taken_off_the_list(office: Office, registry: Registry) -> None:
    registry.expect([expected("l-1")])
    office.revoke(DeviceKey("gonesse", "l-1"))
    assert office.awaited() == []


def test_a_label_can_be_printed_before_the_board_has_come(
    office: Office, registry: Registry
) -> None:
    registry.expect([expected("l-1")])
    label = office.label(DeviceKey("gonesse", "l-1"))
    identity = office.enrol(Wish(build="lamp"))
    assert label == office.label(identity.key)
    assert label.setup_code == identity.configuration["setup_code"]
    assert label.setup_network == "Fabnum-l-1"
    assert (label.town_name, label.place_name, label.name) == ("Gonesse", "Fablab", "Lampe")


def test_a_board_older_than_setup_codes_has_none_on_its_label(
    office: Office, registry: Registry
) -> None:
    registry.add(expected("l-1"))
    assert office.label(DeviceKey("gonesse", "l-1")).setup_code == ""


def test_the_address_on_a_label_is_short_where_one_town_is_all() -> None:
    key = DeviceKey("gonesse", "lamp-1")
    assert passport_url(ONE_TOWN, key) == "http://atelier.local:8080/o/lamp-1/passport"
    public = TWO_TOWNS.model_copy(update={"web": Web(address="https://fabnum.example/")})
    assert passport_url(public, key) == "https://fabnum.example/o/gonesse/lamp-1/passport"


def test_a_reading_that_is_stored_ends_the_wait(office: Office, folder: DataFolder) -> None:
    key = office.enrol(LAMP).key
    now = time.time()
    assert not office.wait_published(key, now, 0)  # no journal has been begun
    with closing(Journal(folder.journal)) as journal:
        journal.write([Frame(key, "b", 1, now - 60, {"on": 1.0})]).result(30)
        assert not office.wait_published(key, now, 0)
        seen: list[bool] = []
        waiting = threading.Thread(target=lambda: seen.append(office.wait_published(key, now, 60)))
        waiting.start()
        journal.write([Frame(key, "b", 2, float(int(now)), {"on": 1.0})]).result(30)
        waiting.join(60)
    assert seen == [True]
