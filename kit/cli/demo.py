"""`fabnum demo`: a whole site with simulated objects, in a folder that is gone afterwards.

The objects are twins: the boards' own firmware on the real MicroPython. They talk to the same
broker, gateway and pages as real ones would, over TLS, with a password each.
"""

import asyncio
import json
import logging
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.live import Live as Screen
from rich.table import Table

from device.twin.host import Fleet, Twin, World
from gateway import logs
from gateway.live import Live
from gateway.model import Frame
from gateway.registry import Device, Registry
from gateway.service import Service
from gateway.web.cards import card
from gateway.web.words import Words
from gateway.wording import Wording
from kit.cli import loop
from kit.cli.badge_definitions import definitions
from kit.cli.booklets import kept_fresh
from kit.cli.past import DAY_S, Past, incidents_of, readings, school_morning, signals
from kit.cli.scratch_site import make_site
from kit.cli.scratch_twin import enrol_twin
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, slug
from kit.settings import DataFolder, Influx, Settings

TOWN = "Ville de démonstration"
PERIOD_S = 5
PACE = 60
"""An hour of the simulated rooms passes in a minute, so that something is seen to happen."""
FIRST_READINGS_WITHIN_S = 60
LAST_READINGS_WITHIN_S = 30
MAX_ROWS = 20
DAYS_BEFORE = 7
MAX_WITH_A_PAST = 24
"""Objects up to which a whole week before is made up: 0.1 s each on a small PC; else one day."""


class Spot(NamedTuple):
    """One simulated object: what it is, where it stands, what it follows, whether it is outside."""

    build: str
    place: str
    name: str
    follow: str = ""
    outdoors: bool = False
    question: str = ""
    options: tuple[str, ...] = ()


SPOTS = (
    Spot("air", "École Pasteur", "Air de la salle 3"),
    Spot("lamp", "École Pasteur", "Lampe de la salle 3", follow="air-1/co2"),
    Spot("climate", "Médiathèque", "Salle de lecture"),
    Spot("noise", "École Pasteur", "Cantine"),
    Spot("garden", "Centre social", "Potager partagé", outdoors=True),
    Spot("passage", "Médiathèque", "Entrée"),
    Spot("power", "Fablab", "Table de réparation"),
    Spot("weather", "Hôtel de ville", "Toit", outdoors=True),
    Spot(
        "vote",
        "Maison des associations",
        "Votre avis",
        question="Que faire de la salle du bas\u00a0?",
        options=("Une ludothèque", "Un atelier vélo", "Un studio de musique", "Un jardin d’hiver"),
    ),
    Spot("air", "Centre social", "Grande salle"),
    Spot("climate", "Maison des associations", "Bureau"),
    Spot("lamp", "Fablab", "Lampe de l’accueil"),
)


class Summary(NamedTuple):
    """What the last line of the demo says. Frames, each of one moment's values of one object."""

    devices: int
    readings: int
    stored: int
    lost: int
    quarantined: int
    page: str


def run_demo(*, seconds: float | None, count: int, influx: str, port: int) -> None:
    """Run the demo until Ctrl-C or for some seconds; print a JSON summary as the last line."""
    console = Console(stderr=True)
    logs.configure(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="fabnum-demo-") as scratch, Fleet() as fleet:
        demo = Demo(Path(scratch), fleet, console, count=count, influx=influx, port=port)
        summary = loop.run(demo.run(seconds))
    print(json.dumps(summary._asdict()))
    if summary.lost:
        raise FabnumError(
            _("{lost} readings did not arrive.", lost=summary.lost),
            _("Please report it with the lines above."),
        )


