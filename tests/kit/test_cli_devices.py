"""The commands about objects: enrol, lists, labels, handing over, repairs, history."""

import json
import re
import stat
from contextlib import closing
from pathlib import Path

import pytest

from gateway.office import Office
from gateway.registry import Registry
from kit.cli import devices, enrol, label
from kit.cli.init import make_keys, write_settings
from kit.cli.networks import remember_network
from kit.cli.packet import make_packet
from kit.enrolment import Identity, Wish
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.settings import DataFolder, load
from provisioning.bench.packet import Packet

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def site(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "site")
    write_settings(folder, "Gonesse", "fr,en", ["localhost", "fabnum.local"])
    text = folder.settings.read_text(encoding="utf-8")
    folder.settings.write_text(
        text.replace("[broker]", '[[towns]]\nid = "hem"\nname = "Hem"\n\n[broker]'),
        encoding="utf-8",
    )
    make_keys(folder, load(folder))
    return folder


def known(site: DataFolder) -> list[str]:
    with closing(Registry(site.registry)) as registry:
        return [str(device.key) for device in registry.all()]


def awaited(site: DataFolder) -> list[str]:
    with closing(Registry(site.registry)) as registry:
        return [str(device.key) for device in registry.awaited()]


def configuration(path: Path) -> dict[str, object]:
    content = json.loads(path.read_bytes())
    assert isinstance(content, dict)
    return content


