"""How a board on a battery lives: it wakes, measures, sends what waits, and sleeps again.

    wake → measure → send what waits → listen for a moment → say until when → deep sleep

Loaded where the build ``sleeps``, the object is deployed and ``settings.sleep`` of ``config.json``
is not false. A start that is no waking (power, EN, a restart that was asked for) keeps the board
awake for ``settings.awake`` seconds, five minutes without it: the way back in. So does a command,
and setup mode as long as it is open.

Without a network the readings stay in the queue on flash, and the radio is left off at more and
more wakings, up to an hour; each still measures. Deep sleep clears the RAM: all that goes on lies
in the chip's RTC memory. A boot goes on through sleep, with its numbers and its monotonic seconds:
so what was measured before the time was known is dated when it is, also some wakings later. It is
taken out of the memory at each waking: a board that crashes before it sleeps again is a new boot,
and no frame has another one's number.
"""

import asyncio
import json
import os
import struct

from fabnum import log
from fabnum.clock import chip_time
from fabnum.values import is_number
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.clock import Clock
    from fabnum.health import Health
    from fabnum.link import Link
    from fabnum.online import Online
    from fabnum.queue import Queue
    from fabnum.report import Report
    from fabnum.runner import Runner
    from fabnum.thresholds import Threshold

# Magic, boot, next seq, monotonic second, chip's time when it fell asleep, chip's time at which it
# is to wake, thresholds that were reached (a bit each), attempts in a row that reached nobody,
# wakings without the radio, seconds of a period.
_FORM = const("<2s4sIIIIIBBf")
_MAGIC = const(b"S1")

_AWAKE_S = const(300)
_MEASURING_S = const(30)  # two sensors that are missing, 15 s each
_SENDING_S = const(30)  # from the radio's start, or the last frame that went out, to giving up
_DATING_S = const(90)  # the same while the time is not known: the gateway tells it every 60 s
_SENDING_LIMIT_S = const(240)
_LISTENING_MS = const(2000)
_GOODBYE_S = const(5)
_GOING_OUT_MS = const(300)  # what was handed to the radio still has to leave it
_LONGEST_SILENCE_S = const(3600)
_MOST_THRESHOLDS = const(32)
_MOST_SILENT = const(255)  # wakings: a byte of _FORM
_POLL_MS = const(50)
_BY_ITSELF = const(("sleep", "watchdog", "brownout"))


