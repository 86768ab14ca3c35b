"""`fabnum enrol --port` with a board: a virtual one, reached by the real mpremote."""

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest

from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from gateway.registry import Registry
from kit import firmware
from kit.cli import devices, enrol
from kit.cli.init import make_keys, write_settings
from kit.cli.networks import remember_network
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.settings import DataFolder, load
from provisioning.board import Board
from provisioning.install import install
from tests.provisioning.reached import meets

pytestmark = pytest.mark.e2e


def on_the_board(board: VirtualBoard, name: str) -> str:
    return asyncio.run(Board(str(board.port)).ask(f"print(open({name!r}).read())")).strip()


def test_a_board_is_named_once_and_handed_over_at_its_next_time_on_the_bench(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = DataFolder(tmp_path / "site")
    write_settings(site, "Gonesse", "fr,en", ["localhost", "fabnum.local"])
    make_keys(site, load(site))
    remember_network(site, "fablab", "atelier-ouvert")
    image = tmp_path / "image.bin"
    virtual_image("esp32", image)
    with VirtualBench(tmp_path / "blank", 1) as bench, meets("no-micropython"):
        enrol.enrol_object(site, Wish(build="lamp"), port=bench.boards[0].port, yes=True)
    with VirtualBench(tmp_path / "bench", 1, build="lamp", image=image) as bench:
        (board,) = bench.boards
        port = str(board.port)
        with pytest.raises(FabnumError):
            enrol.enrol_object(site, Wish(build=""), port=port, yes=True)
        files = firmware.assemble("lamp").files
        asyncio.run(install(Board(port), files, lambda _fraction, _words: None))

        enrol.enrol_object(site, Wish(build="", place="Fablab"), port=port, yes=True)
        first = json.loads(on_the_board(board, "/config.json"))
        assert (first["town"], first["device"]) == ("gonesse", "lamp-fablab-1")
        assert first["wifi"] == [{"ssid": "fablab", "password": "atelier-ouvert"}]

        enrol.enrol_object(site, Wish(build=""), port=port, yes=True)
        again = json.loads(on_the_board(board, "/config.json"))
        assert again["device"] == first["device"]
        assert again["setup_code"] == first["setup_code"]
        assert again["broker"]["password"] != first["broker"]["password"]

        devices.hand_over_device(site, "lamp-fablab-1", town="", place="Piscine", config=None)
        enrol.enrol_object(site, Wish(build=""), port=port, yes=True)
        heir = json.loads(on_the_board(board, "/config.json"))
        assert heir["device"] == "lamp-piscine-1"
    with closing(Registry(site.registry)) as registry:
        assert [device.device for device in registry.all()] == ["lamp-piscine-1"]
    said = "".join(capsys.readouterr())
    assert heir["broker"]["password"] not in said
    assert heir["setup_code"] not in said
