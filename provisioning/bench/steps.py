"""What each step does with one board. Each returns how it ended, or raises a FabnumError."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from kit import catalogue, firmware
from kit.enrolment import LabelFacts, Wish
from kit.i18n import _, ngettext
from kit.names import DeviceKey
from provisioning import flash, install, labels, preflight, selftest
from provisioning.bench.equipment import Equipment
from provisioning.bench.model import Job, Kind, Question
from provisioning.board import Board
from provisioning.cards import failure
from provisioning.images.model import chip_words
from provisioning.program import deploy

Progress = Callable[[float, str], None]
"""Hears how much of a step is done (0 to 1), and what it does in a few words."""


class Ended(NamedTuple):
    """How a step ended, in a few words; ``skipped``: there was nothing to do."""

    words: str
    skipped: bool = False


async def detect(equipment: Equipment, job: Job, _progress: Progress) -> Ended:
    """See that the board is plugged in."""
    port = await preflight.present(job.port, equipment.ports)
    return Ended(port.label)


async def check(equipment: Equipment, job: Job, progress: Progress) -> Ended:
    """Find out which chip it is, and what is on it already."""
    progress(0.1, _("Asking the chip what it is"))
    found = await preflight.examine(
        job.port, mend=True, press=lambda: _ask_to_press(equipment, job, progress)
    )
    job.facts |= {
        "chip": found.chip,
        "flash_bytes": found.flash_bytes,
        "micropython": found.micropython,
    }
    was = found.firmware
    if was is not None and was["device"] and was["build"] == job.build:
        job.was = DeviceKey(was["town"], was["device"])
    facts = {"chip": chip_words(found.chip), "size": found.flash_bytes // 2**20}
    if found.micropython is None:
        return Ended(_("{chip}, {size} MB, still without MicroPython", **facts))
    version = found.micropython
    return Ended(_("{chip}, {size} MB, MicroPython {version}", version=version, **facts))


async def write_micropython(equipment: Equipment, job: Job, progress: Progress) -> Ended:
    """Write MicroPython to the chip, unless the wanted version is there."""
    image = equipment.images.find(job.facts["chip"], job.facts["flash_bytes"])
    if job.facts["micropython"] == image.version and not equipment.reflash:
        return Ended(_("MicroPython {version} is there", version=image.version), skipped=True)
    done = await flash.flash(job.port, image, chip=job.facts["chip"], on_progress=progress)
    job.facts["flashed_bytes"] = done.bytes
    job.facts["micropython"] = image.version
    return Ended(_("MicroPython {version} is written", version=image.version))


async def put_program(_equipment: Equipment, job: Job, progress: Progress) -> Ended:
    """Put the firmware and the program of the build onto the board: what has changed of it."""
    wanted = await asyncio.to_thread(firmware.assemble, job.build, chip=job.facts["chip"])
    done = await install.install(Board(job.port), wanted.files, progress)
    job.facts["firmware"] = wanted.hash
    job.facts["written_bytes"] = done.bytes
    if not done.written:
        return Ended(_("The program is up to date"), skipped=True)
    return Ended(
        ngettext("{n} file written", "{n} files written", len(done.written)),
    )


async def enrol(equipment: Equipment, job: Job, progress: Progress) -> Ended:
    """Give the board its name and its password, and the site its name; a known one keeps both."""
    # Who it is already: named by this bench, or by the site before it came here.
    wish = replace(job.wish or Wish(build=job.build), again=job.key or job.was)
    identity = await asyncio.to_thread(equipment.office.enrol, wish)
    job.key = identity.key
    if not identity.configuration:
        return Ended(_("It stays {device}", device=identity.key), skipped=True)
    progress(0.5, _("Writing its name and its password"))
    files = firmware.identity(identity.configuration, identity.authority_der)
    await install.put_identity(Board(job.port), files)
    await asyncio.to_thread(_record_what_was_put, equipment, job)
    return Ended(_("It is now {device}", device=identity.key))


async def test(equipment: Equipment, job: Job, progress: Progress) -> Ended:
    """Test the parts and the way to the site; then see a first reading of its program arrive."""
    assert job.key is not None
    build = catalogue.load_build(job.build)
    board = Board(job.port)
    result = await selftest.run(board, build, equipment.person, job, progress)
    job.selftest = result
    await asyncio.to_thread(equipment.office.record, job.key, "selftest", result)
    if result["passed"]:
        await deploy(board)
    since = time.time()
    await board.restart()
    if not result["passed"]:
        raise selftest.first_failure(result)
    progress(0.9, _("Waiting for its first reading"))
    job.facts["published"] = await asyncio.to_thread(
        equipment.office.wait_published, job.key, since, equipment.publish_within_s
    )
    if job.facts["published"] is False:
        raise failure("not-publishing")
    if job.facts["published"] is None:
        return Ended(_("Everything works"))
    return Ended(_("Everything works, and its readings arrive"))


async def label(equipment: Equipment, job: Job, _progress: Progress) -> Ended:
    """Put its label onto this session's sheet."""
    assert job.key is not None
    facts = await asyncio.to_thread(equipment.office.label, job.key)
    async with equipment.printing:
        others = [label for label in equipment.labels if label.key != facts.key]
        equipment.labels[:] = sorted([*others, facts], key=_by_number)
        await asyncio.to_thread(labels.write_sheet, equipment.labels, equipment.sheet)
    job.facts["label"] = str(equipment.sheet)
    return Ended(_("Its label is on the sheet"))


def _by_number(facts: LabelFacts) -> tuple[str, int, str]:
    """``lamp-fablab-2`` stands before ``lamp-fablab-10``."""
    return facts.key.town, len(facts.key.device), facts.key.device


async def _ask_to_press(equipment: Equipment, job: Job, progress: Progress) -> None:
    """Ask for a press of the board's own button, for one that says nothing."""
    question = Question(Kind.DO, _("Press the button EN (or RST) of the board."), seconds=20)
    job.question = question
    try:
        progress(0.1, question.text)
        await equipment.person.answer(job, question)
    finally:
        job.question = None


def _record_what_was_put(equipment: Equipment, job: Job) -> None:
    """Write into the object's history what was put onto its board before it had a name."""
    assert job.key is not None
    chip, facts = chip_words(job.facts["chip"]), job.facts
    record = equipment.office.record
    record(job.key, "flash", {"chip": chip, "micropython": facts["micropython"]})
    record(job.key, "install", {"build": job.build, "hash": facts["firmware"]})
