"""The alerts of a running gateway: looks at all subjects, decides, remembers, tells.

A guest: whatever fails here is logged, and readings go on.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from dashboards.alerts import rules as rules_of
from gateway.alerts import addresses, outbox, state
from gateway.alerts.addresses import Address
from gateway.alerts.courier import Courier
from gateway.alerts.directory import Directory
from gateway.alerts.firing import Firing, firing
from gateway.alerts.gathering import snapshot
from gateway.alerts.machine import Machine, Snapshot
from gateway.alerts.outbox import Pace
from gateway.alerts.quiet import is_quiet
from gateway.alerts.writing import Writer
from gateway.live import Live
from gateway.registry import Registry
from gateway.signals import Signals
from gateway.web.words import Words
from kit import i18n
from kit.errors import FabnumError
from kit.settings import DataFolder, Settings

log = logging.getLogger(__name__)

POST_EVERY_S = 5.0


class Alerts:
    """The alerts of one site. Raises FabnumError if the site's rules make no sense."""

    def __init__(
        self,
        settings: Settings,
        folder: DataFolder,
        registry: Registry,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._clock = clock
        rules = rules_of(settings.alerts.rules)
        self._rules = {rule.id: rule for rule in rules}
        self._directory = Directory(settings, registry.find)
        self._state = state.read(folder.alerts)
        self._machine = Machine(rules, self._state)
        self._courier = Courier(settings.site.name)
        self._changing = asyncio.Lock()
        self._mistake = ""

    def firing(self) -> list[Firing]:
        """Return what fires now, in the language in use."""
        return firing(self._state, self._rules, self._directory)

    async def run(self, signals: Signals, live: Live) -> None:
        """Look, decide and tell until cancelled."""
        i18n.use(self._settings.site.languages[0])

        async def look() -> None:
            await self.look(await snapshot(signals, live, self._clock()))

        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._keep(look, self._settings.alerts.every_s))
            loops.create_task(self._keep(self.post, POST_EVERY_S))

    async def look(self, found: Snapshot) -> None:
        """Judge a snapshot; write down what has changed before anybody is told."""
        async with self._changing:
            now = self._clock()
            # A thread: ten thousand objects take longer than a message should wait.
            changed = await asyncio.to_thread(self._machine.step, now, found)
            if self._write_letter(now) or changed:
                await self._save()

    async def post(self) -> None:
        """Bring the letters that wait to whoever lacks them."""
        async with self._changing:  # what is told has been written down before
            letters = [*self._state.letters]
        known = self._addresses() if letters else []
        for letter in letters:
            delivered = await self._courier.deliver(letter, known, time.monotonic())
            everywhere = all(address.digest in letter.done for address in known)
            if delivered or everywhere:
                async with self._changing:
                    if everywhere and letter in self._state.letters:
                        self._state.letters.remove(letter)
                    await self._save()

    # --- deciding --------------------------------------------------------------------------------

    def _write_letter(self, now: float) -> bool:
        """Write the letter that is due, if one is; return whether anything has changed."""
        settings = self._settings.alerts
        dropped = outbox.drop_old_letters(self._state, now)
        if dropped:
            log.warning("%d messages about alerts reached nobody and are given up.", dropped)
        quiet = is_quiet(settings, self._settings.site.time_zone, now)
        pace = Pace(settings.gather_s, settings.remind_hours * outbox.HOUR_S)
        news = outbox.due(self._state, self._rules, pace, now, quiet=quiet)
        if news is None or not self._addresses():
            return bool(dropped)  # who is named later hears of what fires then
        self._state.letters.append(self._writer().letter(news, now))
        outbox.note_told(self._state, news, now)
        log.info(
            "Alerts are told.",
            extra={"new": len(news.begun), "ongoing": len(news.ongoing), "over": len(news.over)},
        )
        return True

    def _writer(self) -> Writer:
        site = self._settings.site
        return Writer(
            self._rules,
            self._directory,
            Words(site.time_zone),
            site=site.name,
            address=self._settings.pages_address,
        )

    def _addresses(self) -> list[Address]:
        """Return to whom alerts go. A file that cannot be read is said once."""
        try:
            found, mistake = addresses.read(self._folder), ""
        except FabnumError as error:
            found, mistake = [], str(error)
        if mistake and mistake != self._mistake:
            log.warning("%s", mistake)
        self._mistake = mistake
        return found

    async def _save(self) -> None:
        try:
            await asyncio.to_thread(state.write, self._folder.alerts, self._state)
        except OSError as error:  # a full disk: that it is full must be told all the same
            log.warning("What is known of alerts cannot be kept: %s", error.strerror)

    async def _keep(self, work: Callable[[], Awaitable[None]], every_s: float) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("The alerts failed just now; they are tried again.")
            await asyncio.sleep(every_s)
