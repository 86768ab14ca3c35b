"""Brings letters to every address: tries again, ever later, until each has each letter."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Sequence

import msgspec

from gateway import logs
from gateway.alerts.addresses import Address
from gateway.alerts.order import Order
from gateway.alerts.state import Letter

log = logging.getLogger(__name__)

PATIENCE_S = 90.0
"""For one letter to all addresses. Apprise's services give up after 15 s at most."""
FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 1800.0


class Courier:
    """Remembers which address failed, and when it may be tried again. ``site`` is who sends."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._pauses: dict[str, float] = {}
        self._not_before: dict[str, float] = {}

    async def deliver(self, letter: Letter, addresses: Sequence[Address], now: float) -> bool:
        """Try the addresses that lack the letter; return whether one more has it.

        ``now``: seconds of a monotonic clock.
        """
        todo = [a for a in addresses if a.digest not in letter.done and self._may_try(a, now)]
        if not todo:
            return False
        reasons = await send(letter, todo, self._site)
        for address, reason in zip(todo, reasons, strict=True):
            if reason:
                self._failed(address, reason, now)
            else:
                self._pauses.pop(address.digest, None)
                self._not_before.pop(address.digest, None)
                letter.done.append(address.digest)
        return not all(reasons)

    def _may_try(self, address: Address, now: float) -> bool:
        return now >= self._not_before.get(address.digest, now)

    def _failed(self, address: Address, reason: str, now: float) -> None:
        pause = self._pauses.get(address.digest, FIRST_PAUSE_S)
        self._not_before[address.digest] = now + pause
        self._pauses[address.digest] = min(2 * pause, LONGEST_PAUSE_S)
        log.warning(
            "Line %d of secrets/alerts did not take an alert; tried again in %d s: %s",
            address.line,
            pause,
            reason,
        )


async def send(letter: Letter, addresses: Sequence[Address], site: str) -> list[str]:
    """Send a letter; return for each address an empty text, or why it failed, without secrets."""
    order = Order(letter.subject, letter.body, letter.good_news, [a.url for a in addresses], site)
    lines = await _answers(msgspec.json.encode(order))
    reasons = [msgspec.json.decode(line, type=str) for line in lines[: len(addresses)]]
    reasons += ["no answer"] * (len(addresses) - len(reasons))
    return [logs.secrets.masked(reason) for reason in reasons]


async def _answers(order: bytes) -> list[bytes]:
    """Return what the process said, line by line, as far as it came within ``PATIENCE_S``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"{__package__}.post",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lines = []
    try:
        async with asyncio.timeout(PATIENCE_S):
            process.stdin.write(order)
            process.stdin.write_eof()
            async for line in process.stdout:
                lines.append(line)  # noqa: PERF401 - what came before the time is up counts
            await process.wait()
    except (TimeoutError, ConnectionError):
        pass
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return lines
