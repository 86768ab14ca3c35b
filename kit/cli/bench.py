"""`fabnum bench`: boards from blank to labelled, in the terminal or in the browser."""

import asyncio
import contextlib
import dataclasses
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.prompt import Prompt

from kit.catalogue import builds
from kit.cli import bench_screen, loop
from kit.cli.bench_place import Place, packet_place, real_place
from kit.cli.exits import EXPECTED_FAILURE
from kit.cli.networks import ask_network, known_networks
from kit.cli.person import Nobody, TerminalPerson
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder
from provisioning import preflight
from provisioning.bench.equipment import Equipment
from provisioning.bench.line import Line
from provisioning.bench.model import Job, Person, Watcher

DEFAULT_BUILD = "lamp"


@dataclass(frozen=True)
class Options:
    """What was asked on the command line. ``virtual``: how many virtual boards, 0 for real ones."""

    wish: Wish
    ports: tuple[str, ...] = ()
    virtual: int = 0
    packet: Path | None = None
    chip: str = "esp32"
    images: Path | None = None
    labels: Path | None = None
    wifi: str = ""
    reflash: bool = False
    yes: bool = False
    as_json: bool = False
    page: bool = False
    page_port: int = 8090


def run_bench(folder: DataFolder, options: Options) -> int:
    """Take boards over the bench; return the exit code: 2 if one of them did not get through."""
    # What is said goes to the terminal; with --json, standard output belongs to the results.
    console = Console(stderr=options.as_json)
    return loop.run(_run(folder, options, console))


async def _run(folder: DataFolder, options: Options, console: Console) -> int:
    async with _place(folder, options, console) as place:
        if options.page:
            from kit.cli.bench_page import serve_page

            await serve_page(
                place,
                console,
                port=options.page_port,
                equip=lambda person, watcher: equipment(
                    place, person, watcher, reflash=options.reflash
                ),
            )
            return 0
        jobs = await _at_the_terminal(place, options, console)
    if options.as_json:
        for job in jobs:
            print(json.dumps(bench_screen.as_json(job), ensure_ascii=False))
    return 0 if all(job.done for job in jobs) else EXPECTED_FAILURE


@contextlib.asynccontextmanager
async def _place(folder: DataFolder, options: Options, console: Console) -> AsyncIterator[Place]:
    """Open the bench: a site's own, one with a packet, or one of virtual boards."""
    if options.virtual:
        from kit.cli.bench_virtual import virtual_place

        build = options.wish.build or DEFAULT_BUILD
        async with virtual_place(options.virtual, build, options.chip, options.labels) as place:
            console.print(_("The site of the virtual boards: {url}", url=place.url))
            yield place
        return
    if options.packet is not None:
        async with packet_place(options.packet, options.images, options.labels) as place:
            yield place
        return
    if options.wifi or not known_networks(folder):
        if options.yes:
            raise FabnumError(
                _("The bench does not know which Wi-Fi the boards shall use."),
                _("Start it once without --yes: it asks, and remembers."),
            )
        await asyncio.to_thread(ask_network, folder, console, options.wifi)
    async with real_place(folder, options.images, options.labels) as place:
        yield place


async def _at_the_terminal(place: Place, options: Options, console: Console) -> list[Job]:
    """Take the boards that are plugged in over the bench; return what became of them."""
    wish = options.wish if options.wish.build else await asyncio.to_thread(_ask, place, options)
    ports = options.ports or await _plugged_in(place, console)
    watcher: Watcher = bench_screen.Lines(console)
    person: Person = Nobody()
    with contextlib.ExitStack() as stack:
        if console.is_terminal:
            watcher = screen = stack.enter_context(bench_screen.Screen(console))
            if not options.yes:
                person = TerminalPerson(console, screen)
        line = Line(equipment(place, person, watcher, reflash=options.reflash))
        jobs = [line.add(port, wish) for port in ports]
        await line.run_all(jobs)
    bench_screen.report(console, jobs)
    good = sum(job.done for job in jobs)
    console.print(
        ngettext(
            "{good} of {n} board is ready.", "{good} of {n} boards are ready.", len(jobs), good=good
        )
    )
    if options.virtual and options.labels is None:
        for job in jobs:  # the sheet goes with the site
            job.facts.pop("label", None)
    elif good:
        console.print(_("The labels: {file}", file=place.labels))
    return jobs


def _ask(place: Place, options: Options) -> Wish:
    """Ask what the boards shall become, and where they will stand.

    Raises FabnumError where there is nobody to ask.
    """
    if options.virtual:
        return dataclasses.replace(options.wish, build=DEFAULT_BUILD)
    if options.yes or not sys.stdin.isatty():
        raise FabnumError(
            _("The bench does not know what the boards shall become."),
            _("Say it with --build, such as --build lamp."),
        )
    console = Console(stderr=True)
    build = Prompt.ask(_("What shall the boards become?"), choices=builds(), console=console)
    wish = dataclasses.replace(options.wish, build=build)
    if wish.place or any(awaited.build == build for awaited in place.office.awaited()):
        return wish
    town = place.towns[0][1]
    where = Prompt.ask(_("Where will they stand?"), default=town, console=console)
    return dataclasses.replace(wish, place=where)


async def _plugged_in(place: Place, console: Console) -> tuple[str, ...]:
    """Return the ports of all boards; where there is none yet, wait until one is plugged in."""
    there = await asyncio.to_thread(place.ports.list)
    if not there:
        console.print(_("Plug a board in with its USB cable."))
        there = [await preflight.wait_for_port(place.ports)]
    return tuple(port.path for port in there)


def equipment(
    place: Place, person: Person, watcher: Watcher, *, reflash: bool = False
) -> Equipment:
    """Return what the steps use at this place."""
    return Equipment(
        office=place.office,
        ports=place.ports,
        images=place.images,
        person=place.helped(person),
        watcher=watcher,
        sheet=place.labels,
        reflash=reflash,
    )
