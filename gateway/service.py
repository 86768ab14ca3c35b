"""The gateway as a whole: starts its parts in order, keeps them running, stops them in order.

    broker → link → ingest → journal → { live → pages, follower } and { InfluxDB writer }

Stopping goes the other way round: first nothing more is taken, then what is on its way is
committed and acknowledged, then the stores are closed, and the broker goes last.
"""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Coroutine, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import uvicorn

from gateway.alerts import Alerts
from gateway.api.app import open_data
from gateway.badges.achievement import Definition
from gateway.badges.office import BadgeOffice
from gateway.boards.password import ensure_password
from gateway.broker.authority import Authority
from gateway.broker.choice import keeper_for
from gateway.broker.credentials import gateway_login
from gateway.calibrations import Calibrations
from gateway.commands import Commander
from gateway.day import Day, Sessions
from gateway.follow import Follower
from gateway.influx import InfluxWriter
from gateway.ingest import Ingest
from gateway.journal import Journal
from gateway.live import Condition, Live
from gateway.logbook import Logbook
from gateway.metrics import Metrics
from gateway.mqtt import BrokerLink, Endpoint, LinkState, tls_context
from gateway.passport import Passports
from gateway.registry import Registry
from gateway.selftests import SelfTests
from gateway.signals import Sampler, Signals, Sources
from gateway.time_teller import TimeTeller
from gateway.web.app import create_app
from gateway.web.badge_pages import BadgePages
from gateway.web.board_pages import BoardPages
from gateway.web.board_shelf import Shelf
from gateway.web.booklets import Booklets
from gateway.web.day_pages import DayPages
from gateway.web.limits import TokenBuckets
from gateway.web.words import Words
from gateway.workshops import Workshops
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings

log = logging.getLogger(__name__)

CONNECT_WITHIN_S = 20.0
SHUTDOWN_S = 3
"""How long a page that is being read may hold the end up."""
REGISTRY_EVERY_S = 1.0
BUSY_CONNECTIONS = 1000
BACKLOG = 256
OPEN_DATA_PACE = (120, 0.5)
"""What one client may ask of open data: so many at once, then one each so many seconds."""


