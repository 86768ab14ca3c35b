"""What was sent to the broker and waits for its answer."""

import asyncio
import time


class Exchange:
    """A message, or a list of subscriptions, until the broker has acknowledged it.

    ``topics``: what it is about; ``since_ms``: ticks at which it was last handed over to be sent.
    """

    def __init__(self, packet_id: int, packet: bytearray, topics: list[str]) -> None:
        self.packet_id = packet_id
        self.packet = packet
        self.topics = topics
        self.since_ms = time.ticks_ms()
        self.answered = asyncio.Event()


def answer(exchanges: list[Exchange], packet_id: int) -> Exchange | None:
    """Wake who waits for that answer. An answer to nothing is ignored: who asked may be gone."""
    for exchange in exchanges:
        if exchange.packet_id == packet_id:
            exchange.answered.set()
            return exchange
    return None


def free_packet_id(last: int, exchanges: list[Exchange]) -> int:
    """Return the next packet identifier, 1 to 65535, that none of these uses."""
    used = [exchange.packet_id for exchange in exchanges]
    while True:
        last = last % 0xFFFF + 1
        if last not in used:
            return last
