"""`fabnum send`: tell an object to do something, and say what it answered."""

import asyncio

from gateway.commands import Commander
from gateway.registry import Registry
from gateway.visitor import Visitor, visit
from kit.cli.names import device_key
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings, load


def send_command(folder: DataFolder, name: str, command: str, words: list[str]) -> None:
    """Send one command and wait for the answer. Raises FabnumError with the reason if it fails."""
    settings = load(folder)
    key = device_key(settings, name)
    asyncio.run(tell(settings, folder, key, command, arguments(words)))
    print(_("{device} has done it.", device=key))


def arguments(words: list[str]) -> dict[str, object]:
    """Read ``name=value`` words. Raises FabnumError for a word of another form."""
    pairs = [word.partition("=") for word in words]
    for name, equals, _value in pairs:
        if not name or not equals:
            raise FabnumError(
                _("“{word}” is not of the form name=value.", word=name + equals),
                _("Write it like: {example}", example="colour=#00ff80"),
            )
    return {name: value for name, _equals, value in pairs}


async def tell(
    settings: Settings,
    folder: DataFolder,
    key: DeviceKey,
    command: str,
    values: dict[str, object],
) -> None:
    """Send one command on a visit to the broker, and wait for the answer; raises FabnumError."""
    registry = Registry(folder.registry)
    async with visit(settings, folder) as visitor:
        commander = Commander(
            registry,
            lambda topic, payload, qos, retain: visitor.publish(topic, payload, qos, retain=retain),
        )
        hearing = asyncio.create_task(_hear(visitor, commander), name="answers")
        try:
            await commander.send(key, command, values)
        finally:
            hearing.cancel()


async def _hear(visitor: Visitor, commander: Commander) -> None:
    async for key, leaf, content, _retained in visitor.messages():
        if isinstance(content, dict):
            commander.on_leaf(key, leaf, content)
