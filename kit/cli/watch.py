"""`fabnum watch`: what comes in, as it comes in, a line each."""

import asyncio
import time
from typing import Any

from rich.console import Console
from rich.text import Text

from gateway.decode import EARLIEST, LATEST
from gateway.registry import Registry
from gateway.visitor import visit
from gateway.web.words import Words
from kit.catalogue import Build
from kit.cli.names import device_key
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings, load

LEAF_STYLE = {"telemetry": "", "status": "cyan", "about": "dim", "event": "magenta", "ack": "green"}


def watch_feed(folder: DataFolder, name: str) -> None:
    """Print what objects say until Ctrl-C; only one object's if named."""
    settings = load(folder)
    only = device_key(settings, name) if name else None
    asyncio.run(_watch(settings, folder, only))


async def _watch(settings: Settings, folder: DataFolder, only: DeviceKey | None) -> None:
    console = Console(highlight=False)
    registry = Registry(folder.registry)
    words = Words(settings.site.time_zone)
    async with visit(settings, folder) as visitor:
        Console(stderr=True).print(_("Listening. Ctrl-C ends it."), style="dim")
        async for key, leaf, content, _retained in visitor.messages():
            if only is None or key == only:
                for line in sentences(leaf, content, _build(registry, key), words):
                    clock = words.local(time.time()).strftime("%H:%M:%S")
                    console.print(Text(f"{clock}  {key!s:28} {line}", LEAF_STYLE.get(leaf, "red")))


def _build(registry: Registry, key: DeviceKey) -> Build | None:
    device = registry.find(key)
    try:
        return device.catalogue() if device else None
    except FabnumError:
        return None


def sentences(leaf: str, content: Any, build: Build | None, words: Words) -> list[str]:
    """Say in words what a message holds; anything unexpected is shown as it is."""
    if leaf == "telemetry":
        frames = content if isinstance(content, list) else [content]
        return [_reading(frame, build, words) for frame in frames]
    if not isinstance(content, dict):
        return [f"{leaf}: {content!r}"]
    if leaf == "status":
        why = f" ({content['why']})" if content.get("why") else ""
        waiting = content.get("queue")
        queue = "  " + _("waiting: {count}", count=waiting) if waiting else ""
        return [f"{_state(content, words)}{why}{queue}"]
    if leaf == "ack":
        done = content.get("ok") is True
        return [_("done") if done else _("not done: {reason}", reason=content.get("error"))]
    if leaf == "event":
        return [" ".join([str(content.get("name")), *_pairs(content.get("data"))])]
    return [" ".join(_pairs({key: content.get(key) for key in ("build", "firmware", "reset")}))]


def _state(status: dict[str, Any], words: Words) -> str:
    wakes = status.get("wakes")
    if status.get("state") != "sleeping" or not isinstance(wakes, int | float):
        return str(status.get("state"))
    # Whatever a stranger writes there must not end the feed: only times that a clock can show.
    if not EARLIEST <= wakes <= LATEST:
        return "sleeping"
    return _("asleep until {time}", time=words.time(wakes))


def _reading(frame: Any, build: Build | None, words: Words) -> str:
    values = frame.get("values") if isinstance(frame, dict) else None
    if not isinstance(values, dict):
        return f"telemetry: {frame!r}"
    return "   ".join(_value(str(name), value, build, words) for name, value in values.items())


def _value(name: str, value: Any, build: Build | None, words: Words) -> str:
    channel = build.channel(name) if build else None
    if channel is None or not isinstance(value, int | float):
        return f"{name} {value}"
    return f"{channel.name} {words.quantity(value, channel)}"


def _pairs(data: Any) -> list[str]:
    return [f"{key}={value}" for key, value in data.items()] if isinstance(data, dict) else []
