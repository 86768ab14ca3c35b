"""Dates frames that were measured before the time was known. ``fabnum.queue`` loads it."""

import asyncio
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fabnum.clock import Clock
    from fabnum.ring import Ring


async def date(ring: "Ring", boot: str, clock: "Clock") -> None:
    """Date the frames on flash that this boot measured. Others run between two segments."""
    for number in ring.numbers():
        try:
            records = ring.read(number)
            in_time = [dated(record, boot, clock) or record for record in records]
            if in_time != records:
                ring.rewrite(number, in_time)
        except OSError:
            pass  # it is dated when it is sent; only power loss before that loses its time
        await asyncio.sleep(0)


def dated(record: bytes, boot: str, clock: "Clock") -> bytes | None:
    """Return a record with ``t``, else with ``age``; ``None`` if it is of an earlier boot."""
    if not record.startswith(b'{"m"'):
        return record
    try:
        frame = json.loads(record)
        if frame["boot"] != boot:
            return None
        moment = frame.pop("m")
    except (ValueError, KeyError):
        return None
    time = clock.unix_of(moment)
    if time is None:
        frame["age"] = max(0, int(clock.monotonic() - moment))
    else:
        frame["t"] = int(time)
    return json.dumps(frame).encode()
