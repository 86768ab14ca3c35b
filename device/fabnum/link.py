"""The board's own topics on the broker: ``fabnum/1/<town>/<device>/<leaf>``."""

import asyncio
import json

from fabnum import mqtt
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import Any

_TIME_TOPIC = const("fabnum/1/time")
_KEEPALIVE_S = const(30)
_OUTBOX = const(16)
_LOST = const(b'{"state": "lost", "why": "connection"}')


class Link:
    """Publishes and hears. ``config``: the checked configuration; ``authority``: DER, or ``None``.

    ``on_command(payload)``, ``on_time(payload)`` and ``on_state(up, reason)`` are plain functions.
    ``will``: the ``status`` that the broker publishes if the board goes without a word; ``None``:
    that it is lost.
    """

    def __init__(
        self,
        config: "dict[str, Any]",
        authority: bytes | None,
        on_command: "Callable[[bytes], object]",
        on_time: "Callable[[bytes], object]",
        on_state: "Callable[[bool, str], object]",
        will: bytes | None = None,
    ) -> None:
        town, device, to = config["town"], config["device"], config["broker"]
        self._base = "fabnum/1/%s/%s/" % (town, device)
        self._on_command = on_command
        self._on_time = on_time
        self._on_state = on_state
        self._outbox: list[
            tuple[str, dict[str, Any]]
        ] = []  # events and answers, (leaf, content), oldest first
        self._posted = asyncio.Event()
        self.came_up = asyncio.Event()
        self._client = mqtt.Client(
            "%s_%s" % (town, device),
            to["host"],
            to["port"],
            user=to["user"],
            password=to["password"],
            keepalive=_KEEPALIVE_S,
            ssl=_tls_context(authority),
            will=(self._base + "status", will or _LOST, 1, True),
            on_message=self._take,
            on_state=self._change,
        )

    @property
    def up(self) -> bool:
        """Whether the broker is there now."""
        return self._client.up

    async def start(self) -> None:
        """Begin to connect, and stay connected."""
        await self._client.subscribe(self._base + "command")
        await self._client.subscribe(_TIME_TOPIC, 0)
        self._client.start()

    async def stop(self) -> None:
        """Say good-bye to the broker, and stay away."""
        await self._client.stop()

    def retry(self) -> None:
        """Connect now: the network is back."""
        self._client.retry()

    def move(self, host: str, port: int) -> None:
        """Connect to another broker from now on."""
        self._client.move(host, port)

    async def connected(self) -> None:
        """Wait until the broker is there."""
        while not self._client.up:
            self.came_up.clear()
            await self.came_up.wait()

    async def publish(self, leaf: str, payload: bytes, retain: bool = False) -> None:
        """Publish bytes on a leaf; return when the broker has them, however long that takes."""
        await self._client.publish(self._base + leaf, payload, 1, retain)

    def post(self, leaf: str, content: "dict[str, Any]") -> None:
        """Keep something (a dict) to be published in its turn; the oldest gives way if need be."""
        self._outbox.append((leaf, content))
        del self._outbox[:-_OUTBOX]
        self._posted.set()

    async def run(self) -> None:
        """Publish what was posted; never returns."""
        while True:
            while self._outbox:
                posted = self._outbox[0]
                await self.publish(posted[0], json.dumps(posted[1]).encode())
                if posted in self._outbox:
                    self._outbox.remove(posted)
            self._posted.clear()
            await self._posted.wait()

    async def flush(self) -> None:
        """Wait until everything posted has arrived."""
        while self._outbox:
            await asyncio.sleep_ms(20)

    def _take(self, topic: str, payload: bytes, retained: bool) -> None:
        if topic == _TIME_TOPIC:
            self._on_time(payload)
        elif topic == self._base + "command" and not retained:
            # A retained one is old, whoever left it there: lamps do not switch on by themselves.
            self._on_command(payload)

    def _change(self, up: bool, reason: str) -> None:
        if up:
            self.came_up.set()
        self._on_state(up, reason)


def _tls_context(authority: bytes | None) -> "ssl.SSLContext | None":
    if authority is None:
        return None
    from fabnum import broker

    return broker.tls_context(authority)
