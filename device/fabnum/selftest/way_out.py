"""Tests of the way out: the Wi-Fi that the board was given, its broker, and the time from there."""

import asyncio
import time

from fabnum import config, mqtt
from fabnum.clock import Clock
from fabnum.selftest import tell
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_POLL_MS = const(100)
_PATIENCE_MS = const(30_000)
# A reason may pass by itself: so long after it showed, it stands. Others never pass.
_SECOND_CHANCE_MS = const(7_000)
_FINAL = const(("credentials", "tls", "protocol", "memory"))
_TIME_PATIENCE_MS = const(10_000)  # the gateway answers at once to a board that lacks the time
_PUBLISH_S = const(10)
_KEEPALIVE_S = const(30)
_TIME_TOPIC = const("fabnum/1/time")
_ASKING = const(b'{"state": "starting", "why": "self-test"}')


async def check() -> None:
    """Take the way out as the firmware does, and tell ``wifi``, ``broker`` and ``clock``.

    What comes after a step that failed is not tried, and not told.
    """
    try:
        settings = config.load()
        authority = config.authority() if settings["broker"]["tls"] else None
    except config.ConfigError:
        tell("wifi", ok=False, why="not-configured")
        return
    if await _reach_wifi(settings):
        await _reach_broker(settings, authority)


async def _reach_wifi(settings: "dict[str, Any]") -> bool:
    from fabnum.wifi import Wifi

    wifi = Wifi(settings["wifi"], None, settings["device"])
    trying = asyncio.create_task(wifi.run())
    why = await _outcome(wifi.connected.is_set, lambda: wifi.reason)
    if why:
        trying.cancel()
        tell("wifi", ok=False, why=why)
        return False
    tell("wifi", ok=True, value=wifi.rssi())
    return True


async def _reach_broker(settings: "dict[str, Any]", authority: bytes | None) -> None:
    from fabnum import broker

    town, device, to = settings["town"], settings["device"], settings["broker"]
    clock = Clock(trust_kept=False)
    client = mqtt.Client(
        "%s_%s" % (town, device),
        to["host"],
        to["port"],
        user=to["user"],
        password=to["password"],
        keepalive=_KEEPALIVE_S,
        ssl=broker.tls_context(authority) if authority else None,
        on_message=lambda _topic, payload, _retained: clock.set_from_message(payload),
    )
    await client.subscribe(_TIME_TOPIC, 0)
    client.start()
    try:
        why = await _outcome(lambda: client.up, lambda: client.reason)
        if why:
            tell("broker", ok=False, why=why)
            return
        topic = "fabnum/1/%s/%s/status" % (town, device)
        try:
            await asyncio.wait_for(client.publish(topic, _ASKING, 1, False), _PUBLISH_S)
        except asyncio.TimeoutError:
            tell("broker", ok=False, why="connection")
            return
        tell("broker", ok=True)
        await _hear_the_time(clock, settings["ntp"])
    finally:
        await client.stop()


async def _hear_the_time(clock: Clock, server: str) -> None:
    if not await _outcome(lambda: clock.now() is not None, lambda: "", _TIME_PATIENCE_MS):
        tell("clock", ok=True, value=clock.now(), source="broker")
        return
    if server:
        from fabnum import ntp

        unix = await ntp.ask(server)
        if unix is not None and clock.set_from_ntp(unix):
            tell("clock", ok=True, value=unix, source="ntp")
            return
    tell("clock", ok=False, why="no-time")


async def _outcome(reached: "Any", reason: "Any", patience_ms: int = _PATIENCE_MS) -> str:
    """Wait until something is reached; return why it is not, ``""`` if it is."""
    started = time.ticks_ms()
    stood_since = started
    why = ""
    while not reached():
        await asyncio.sleep_ms(_POLL_MS)
        now = time.ticks_ms()
        if reason() != why:
            why = reason()
            stood_since = now
        if why in _FINAL or (why and time.ticks_diff(now, stood_since) > _SECOND_CHANCE_MS):
            return why
        if time.ticks_diff(now, started) > patience_ms:
            return why or "silent"
    return ""
