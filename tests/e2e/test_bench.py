"""The whole bench on virtual boards, with the real esptool, mpremote, broker and gateway."""

import asyncio
import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from device.twin.virtual import VirtualBoard
from kit import catalogue
from kit.cli.bench import equipment
from kit.cli.bench_virtual import WIFI, VirtualPlace, virtual_place
from kit.cli.enrol import enrol_list
from kit.cli.networks import remember_network
from kit.cli.packet import make_packet
from kit.cli.person import Nobody
from kit.enrolment import Wish
from provisioning.bench.line import Line
from provisioning.bench.model import Job, State, Step
from provisioning.bench.packet import Packet
from provisioning.board import Board
from tests.provisioning.reached import assert_card

FABNUM = Path(sys.executable).with_name("fabnum")
PATIENCE_S = 400

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE_S)]


class Unwatched:
    """A watcher that shows nothing."""

    def changed(self, job: Job) -> None:
        """Take no notice."""


def bench(tmp_path: Path, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Run ``fabnum bench`` as people do; return its exit code and what it says of each board."""
    labels = tmp_path / "labels.pdf"
    done = subprocess.run(
        [FABNUM, "bench", "--yes", "--json", "--labels", labels, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "FABNUM_DATA": str(tmp_path / "none"), "FABNUM_LANG": "en"},
        timeout=PATIENCE_S,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def assert_ready(board: dict[str, Any], build: str, chip: str = "esp32") -> None:
    assert board["ok"], board["failure"]
    assert (board["build"], board["chip"]) == (build, chip)
    assert board["published"] is True
    tests = board["selftest"]["tests"]
    assert {test["id"]: test["passed"] for test in tests} == {test["id"]: True for test in tests}
    expected = {test.id for test in catalogue.load_build(build).tests}
    assert {test["id"] for test in tests} == expected | {"wifi", "broker", "clock"}


@pytest.mark.parametrize("build", catalogue.builds())
def test_a_blank_board_becomes_a_labelled_object_that_publishes(tmp_path: Path, build: str) -> None:
    code, boards = bench(tmp_path, "--virtual", "1", "--build", build)
    assert [board["failure"] for board in boards] == [None]
    assert code == 0
    assert_ready(boards[0], build)
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("chip", ["esp32s3", "esp32c3"])
def test_the_other_chips_take_the_same_way(tmp_path: Path, chip: str) -> None:
    code, boards = bench(tmp_path, "--virtual", "1", "--build", "lamp", "--chip", chip)
    assert [board["failure"] for board in boards] == [None]
    assert code == 0
    assert_ready(boards[0], "lamp", chip)


def test_a_class_set_of_twelve_goes_from_blank_to_published_without_a_question(
    tmp_path: Path,
) -> None:
    code, boards = bench(tmp_path, "--virtual", "12", "--build", "lamp")
    assert [board["failure"] for board in boards] == [None] * 12
    assert code == 0
    assert len({board["device"] for board in boards}) == 12
    for board in boards:
        assert_ready(board, "lamp")


@asynccontextmanager
async def at_the_bench(
    tmp_path: Path, count: int, build: str
) -> AsyncIterator[tuple[Line, VirtualPlace]]:
    async with virtual_place(count, build, "esp32", tmp_path / "labels.pdf") as place:
        yield Line(equipment(place, Nobody(), Unwatched())), place


async def test_a_board_that_comes_again_keeps_its_name_and_little_is_written(
    tmp_path: Path,
) -> None:
    async with at_the_bench(tmp_path, 1, "climate") as (line, place):
        (port,) = place.ports.list()
        first = line.add(port.path, Wish(build="climate"))
        await line.run(first)
        line.remove(first)
        again = line.add(port.path, Wish(build="climate"))
        await line.run(again)
        assert (first.failure, again.failure) == (None, None)
        assert again.key == first.key
        assert again.steps[Step.FLASH].state is State.SKIPPED
        assert again.steps[Step.INSTALL].state is State.SKIPPED
        assert again.done


async def test_a_board_that_has_passed_leaves_the_bench_with_its_watchdog_on(
    tmp_path: Path,
) -> None:
    async with at_the_bench(tmp_path, 1, "lamp") as (line, place):
        job = line.add(place.ports.list()[0].path, Wish(build="lamp"))
        await line.run(job, until=Step.ENROL)
        asks = 'from fabnum import config; print(config.load()["deployed"])'
        assert (await Board(job.port).ask(asks)).strip() == "False"
        await line.run(job)
        assert job.done
        assert (await Board(job.port).ask(asks)).strip() == "True"


async def test_a_step_that_failed_is_taken_up_again_and_troubles_no_other_board(
    tmp_path: Path,
) -> None:
    async with at_the_bench(tmp_path, 2, "climate") as (line, place):
        sick, well = (line.add(port.path, Wish(build="climate")) for port in place.ports.list())
        board = place.boards[0]
        board.control(parts={"sht31": {"plugged": False}, "dht22": {"plugged": False}})
        await line.run_all([sick, well])
        assert well.done
        assert sick.failure is not None
        assert sick.failure.code == "sensor-missing"
        assert [s for s in Step if sick.steps[s].state is State.FAILED] == [Step.TEST]
        board.control(parts={"sht31": {"plugged": True}})
        await line.run(sick)
        assert sick.failure is None
        assert sick.done


async def test_a_bmp280_in_the_place_of_a_bme280_is_named_and_the_right_part_passes(
    tmp_path: Path,
) -> None:
    async with at_the_bench(tmp_path, 1, "weather") as (line, place):
        (board,) = place.boards
        board.control(parts={"bme280": {"clone": True}})
        job = line.add(board.port, Wish(build="weather"))
        await line.run(job)
        assert_card(job.failure, "sensor-other")
        assert job.selftest is not None
        passed = {test["id"]: test["passed"] for test in job.selftest["tests"]}
        assert passed["temperature"]
        assert passed["pressure"]
        assert not passed["sensor"]
        assert not passed["breath"]
        board.control(parts={"bme280": {"clone": False}})
        await line.run(job)
        assert job.failure is None
        assert job.done


async def test_more_current_than_the_sensor_can_bear_is_said(tmp_path: Path) -> None:
    async with at_the_bench(tmp_path, 1, "power") as (line, place):
        place.boards[0].control(room={"current": 5.0})
        job = line.add(place.boards[0].port, Wish(build="power"))
        await line.run(job)
        assert_card(job.failure, "sensor-overloaded")


class PullsTheWifi:
    """A watcher that takes the Wi-Fi away when the last thing to see is a first reading."""

    def __init__(self, board: VirtualBoard) -> None:
        self.board = board

    def changed(self, job: Job) -> None:
        if job.selftest is not None and job.steps[Step.TEST].state is State.RUNNING:
            self.board.control(wifi=False)


async def test_a_board_that_passes_and_then_says_nothing_is_not_called_ready(
    tmp_path: Path,
) -> None:
    async with at_the_bench(tmp_path, 1, "climate") as (line, place):
        line.equipment.watcher = PullsTheWifi(place.boards[0])
        line.equipment.publish_within_s = 3
        job = line.add(place.ports.list()[0].path, Wish(build="climate"))
        await line.run(job)
        assert_card(job.failure, "not-publishing")
        assert not job.done
        place.boards[0].control(wifi=True)
        line.equipment.watcher = Unwatched()
        line.equipment.publish_within_s = 60
        await line.run(job)
        assert job.done


async def test_a_bench_without_the_site_takes_who_boards_become_from_a_packet(
    tmp_path: Path,
) -> None:
    csv, stick = tmp_path / "objects.csv", tmp_path / "objects.json"
    csv.write_text("town;place;build;name\n;Fablab;climate;Salle 1\n", encoding="utf-8")
    async with at_the_bench(tmp_path, 1, "climate") as (line, place):
        assert place.folder is not None
        remember_network(place.folder, WIFI.ssid, WIFI.password)
        await asyncio.to_thread(enrol_list, place.folder, csv)
        await asyncio.to_thread(make_packet, place.folder, stick)
        away = Line(dataclasses.replace(line.equipment, office=Packet(stick)))
        job = away.add(place.ports.list()[0].path, Wish(build="climate"))
        since = time.time()
        await away.run(job)
        assert job.failure is None
        assert job.done
        assert job.facts["published"] is None
        assert job.key is not None
        assert await asyncio.to_thread(place.office.wait_published, job.key, since, 60)
        assert Packet(stick).objects[0].configuration == {}