class Service:
    """One site's gateway. :meth:`start` returns when pages are served and readings are taken."""

    def __init__(
        self,
        settings: Settings,
        folder: DataFolder,
        badges: Mapping[str, Definition] = MappingProxyType({}),
    ) -> None:
        """Put the parts together. ``badges``: what badges there are, by module."""
        self.settings = settings
        self._definitions = badges
        self.badges = BadgeOffice(settings, folder)
        self.folder = folder
        self.registry = Registry(folder.registry)
        self.logbook = Logbook(folder.logbook)
        self.workshops = Workshops(folder.workshops)
        self.journal = Journal(folder.journal, settings.journal)
        self.live = Live(self.registry, self.journal)
        self.ingest = Ingest(self.registry, self.journal)
        self.link = BrokerLink(_endpoint(settings, folder), self.ingest.take)
        self.commander = Commander(self.registry, self._publish, self._is_lost, self._clock_time)
        self.follower = Follower(self.registry, self.commander)
        self.sessions = Sessions(folder.workshops)
        self.day = Day(self.sessions, self.commander, self.live)
        self.time_teller = TimeTeller(self.link.publish)
        self.selftests = SelfTests(self.logbook)
        self.calibrations = Calibrations(self.logbook, self.registry)
        for listener in (
            self.live,
            self.commander,
            self.follower,
            self.time_teller,
            self.selftests,
            self.calibrations,
        ):
            self.ingest.add_listener(listener)
        self.broker = keeper_for(settings, folder, self.registry)
        # The InfluxDB writer is a thread of its own, with its own opening into the registry.
        self._registry_for_influx = Registry(folder.registry)
        self.influx = self._influx_writer()
        self.signals = Signals(self._sources())
        self.sampler = Sampler(self.signals, self.journal)
        self.alerts = Alerts(settings, folder, self.registry)
        for ear in self.signals.listeners:
            self.ingest.add_listener(ear)
        self.ingest.add_refusal_listener(self.signals.on_refusal)
        self.metrics = Metrics(self)
        self._server = _Server(self._server_config())
        self._tasks: list[asyncio.Task[None]] = []
        self._started = time.time()

    @property
    def url(self) -> str:
        """The address of the pages, as this machine's own browser reaches them."""
        web = self.settings.web
        host = "localhost" if web.host in ("0.0.0.0", "127.0.0.1", "::") else web.host  # noqa: S104
        return f"http://{host}:{web.port}/"

    async def start(self) -> None:
        """Start everything. Raises FabnumError, and leaves nothing running, if a part cannot."""
        try:
            await self.broker.start()
            self._keep("broker", self.broker.run())
            await self._start_link()
            if self.influx is not None:
                self.influx.start()
            await self._start_pages()
        except BaseException:
            await self.stop()
            raise
        self._keep("registry", self._follow_registry())
        self._keep("selftests", self.selftests.run())
        self._keep("calibrations", self.calibrations.run())
        self._keep("signals", self.sampler.run())
        self._keep("alerts", self.alerts.run(self.signals, self.live))
        self._keep("workshops", self.day.run())
        log.info("The site “%s” is up: %s", self.settings.site.name, self.url)

    async def stop(self) -> None:
        """Stop everything in order. May be called when only part of it has started."""
        self.live.close()
        self._server.should_exit = True
        await _end([task for task in self._tasks if task.get_name() == "pages"], cancel=False)
        await self.day.close()
        await self.follower.close()
        await self.time_teller.close()
        # The link ends by waiting until what it has taken is committed and acknowledged.
        await _end(self._tasks, cancel=True)
        if self.influx is not None:
            await asyncio.to_thread(self.influx.stop)
        await asyncio.to_thread(self.journal.close)
        await self.broker.stop()
        self.selftests.write_down()
        self.calibrations.write_down()
        self.registry.close()
        self.logbook.close()
        self.workshops.close()
        self.badges.close()
        self.sessions.close()
        self._registry_for_influx.close()
        log.info("Stopped.")

    async def run_until(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set or a part ends that should not, whose error is raised."""
        stopping = asyncio.create_task(stop.wait(), name="stop")
        done, _rest = await asyncio.wait(
            {stopping, *self._tasks}, return_when=asyncio.FIRST_COMPLETED
        )
        stopping.cancel()
        for task in done - {stopping}:
            await task
            raise FabnumError(
                _("The part “{name}” of the gateway has ended by itself.", name=task.get_name()),
                _("See the log above, then start it again."),
            )

    def health(self) -> dict[str, object]:
        """Answer ``/healthz``: ``ok`` is true while readings are taken and stored."""
        trouble = self.journal.trouble
        journal = trouble.error.cause if trouble else ""
        connected = self.link.state is LinkState.CONNECTED
        problem = self.broker.problem or ("" if connected else str(self.link.problem or ""))
        sink = self.influx.status if self.influx is not None else None
        return {
            "ok": connected and trouble is None,
            "broker": {"state": self.link.state.value, "problem": problem},
            "journal": {"state": "waiting" if trouble else "writing", "problem": journal},
            "influx": None
            if sink is None
            else {"state": sink.state, "problem": sink.problem, "lag_frames": sink.lag_frames},
            "since": int(self._started),
        }

    # --- starting --------------------------------------------------------------------------------

    def _influx_writer(self) -> InfluxWriter | None:
        influx = self.settings.influx
        if influx is None:
            return None
        try:
            token = self.folder.secret("influx-token")
        except FabnumError:
            token = ""  # InfluxDB 1 on the same machine often asks for none
        return InfluxWriter(influx, token, self.journal, self._registry_for_influx)

    def _sources(self) -> Sources:
        return Sources(
            live=self.live,
            journal=self.journal,
            counters=self.ingest.counters,
            link=self.link,
            influx=self.influx,
            registry=self.registry,
            logbook=self.logbook,
            workshops=self.workshops,
            folder=self.folder,
            towns=tuple(town.id for town in self.settings.towns),
        )

    async def _start_link(self) -> None:
        self._keep("link", self.link.run())
        self._keep("ingest", self.ingest.run())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.link.connected.wait(), CONNECT_WITHIN_S)
            self.broker.admit_devices()
        if self.link.problem is not None:
            log.warning("%s The gateway goes on trying.", self.link.problem)

    async def _start_pages(self) -> None:
        web = self.settings.web
        try:
            listening = socket.create_server((web.host, web.port), backlog=BACKLOG)
        except OSError as error:
            raise FabnumError(
                _(
                    "The pages cannot be served on port {port}: {reason}.",
                    port=web.port,
                    reason=error.strerror,
                ),
                _("Choose another port in fabnum.toml, section [web]."),
            ) from None
        self._keep("pages", self._server.serve(sockets=[listening]))

    def _server_config(self) -> uvicorn.Config:
        app = create_app(
            self.settings,
            self.journal,
            self.live,
            self.commander,
            passports=Passports(self.registry, self.logbook, self.journal),
            boards=BoardPages(
                Shelf(self.settings, self.journal, self.registry),
                ensure_password(self.folder),
                self.alerts.firing,
            ),
            day=DayPages(self.day, ensure_password(self.folder)),
            booklets=Booklets(self.folder.booklets),
            badges=BadgePages(self.badges, self._definitions),
            health=self.health,
            metrics=self.metrics.expose,
            open_data=open_data(
                self.settings, self.folder.journal, self.live, TokenBuckets(*OPEN_DATA_PACE)
            ),
        )
        return uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # who read which page when is nobody's business
            server_header=False,
            lifespan="off",
            limit_concurrency=BUSY_CONNECTIONS,
            timeout_graceful_shutdown=SHUTDOWN_S,
        )

    def _keep(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        return task

    async def _follow_registry(self) -> None:
        """Let the pages know of objects added or revoked, and the broker let them in."""
        while True:
            await asyncio.sleep(REGISTRY_EVERY_S)
            self.live.refresh()
            if self.link.connected.is_set():
                self.broker.admit_devices()

    async def _publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        assert not retain, "commands are never retained"
        await self.link.publish(topic, payload, qos)

    def _is_lost(self, key: DeviceKey) -> bool:
        thing = self.live.find(key)
        return thing is not None and thing.condition(self.live.now()) is Condition.LOST

    def _clock_time(self, moment: float) -> str:
        return Words(self.settings.site.time_zone).time(moment)  # in the language of who asks


class _Server(uvicorn.Server):
    """uvicorn in our event loop, which leaves signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: the service decides when to stop."""
        yield


def _endpoint(settings: Settings, folder: DataFolder) -> Endpoint:
    """Return where the broker is, and who the gateway is there."""
    login = gateway_login(folder)
    return Endpoint(
        settings.broker.host,
        settings.broker.port,
        login.user,
        login.password,
        tls_context(Authority(folder).authority_certificate),
        login.client_id,
    )


async def _end(tasks: list[asyncio.Task[None]], *, cancel: bool) -> None:
    for task in tasks:
        if cancel:
            task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            log.debug("ended with %r", result)
