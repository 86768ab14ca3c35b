"""All that rules look at, as it is now: from the signals and the live state."""

import asyncio

from gateway.alerts.machine import Snapshot, Watched
from gateway.live import Live
from gateway.signals import Signals
from kit.signals import GATEWAY, key_of_object, key_of_town

SLICE = 100
"""Objects looked at in one go: about a millisecond."""


async def snapshot(signals: Signals, live: Live, now: float) -> Snapshot:
    """Return every subject as it is at ``now`` (Unix seconds). Call it on the event loop."""
    found = {GATEWAY: Watched(signals.sample_gateway(now))}
    patience: dict[str, float] = {}
    for number, thing in enumerate(live.objects(), 1):
        patience_s = thing.patience_s()
        patience[thing.key.town] = max(patience_s, patience.get(thing.key.town, 0))
        values = signals.sample_object(thing.key, now)
        found[key_of_object(thing.key)] = Watched(values, thing.period_s, patience_s)
        if number % SLICE == 0:
            await asyncio.sleep(0)
    for town, values in (await signals.sample_towns(now)).items():
        found[key_of_town(town)] = Watched(values, patience_s=patience.get(town, 0))
    return found
