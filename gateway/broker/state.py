"""What the broker is doing, and what whoever keeps one can be asked."""

import enum
from typing import Protocol


class State(enum.Enum):
    """What the broker is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting"
    """It ended by itself, and is started again after a pause."""


class Keeper(Protocol):
    """Keeps a broker to the registry: a nats-server of its own, or the machine's Mosquitto."""

    state: State
    problem: str

    async def start(self) -> None:
        """Return when boards can connect. Raises FabnumError if they will not be able to."""

    def admit_devices(self) -> None:
        """Take note that the gateway's session exists: what devices say is kept from now on."""

    async def run(self) -> None:
        """Keep the broker's users to the registry until cancelled."""

    async def stop(self) -> None:
        """End what was started."""
