"""A board with a learner's program, a broker, and everything that the board says to it."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from device.twin.host import AccessPoint, Fleet, Twin, World
from kit import firmware
from kit.errors import FabnumError
from tests.device.open_broker import open_broker

LAB = AccessPoint("lab", "sesame")
TOPIC = "fabnum/1/ville/objet/"
PATIENCE_S = 90


class LivingBoard:
    """``said``: (leaf, content) of all that came, oldest first."""

    def __init__(self, twin: Twin, client: aiomqtt.Client) -> None:
        self.twin = twin
        self.said: list[tuple[str, Any]] = []
        self._client = client
        self._news = asyncio.Event()

    async def listen(self) -> None:
        """Take what comes, for ever."""
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            leaf = message.topic.value.removeprefix(TOPIC)
            self.said.append((leaf, json.loads(message.payload)))
            self._news.set()

    async def tell_time(self) -> None:
        """Tell the time as the gateway does, for ever."""
        while True:
            await self._client.publish("fabnum/1/time", str(int(time.time())))
            await asyncio.sleep(0.2)

    async def hears(self, leaf: str, matches: Callable[[Any], object], since: int = 0) -> Any:
        """Return the first content of a leaf that matches; wait for it if need be."""
        end = time.monotonic() + PATIENCE_S
        while True:
            for name, content in self.said[since:]:
                if name == leaf and matches(content):
                    return content
            self._news.clear()
            try:
                async with asyncio.timeout(end - time.monotonic()):
                    await self._news.wait()
            except TimeoutError:
                pytest.fail(
                    f"nothing that matches came on {leaf}. The board's console:\n"
                    + self.twin.console()[-3000:]
                )

    async def fault(self, what: str, why: str | None = None) -> str:
        """Return the sentence of a fault, once it was said on ``event`` and ``status``.

        ``why``: what the status says instead, where something else was wrong before.
        """
        event = await self.hears(
            "event", lambda e: e["name"] == "fault" and e["data"]["what"] == what
        )
        await self.hears("status", lambda s: s["state"] == "degraded" and s["why"] == (why or what))
        assert event["data"]["text"] in self.twin.console()
        return str(event["data"]["text"])

    async def tell(self, name: str, **args: object) -> Any:
        """Tell it a command; return its answer."""
        identity = secrets.token_hex(4)
        command = {"id": identity, "name": name, "args": args}
        await self._client.publish(TOPIC + "command", json.dumps(command), qos=1)
        return await self.hears("ack", lambda answer: answer["id"] == identity)

    async def goes_on(self, *, measures: bool = True) -> None:
        """Fail unless from now on it still answers and, unless told otherwise, measures."""
        now = len(self.said)
        assert (await self.tell("report"))["ok"]
        await self.hears("status", lambda _: True, now)
        if measures:
            await self.hears("telemetry", lambda _: True, now)


@contextlib.asynccontextmanager
async def living_board(
    folder: Path, program: str, build: str = "climate", world: World | None = None, **settings: Any
) -> AsyncIterator[LivingBoard]:
    """Start a board with that ``main.py``, and a broker for it."""
    with contextlib.ExitStack() as stack:
        try:
            fleet = stack.enter_context(Fleet())
        except FabnumError as error:
            pytest.skip(error.cause)
        port = stack.enter_context(open_broker(folder))
        config = {
            "town": "ville",
            "device": "objet",
            "build": build,
            "wifi": [{"ssid": LAB.ssid, "password": LAB.password}],
            "broker": {"host": "127.0.0.1", "port": port, "tls": False},
            "ntp": "",
            "settings": {"window": 0},
            **settings,
        }
        twin = fleet.add(
            folder / "objet",
            firmware.assemble(build, main=program.encode()),
            firmware.identity(config),
            world or World(access_points=[LAB]),
        )
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.subscribe(TOPIC + "#", qos=1)
            board = LivingBoard(twin, client)
            tasks = [asyncio.create_task(board.listen()), asyncio.create_task(board.tell_time())]
            twin.start()
            try:
                yield board
            finally:
                for task in tasks:
                    task.cancel()
