"""The gateway under measurement: link, ingest and journal in a process of their own."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import uvloop

from benchmarks import load
from gateway.ingest import Ingest
from gateway.journal import Journal
from gateway.model import Listener
from gateway.mqtt import BrokerLink, Endpoint
from gateway.registry import Device, Registry


class Usage(NamedTuple):
    """What a measured stretch took: from the first message to the last commit."""

    messages: int
    seconds: float
    cpu_seconds: float
    memory_mib: float


class Stretch:
    """Measures from the first message on, in the process that does the work."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None

    def begin_once(self) -> None:
        """Start the clock, if it does not run yet."""
        if self._began is None:
            self._began = (time.perf_counter(), time.process_time())

    def end(self, messages: int) -> Usage:
        """Stop the clock."""
        assert self._began is not None
        seconds, cpu = self._began
        memory = psutil.Process(os.getpid()).memory_info().rss / 2**20
        return Usage(messages, time.perf_counter() - seconds, time.process_time() - cpu, memory)


def enrol(folder: Path, devices: int) -> None:
    """Write a registry that holds the load's devices."""
    registry = Registry(folder / "registry.sqlite")
    for number in range(devices):
        key = load.device(number)
        registry.add(
            Device(
                town=key.town,
                device=key.device,
                build=load.BUILD,
                place="school",
                place_name="School",
                name=f"Air {number}",
            )
        )
    registry.close()


def start(
    target: Callable[..., None], *arguments: Any
) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    """Start ``target(pipe, *arguments)`` in a process; return it and the other end of the pipe."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=target, args=(there, *arguments), daemon=True)
    process.start()
    return process, here


def run(pipe: Connection, port: int, folder: Path, messages: int) -> None:
    """Take in ``messages``; send ``ready`` once subscribed, then the Usage."""
    uvloop.run(_run(pipe, port, folder, messages))


async def _run(pipe: Connection, port: int, folder: Path, messages: int) -> None:
    async with Running(port, folder) as running:
        pipe.send("ready")
        pipe.send(await running.usage_of(messages))


class Running:
    """Link, ingest and journal, running as long as the context lasts."""

    def __init__(self, port: int, folder: Path, listeners: Sequence[Listener] = ()) -> None:
        self.journal = Journal(folder / "journal.sqlite")
        self.registry = Registry(folder / "registry.sqlite")
        self.ingest = Ingest(self.registry, self.journal, listeners)
        self.stretch = Stretch()
        self.link = BrokerLink(Endpoint("127.0.0.1", port), self._take)
        self._tasks: list[asyncio.Task[None]] = []

    def _take(self, delivery: Any) -> None:
        self.stretch.begin_once()
        self.ingest.take(delivery)

    async def __aenter__(self) -> "Running":
        self._tasks = [
            asyncio.create_task(self.link.run()),
            asyncio.create_task(self.ingest.run()),
        ]
        await self.link.connected.wait()
        return self

    async def usage_of(self, messages: int) -> Usage:
        """Return what it took until so many frames were on disk."""
        counters = self.ingest.counters
        while counters.frames + counters.duplicates < messages:  # noqa: ASYNC110 - no hook wanted
            await asyncio.sleep(0.01)
        return self.stretch.end(self.ingest.counters.frames)

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.journal.close()
        self.registry.close()