class Sleep:
    """What is left of the time before, and when and how the board sleeps next.

    ``boot``, ``seq``, ``since``: the boot that goes on, its next frame and its monotonic second; a
    new boot unless the board was asleep. ``period``: seconds that somebody asked for since, 0 if
    unknown. ``calls``: whether the radio is used at this waking.
    """

    def __init__(self, health: "Health", settings: "dict[str, Any]") -> None:
        self._health = health
        stay = settings.get("awake")
        self._stay_s: int = _AWAKE_S if stay is None or not is_number(stay) else int(stay)
        self._awake_until = 0  # monotonic second
        self._told = False
        self._due = chip_time()  # when this cycle began, by the chip's clock
        self._failures = self._silent = self._beyond = 0
        self._thresholds: list[Threshold] = []
        self.boot = os.urandom(4).hex()
        self.seq = self.since = 0
        self.period: float = 0
        self.woken = False
        kept = health.kept
        if health.reset == "sleep" and len(kept.rest) == struct.calcsize(_FORM):
            self._remember(kept.rest)
        kept.set_rest(b"")
        self.calls = not self._silent

    def _remember(self, rest: bytes) -> None:
        (
            magic,
            boot,
            seq,
            since,
            slept_at,
            due,
            self._beyond,
            self._failures,
            self._silent,
            period,
        ) = struct.unpack(_FORM, rest)
        if magic != _MAGIC:
            return
        self.woken = True
        self.boot = boot.hex()
        self.seq = seq
        self.since = since + max(0, self._due - slept_at)
        self._due = due
        self.period = int(period) if period == int(period) else period

    def will(self, now: int | None) -> bytes | None:
        """Return what the broker says where the board sleeps without a good-bye.

        ``None``, that it is lost: by day, or where nobody knows the time. ``now``: Unix seconds.
        """
        if not self.woken or now is None:
            return None
        wakes = now + self._left(self.period)
        return json.dumps({"state": "sleeping", "why": "connection", "wakes": wakes}).encode()

    def recall(self, thresholds: "list[Threshold]") -> None:
        """Let a program's thresholds be as they were: who was called does not hear it again."""
        self._thresholds = thresholds[:_MOST_THRESHOLDS]
        for threshold in self._thresholds:
            threshold.beyond = bool(self._beyond & 1)
            self._beyond >>= 1

    def stay(self) -> None:
        """Stay awake for some minutes from now on: somebody has told the board something."""
        self._told = True

    async def run(
        self, clock: "Clock", queue: "Queue", online: "Online", report: "Report", runner: "Runner"
    ) -> None:
        """Sleep when all is done. Never returns: the chip starts anew."""
        started = clock.monotonic()
        if self._somebody_is_there():
            self.stay()
        while runner.unmeasured and clock.monotonic() - started < _MEASURING_S:
            await asyncio.sleep_ms(_POLL_MS)
        reached = False
        while True:
            while self._stays(clock, online):
                await asyncio.sleep_ms(10 * _POLL_MS)
            if self.calls:
                reached = await self._send(clock, queue, online.link)
            if not self._stays(clock, online):
                break
        self._plan_calls(reached, report.period)
        if reached:
            await self._say_goodbye(clock, online.link, report)
        self._sleep(clock, queue, report.period)

    def _somebody_is_there(self) -> bool:
        # In safe mode too: whoever comes to help finds it, and the program is tried again then.
        health = self._health
        by_itself = health.reset in _BY_ITSELF or health.kept.crashes
        return health.safe_mode or not by_itself

    def _stays(self, clock: "Clock", online: "Online") -> bool:
        now = clock.monotonic()
        if self._told:
            self._told = False
            self._awake_until = now + self._stay_s
        return now < self._awake_until or online.reason == "setup"

    async def _send(self, clock: "Clock", queue: "Queue", link: "Link") -> bool:
        """Wait for what waits to arrive, and hear commands; return whether the broker was there."""
        begun = progress = clock.monotonic()
        waiting = len(queue)
        reached = False
        while True:
            now = clock.monotonic()
            if link.up and (not reached or len(queue) < waiting):
                reached, progress = True, now
            waiting = len(queue)
            if link.up and not waiting:
                await asyncio.sleep_ms(_LISTENING_MS)
                return True
            patience = _DATING_S if link.up and clock.now() is None else _SENDING_S
            if now - progress >= patience or now - begun >= _SENDING_LIMIT_S:
                return reached
            await asyncio.sleep_ms(_POLL_MS)

    def _plan_calls(self, reached: bool, period: float) -> None:
        """Decide at how many wakings the radio stays off: the longer in vain, the more."""
        if not self.calls:
            self._silent -= 1
        elif reached:
            self._failures = self._silent = 0
        else:
            # The next waking tries again, then the second, the fourth … at least one in an hour.
            most = max(1, int(_LONGEST_SILENCE_S / period))
            self._silent = min((1 << self._failures) - 1, most - 1, _MOST_SILENT)
            self._failures = min(self._failures + 1, 16)

    async def _say_goodbye(self, clock: "Clock", link: "Link", report: "Report") -> None:
        now = clock.now()
        wakes = None if now is None else now + self._left(report.period)
        try:
            await asyncio.wait_for(_tell(link, report, wakes), _GOODBYE_S)
        except asyncio.TimeoutError:
            return  # the broker says it in our place: the last will
        await link.stop()
        await asyncio.sleep_ms(_GOING_OUT_MS)

    def _left(self, period: float) -> int:
        """Return for how many seconds to sleep, so that cycles begin a period apart.

        By the chip's clock, right or wrong: if it was set meanwhile, the next cycle begins when a
        cycle would have. A board that woke a little early has had its cycle all the same.
        """
        whole = max(1, int(period))
        left = whole - (chip_time() - self._due) % whole
        return left if left >= whole // 4 else left + whole

    def _sleep(self, clock: "Clock", queue: "Queue", period: float) -> None:
        import machine

        left = self._left(period)
        self._health.kept.set_crashes(0)
        self._keep(queue.measured, clock.monotonic(), left, period)
        log.say("La carte dort %d s." % left)
        machine.deepsleep(left * 1000)

    def _keep(self, seq: int, monotonic: int, left: int, period: float) -> None:
        now = chip_time()
        boot = bytes.fromhex(self.boot)
        beyond = 0
        for threshold in reversed(self._thresholds):
            beyond = beyond << 1 | threshold.beyond
        state = (now, now + left, beyond, self._failures, self._silent, period)
        rest = struct.pack(_FORM, _MAGIC, boot, seq, monotonic, *state)
        self._health.kept.set_rest(rest)


async def _tell(link: "Link", report: "Report", wakes: int | None) -> None:
    await link.flush()
    await report.sleeping(wakes)
