"""How long a board takes: a week of 50 objects, from the journal, rendered as the page shows it.

Compared in the same run: the same answers from every frame, without the hourly roll-ups; and the
answers alone, without the page.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import report
from dashboards.board import Board
from gateway.boards.answers import Answers
from gateway.boards.filled import FilledBoard, boards_of, fill
from gateway.boards.names import Names
from gateway.journal import Journal
from gateway.registry import Device, Registry
from gateway.web.board_lines import Reader
from gateway.web.board_panels import shown
from gateway.web.site import fragment
from gateway.web.words import Words
from kit.catalogue import load_build
from kit.cli.past import Past, readings
from kit.settings import DataFolder

TOWN = "gonesse"
OBJECTS = 50
DAYS = 7
EVERY_S = 300
RUNS = 7
MIXED = ("air", "climate", "noise", "garden", "passage", "weather", "lamp", "power", "vote", "air")
ROLLED_UP_WITHIN_S = 120


def main(argv: list[str] | None = None) -> None:  # noqa: ARG001 - as every benchmark
    """Run the benchmark and report."""
    figures: dict[str, Any] = {"objects": OBJECTS, "days": DAYS, "frame_every_s": EVERY_S}
    rows: list[tuple[str, ...]] = [
        ("board", "answers (ms)", "page (ms)", "every frame instead (ms)", "size (kB)")
    ]
    mixed = [MIXED[number % len(MIXED)] for number in range(OBJECTS)]
    for name, builds in (("town", mixed), ("build-air", ["air"] * OBJECTS), ("public", mixed)):
        with tempfile.TemporaryDirectory() as scratch:
            seen = _measure(DataFolder(Path(scratch)), builds, name)
        figures |= {f"{name}_{key}".replace("-", "_"): value for key, value in seen.items()}
        rows.append((name, *(f"{value:,.0f}" for value in seen.values())))
    report("boards", figures, rows)


def _measure(folder: DataFolder, builds: Sequence[str], name: str) -> dict[str, float]:
    """Return the best times of a board in milliseconds, and how large its page is."""
    registry, journal = Registry(folder.registry), Journal(folder.journal)
    try:
        now = _fill_journal(registry, journal, builds)
        known = [load_build(build) for build in sorted(set(builds))]
        board = next(b for b in boards_of(TOWN, known) if b.id == name)
        fast, slow = Answers(journal, registry), Answers(journal, registry, by_hours=False)
        filled = fill(fast, TOWN, board, now)
        return {
            "answers_ms": _best(lambda: fill(fast, TOWN, board, now)),
            "page_ms": _best(lambda: _page(fast, board, now)),
            "every_frame_ms": _best(lambda: _page(slow, board, now)),
            "kilobytes": len(_render(filled, fast).encode()) / 1000,
        }
    finally:
        journal.close()
        registry.close()


def _fill_journal(registry: Registry, journal: Journal, builds: Sequence[str]) -> float:
    """Write a week of these objects and wait until it is rolled up; return when it ends."""
    now = time.time()
    devices = [_device(build, number) for number, build in enumerate(builds)]
    for device in devices:
        registry.add(device)
    around = [{"seed": number} for number in range(len(devices))]
    past = Past(devices, around, now, DAYS, earlier_every_s=EVERY_S)
    for device, settings in zip(devices, around, strict=True):
        one = past._replace(devices=[device], settings=[settings])
        journal.write(list(readings(one))).result(ROLLED_UP_WITHIN_S)
    _until_rolled_up(journal, devices, now)
    return now


def _until_rolled_up(journal: Journal, devices: list[Device], now: float) -> None:
    """Wait until every object has its hours up to the last."""
    end = time.monotonic() + ROLLED_UP_WITHIN_S
    for device in devices:
        channel = device.catalogue().channels[0].id
        while not journal.hourly(device.key, channel, now - 2 * 3600, now + 3600):
            if time.monotonic() > end:
                sys.exit("The hours were not rolled up in time.")
            time.sleep(0.1)


def _device(build: str, number: int) -> Device:
    return Device(
        town=TOWN,
        device=f"{build}-{number}",
        build=build,
        place=f"place-{number % 8}",
        place_name=f"Lieu {number % 8}",
        name=f"Objet {number}",
    )


def _page(answers: Answers, board: Board, now: float) -> str:
    return _render(fill(answers, TOWN, board, now), answers)


def _render(filled: FilledBoard, answers: Answers) -> str:
    """Return the board as the gateway's page has it (gateway/web/board_shelf.py)."""
    names = Names(TOWN, answers.objects(), {TOWN: "Gonesse"}, {})
    reader = Reader(names, Words("Europe/Paris"), filled.end)
    rows = [
        (row.title, [shown(filled.panels[panel.id], reader) for panel in row.panels])
        for row in filled.board.rows
    ]
    path = f"/b/{TOWN}/{filled.board.id}"
    return fragment("_board.html", rows=rows, link=lambda path: path, path=path)


def _best(work: Callable[[], object]) -> float:
    """Return the milliseconds of the quickest of several runs, after one to warm up."""
    work()
    times = []
    for _run in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return round(min(times) * 1000, 1)


if __name__ == "__main__":
    main()
