"""A short visit to the broker with the gateway's rights, for `fabnum watch` and `fabnum send`.

Its session is its own and clean: the running gateway keeps its, and nothing stays behind.
"""

import asyncio
import contextlib
import logging
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import gmqtt
import msgspec
from gmqtt.mqtt.constants import MQTTv311
from gmqtt.mqtt.handler import MQTTConnectError

from gateway.broker.authority import Authority
from gateway.broker.credentials import gateway_login
from gateway.mqtt import tls_context
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DEVICE_LEAVES, ROOT, DeviceKey, parse_topic
from kit.settings import DataFolder, Settings

# Where nobody has set up logging, Python would print gmqtt's warnings between our sentences.
logging.getLogger("gmqtt").addHandler(logging.NullHandler())

CONNECT_WITHIN_S = 10.0
WAITING_MESSAGES = 10_000
"""A terminal that shows nothing for a while must not fill the memory: the newest are left out."""

Heard = tuple[DeviceKey, str, Any, bool]
"""Who, which leaf, what (decoded JSON, or bytes that are none), whether it was retained."""


class Visitor:
    """A connection that hears and publishes. Made by :func:`visit`."""

    def __init__(self, client: gmqtt.Client) -> None:
        self._client = client
        self._heard: asyncio.Queue[Heard | None] = asyncio.Queue(WAITING_MESSAGES)
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect

    async def messages(self) -> AsyncIterator[Heard]:
        """Yield what comes in. Raises FabnumError when the broker goes away."""
        while (heard := await self._heard.get()) is not None:
            yield heard
        raise _away()

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> None:
        """Hand a message to the broker."""
        self._client.publish(topic, payload, qos=qos, retain=retain)

    def _on_message(
        self, _client: gmqtt.Client, topic: str, payload: bytes, _qos: int, properties: Any
    ) -> int:
        place = parse_topic(topic)
        if place is not None and not self._heard.full():
            self._heard.put_nowait((*place, _decoded(payload), bool(properties.get("retain"))))
        return 0

    def _on_disconnect(self, _client: gmqtt.Client, _packet: bytes, exc: object = None) -> None:  # noqa: ARG002
        if self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(None)


@asynccontextmanager
async def visit(settings: Settings, folder: DataFolder) -> AsyncIterator[Visitor]:
    """Connect for as long as the context lasts, subscribed to all that objects say.

    Raises FabnumError if the broker is away or refuses us.
    """
    login = gateway_login(folder)
    client = _Connection(f"visitor-{secrets.token_hex(8)}", clean_session=True)
    client.set_auth_credentials(login.user, login.password)
    visitor = Visitor(client)
    broker = settings.broker
    try:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            await client.connect(
                broker.host,
                broker.port,
                ssl=tls_context(Authority(folder).authority_certificate),
                version=MQTTv311,
            )
    except (OSError, TimeoutError, ssl.SSLError, MQTTConnectError) as error:
        raise _away() from error
    client.subscribe([gmqtt.Subscription(f"{ROOT}/+/+/{leaf}", qos=0) for leaf in DEVICE_LEAVES])
    try:
        yield visitor
    finally:
        if client.is_connected:
            # What is still coming in when we say good-bye is an error to TLS, and none to us.
            with contextlib.suppress(OSError):
                await client.disconnect()


class _Connection(gmqtt.Client):  # type: ignore[misc] # gmqtt has no types
    """A connection that is not made again: a visit that is cut short has ended."""

    async def reconnect(self, delay: bool = False) -> None:
        """Do nothing; gmqtt calls this when the connection is lost."""


def _decoded(payload: bytes) -> Any:
    try:
        return msgspec.json.decode(payload)
    except msgspec.DecodeError:
        return payload


def _away() -> FabnumError:
    return FabnumError(
        _("The broker does not answer."),
        _("Start the service with “fabnum up”; “fabnum doctor” tells what is wrong."),
    )