def test_an_object_is_enrolled_into_a_file_with_the_networks_of_the_site(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remember_network(site, "fablab", "atelier-ouvert")
    config = tmp_path / "c.json"
    enrol.enrol_object(site, Wish(build="lamp", town="hem", place="Médiathèque"), config=config)
    content = configuration(config)
    assert (content["town"], content["device"]) == ("hem", "lamp-mediatheque-1")
    assert content["wifi"] == [{"ssid": "fablab", "password": "atelier-ouvert"}]
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    said = capsys.readouterr().out
    assert "hem/lamp-mediatheque-1" in said
    assert str(content["setup_code"]) not in said
    assert "atelier-ouvert" not in said


def test_nobody_is_asked_where_nobody_sits(site: DataFolder, tmp_path: Path) -> None:
    for build, config in (("", tmp_path / "c.json"), ("lamp", None)):
        with pytest.raises(FabnumError) as raised:
            enrol.enrol_object(site, Wish(build), config=config)
        assert raised.value.action
    assert known(site) == []
    assert not (tmp_path / "c.json").exists()


def test_a_list_waits_and_boards_take_it_in_turn(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "objets.csv"
    path.write_text("ville;lieu;montage\nHem;École;lamp\nGonesse;École;air\n", encoding="utf-8-sig")
    for _ in range(2):
        enrol.enrol_list(site, path)
        assert awaited(site) == ["hem/lamp-ecole-1", "gonesse/air-ecole-1"]
    assert "2 were known already." in capsys.readouterr().out
    devices.show_list(site)
    assert capsys.readouterr().out.count("waits for a board") == 2
    enrol.enrol_object(site, Wish(build="air"), config=tmp_path / "c.json")
    assert known(site) == ["gonesse/air-ecole-1"]
    assert awaited(site) == ["hem/lamp-ecole-1"]


def test_a_wrong_line_stops_the_list_unless_told_otherwise(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "objets.csv"
    path.write_text("town,place,build\nHem,École,lamp\nHem,École,toaster\n", encoding="utf-8")
    with pytest.raises(FabnumError, match="nothing was taken in"):
        enrol.enrol_list(site, path)
    assert "Line 3: There is no build “toaster”" in capsys.readouterr().out
    assert awaited(site) == []
    enrol.enrol_list(site, path, skip_wrong=True)
    assert awaited(site) == ["hem/lamp-ecole-1"]


def test_a_list_that_cannot_be_read_is_said(site: DataFolder, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (enrol.MAX_LIST_BYTES + 1))
    for path in (tmp_path / "none.csv", tmp_path, large):
        with pytest.raises(FabnumError, match=re.escape(path.name)):
            enrol.enrol_list(site, path)


def test_a_packet_that_was_interrupted_holds_all_that_were_enrolled(
    site: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember_network(site, "fablab", "atelier-ouvert")
    listed, stick, rest = (tmp_path / name for name in ("l.csv", "objects.json", "rest.json"))
    listed.write_text("town;place;build\n" + "hem;École;lamp\n" * 3, encoding="utf-8")
    enrol.enrol_list(site, listed)
    enrol_one, enrolled = Office.enrol, list[str]()

    def interrupted(office: Office, wish: Wish) -> Identity:
        if len(enrolled) == 2:
            raise KeyboardInterrupt
        enrolled.append(wish.device)
        return enrol_one(office, wish)

    with monkeypatch.context() as patch:
        patch.setattr(Office, "enrol", interrupted)
        with pytest.raises(KeyboardInterrupt):
            make_packet(site, stick)
    assert [parcel.key.device for parcel in Packet(stick).objects] == enrolled
    assert all(parcel.configuration["broker"] for parcel in Packet(stick).objects)
    make_packet(site, rest)
    assert len(Packet(rest).objects) == 1


def test_labels_are_printed_of_all_or_of_a_town_or_by_name(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "labels.pdf"
    for number, town in enumerate(("hem", "gonesse", "hem")):
        config = tmp_path / f"{number}.json"
        enrol.enrol_object(site, Wish(build="lamp", town=town), config=config)
    listed = tmp_path / "l.csv"
    listed.write_text("town;place;build\nhem;École;air\n", encoding="utf-8")
    enrol.enrol_list(site, listed)
    for every, town, count in ((True, "", 4), (True, "hem", 3), (False, "hem", 3)):
        label.write_labels(site, [], every=every, town=town, output=sheet)
        assert f"{count} labels are in" in capsys.readouterr().out
    label.write_labels(site, ["hem/air-ecole-1"], output=sheet)
    assert "One label is in" in capsys.readouterr().out
    assert sheet.read_bytes().startswith(b"%PDF")
    for names, town in ((["hem/nobody"], ""), ([], ""), (["hem/air-ecole-1"], "paris")):
        with pytest.raises(FabnumError) as raised:
            label.write_labels(site, names, town=town, output=sheet)
        assert raised.value.action


def test_an_object_is_handed_over_with_or_without_its_board(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol.enrol_object(site, Wish(build="lamp", town="gonesse"), config=tmp_path / "a.json")
    new = tmp_path / "b.json"
    devices.hand_over_device(site, "gonesse/lamp-gonesse-1", town="hem", place="", config=new)
    assert configuration(new)["town"] == "hem"
    assert known(site) == ["hem/lamp-hem-1"]
    devices.hand_over_device(site, "hem/lamp-hem-1", town="", place="Piscine", config=None)
    assert known(site) == ["hem/lamp-piscine-1"]
    assert "over the bench" in capsys.readouterr().out
    with pytest.raises(FabnumError):
        devices.hand_over_device(site, "hem/lamp-hem-1", town="gonesse", place="", config=new)


def test_a_hand_over_that_cannot_be_leaves_no_file(site: DataFolder, tmp_path: Path) -> None:
    enrol.enrol_object(site, Wish(build="lamp", town="gonesse"), config=tmp_path / "a.json")
    new = tmp_path / "b.json"
    with pytest.raises(FabnumError, match="paris"):
        devices.hand_over_device(site, "gonesse/lamp-gonesse-1", town="paris", place="", config=new)
    assert not new.exists()
    assert known(site) == ["gonesse/lamp-gonesse-1"]


def test_the_history_tells_of_repairs_tests_and_hand_overs(
    site: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol.enrol_object(site, Wish(build="lamp", town="gonesse"), config=tmp_path / "a.json")
    old = "gonesse/lamp-gonesse-1"
    devices.note_repair(site, old, "Nouveau câble")
    with closing(Office(load(site), site)) as office:
        for kind in ("flash", "install"):
            office.record(DeviceKey("gonesse", "lamp-gonesse-1"), kind, {})
        office.record(DeviceKey("gonesse", "lamp-gonesse-1"), "selftest", {"passed": True})
    devices.rotate_device(site, old, config=tmp_path / "b.json")
    devices.hand_over_device(site, old, town="hem", place="", config=None)
    capsys.readouterr()
    devices.show_history(site, old)
    said = capsys.readouterr().out.splitlines()
    ends = (
        "Handed over: it became hem/lamp-hem-1",
        "New password",
        "Self-test: all works",
        "Program installed",
        "MicroPython written",
        "Repair: Nouveau câble",
        "Enrolled with a new password",
    )
    assert len(said) == len(ends)
    for line, end in zip(said, ends, strict=True):
        assert line.endswith(end)
    devices.show_history(site, "hem/lamp-hem-1")
    assert "it was gonesse/lamp-gonesse-1" in capsys.readouterr().out


def test_what_never_existed_has_neither_history_nor_repairs(site: DataFolder) -> None:
    for act in (devices.show_history, lambda folder, name: devices.note_repair(folder, name, "x")):
        with pytest.raises(FabnumError, match="hem/nobody"):
            act(site, "hem/nobody")


def test_the_sites_office_tells_a_board_of_its_networks(site: DataFolder) -> None:
    with closing(Office(load(site), site, [{"ssid": "fablab", "password": "x" * 8}])) as office:
        identity = office.enrol(Wish(build="air", town="hem", cohort="2026-A"))
        assert identity.configuration["wifi"] == [{"ssid": "fablab", "password": "x" * 8}]
        assert office.knows(identity.key)
        facts = office.label(identity.key)
        assert facts.setup_code == identity.configuration["setup_code"]
        assert facts.passport_url.endswith("/o/hem/air-hem-1/passport")
        assert not office.wait_published(identity.key, 0, 0)
