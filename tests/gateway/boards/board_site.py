"""A site with boards: real registry and journal, a week of a simulated town behind it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from gateway.commands import Commander
from gateway.journal import Journal
from gateway.live import Live
from gateway.registry import Device, Registry
from gateway.web import create_app
from gateway.web.board_pages import BoardPages
from gateway.web.board_shelf import Shelf
from gateway.wording import Wording
from kit.cli.demo import SPOTS
from kit.cli.past import DAY_S, Past, incidents_of, readings, signals
from kit.names import DeviceKey, slug
from kit.settings import Settings, Site, Town

TOWN = "gonesse"
PASSWORD = "abcd-efgh-jkmn-pqrs-tuvw"
SETTINGS = Settings(site=Site(name="La Fabrique numérique"), towns=[Town(id=TOWN, name="Gonesse")])


@dataclass
class BoardSite:
    registry: Registry
    journal: Journal
    live: Live
    app: Starlette
    now: float


def objects(count: int = len(SPOTS)) -> list[Device]:
    """Return the objects of the demonstration; more of them than it has are further copies."""
    made = []
    for number in range(count):
        spot = SPOTS[number % len(SPOTS)]
        turn = number // len(SPOTS)
        again = f" {turn + 1}" if turn else ""
        made.append(
            Device(
                town=TOWN,
                device=f"{spot.build}-{number + 1}",
                build=spot.build,
                place=slug(spot.place + again),
                place_name=spot.place + again,
                name=spot.name,
            )
        )
    return made


@contextmanager
def board_site(
    folder: Path, devices: Sequence[Device] = (), *, now: float | None = None, days: int = 7
) -> Iterator[BoardSite]:
    registry, journal = Registry(folder / "registry.sqlite"), Journal(folder / "journal.sqlite")
    now = time.time() if now is None else now
    for device in devices:
        registry.add(device)
        spot = next((spot for spot in SPOTS if spot.build == device.build and spot.question), None)
        if spot:
            options = tuple({"fr": option} for option in spot.options)
            asked = Wording({"fr": spot.question}, options, since=now - DAY_S)
            registry.set_wording(DeviceKey(TOWN, device.device), asked)
    if devices:
        around = [
            {"seed": number, "outdoors": SPOTS[number % len(SPOTS)].outdoors}
            for number in range(len(devices))
        ]
        past = Past(devices, around, now, days, incidents_of(devices, now))
        measured = list(readings(past))
        journal.write([*measured, *signals(past, measured)]).result(300)
    live = Live(registry, journal)
    commander = Commander(registry, lambda *_args, **_options: None, is_lost=live.is_lost)
    boards = BoardPages(Shelf(SETTINGS, journal, registry), PASSWORD)
    app = create_app(SETTINGS, journal, live, commander, boards=boards)
    try:
        yield BoardSite(registry, journal, live, app, now)
    finally:
        live.close()
        journal.close()
        registry.close()