class Demo:
    """One run of the demo."""

    def __init__(
        self, scratch: Path, fleet: Fleet, console: Console, *, count: int, influx: str, port: int
    ) -> None:
        self.console = console
        self.fleet = fleet
        self.scratch = scratch
        self.folder = DataFolder(scratch / "site")
        self.settings = self._prepare_site(influx, port)
        self.keys = [_key(number) for number in range(count)]

    async def run(self, seconds: float | None) -> Summary:
        """Start everything, show it, stop it; say what arrived."""
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        service = Service(self.settings, self.folder, definitions(self.folder))
        started, began = time.monotonic(), time.time()
        with self.console.status(_("Starting the broker and the gateway…")) as status:
            await service.start()
            status.update(_("Building {count} objects…", count=len(self.keys)))
            twins = await asyncio.to_thread(self._prepare_twins, service.registry)
            await asyncio.to_thread(_switch_on, twins)
            status.update(_("Waiting for the first readings…"))
            past = await asyncio.to_thread(self._past, service.registry)  # while they start
            await asyncio.wrap_future(service.journal.write(past))
            await _first_readings(service.live, stop, began)
        self.console.print(
            _(
                "The page: {url} (after {seconds} s)",
                url=service.url,
                seconds=round(time.monotonic() - started),
            )
        )
        try:
            async with kept_fresh(self.folder):
                await self._show(service.live, stop, seconds)
            with self.console.status(_("Waiting for the last readings…")):
                await self._quiet(service, twins)
        finally:
            await asyncio.to_thread(_switch_off, twins)
            summary = await asyncio.to_thread(self._count, service, twins)
            await service.stop()
        return summary

    def _prepare_site(self, influx: str, port: int) -> Settings:
        settings = make_site(self.folder, TOWN, web_port=port)
        return settings.model_copy(update={"influx": Influx(url=influx) if influx else None})

    def _prepare_twins(self, registry: Registry) -> list[Twin]:
        return [self._twin(registry, number) for number in range(len(self.keys))]

    def _past(self, registry: Registry) -> list[Frame]:
        """Return what the objects would have told before, and the gateway of them."""
        devices = [device for key in self.keys if (device := registry.find(key))]
        around = [_around(number) for number in range(len(devices))]
        days = DAYS_BEFORE if len(devices) <= MAX_WITH_A_PAST else 1
        now = time.time()
        past = Past(devices, around, now, days, incidents_of(devices, now))
        measured = list(readings(past))
        return [*measured, *signals(past, measured)]

    def _twin(self, registry: Registry, number: int) -> Twin:
        spot, key = SPOTS[number % len(SPOTS)], self.keys[number]
        device = Device(
            town=key.town,
            device=key.device,
            build=spot.build,
            place=slug(spot.place),
            place_name=spot.place,
            name=spot.name,
            follow=spot.follow,
        )
        world = World(
            mac=f"0200000{number:05x}", pace=PACE, begin=school_morning(), room=_around(number)
        )
        site = (self.settings, self.folder, registry)
        twin = enrol_twin(self.fleet, self.scratch, site, device, period=PERIOD_S, world=world)
        if spot.question:
            registry.set_wording(key, _asked_before(spot))
        return twin

    async def _show(self, live: Live, stop: asyncio.Event, seconds: float | None) -> None:
        """Show a table of the objects, refreshed each second, until it is time to stop."""
        self.console.print(_("Ctrl-C ends the demonstration."))
        words = Words(self.settings.site.time_zone)
        with Screen(console=self.console, auto_refresh=False, transient=True) as screen:
            end = time.monotonic() + seconds if seconds is not None else float("inf")
            while not stop.is_set() and time.monotonic() < end:
                screen.update(table_of(live, words), refresh=True)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), min(1.0, max(0.0, end - time.monotonic())))
        self.console.print(table_of(live, words))

    async def _quiet(self, service: Service, twins: list[Twin]) -> None:
        """Let the objects measure no more, and wait until the journal has what they measured."""
        for key in self.keys:
            with suppress(FabnumError):
                await service.commander.tell(key, "period", {"seconds": 3600})
        end = time.monotonic() + LAST_READINGS_WITHIN_S
        while time.monotonic() < end:
            if not (await asyncio.to_thread(self._count, service, twins)).lost:
                return
            await asyncio.sleep(0.2)

    def _count(self, service: Service, twins: list[Twin]) -> Summary:
        """Compare what the objects say they measured with what the journal holds."""
        measured = stored = lost = 0
        for key, twin in zip(self.keys, twins, strict=True):
            said, kept = twin.ledger(), service.journal.frames_of(key)
            measured += len(said)
            stored += len(said & kept)
            lost += max(0, len(said - kept) - twin.dropped())
        counts = service.journal.counts()
        return Summary(
            devices=len(twins),
            readings=measured,
            stored=stored,
            lost=lost,
            quarantined=sum(counts.refused.values()),
            page=service.url,
        )


def table_of(live: Live, words: Words) -> Table:
    """Return the objects as a table: name, place, values, state."""
    table = Table(box=None, pad_edge=False)
    for heading in (_("Object"), _("Place"), _("Readings"), _("State")):
        table.add_column(heading, no_wrap=True)
    now = live.now()
    for thing in live.objects()[:MAX_ROWS]:
        shown = card(thing, words, now)
        values = "  ".join(value.number + value.unit for value in shown.values if value.unit)
        table.add_row(shown.name, shown.place, values, shown.word)
    return table


def _asked_before(spot: Spot) -> Wording:
    options = tuple({"fr": option} for option in spot.options)
    return Wording({"fr": spot.question}, options, since=time.time() - DAYS_BEFORE * DAY_S)


def _around(number: int) -> dict[str, Any]:
    """Return what is around an object: chance of its own, and the sky where it is outside."""
    return {"seed": number, "outdoors": SPOTS[number % len(SPOTS)].outdoors}


def _key(number: int) -> DeviceKey:
    build = SPOTS[number % len(SPOTS)].build
    same = sum(SPOTS[n % len(SPOTS)].build == build for n in range(number + 1))
    return DeviceKey(slug(TOWN), f"{build}-{same}")


def _switch_on(twins: list[Twin]) -> None:
    for twin in twins:
        twin.start()


def _switch_off(twins: list[Twin]) -> None:
    for twin in twins:
        twin.cut_power()


async def _first_readings(live: Live, stop: asyncio.Event, began: float) -> None:
    """Wait until every object has sent a reading, for a minute at most."""
    end = time.monotonic() + FIRST_READINGS_WITHIN_S
    while not stop.is_set() and time.monotonic() < end:
        things = live.objects()
        if things and all((thing.last_data or 0) >= began for thing in things):
            return
        await asyncio.sleep(0.1)
