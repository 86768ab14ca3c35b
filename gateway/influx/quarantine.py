"""What the quarantine is told of the readings that InfluxDB does not take."""

from collections.abc import Sequence

import msgspec

from gateway.influx.bisect import Culprit
from gateway.model import Refusal

REASON = "influx-refused"


def refusals(culprits: Sequence[Culprit]) -> list[Refusal]:
    """Return what goes to quarantine: for each frame, the values refused, as it was on the wire."""
    by_frame: dict[int, list[Culprit]] = {}
    for culprit in culprits:
        by_frame.setdefault(id(culprit.point.frame), []).append(culprit)
    return [_refusal(group) for group in by_frame.values()]


def _refusal(culprits: Sequence[Culprit]) -> Refusal:
    frame = culprits[0].point.frame
    payload = {
        "boot": frame.boot,
        "seq": frame.seq,
        "t": frame.time,
        "values": {c.point.channel: frame.values[c.point.channel] for c in culprits},
    }
    return Refusal(
        topic=frame.device.topic("telemetry"),
        payload=msgspec.json.encode(payload),
        reason=REASON,
        detail=culprits[0].words,
    )
