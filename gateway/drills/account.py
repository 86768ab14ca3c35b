"""What an object did during a drill, from what was seen of it. Pure arithmetic."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.drills.model import Drill, Kind
from gateway.drills.watch import FrameSeen, StateSeen


class Fault(NamedTuple):
    """When the fault began and ended (Unix seconds), and the boot that ran before it."""

    began: float
    ended: float
    boot: str | None


class Account(NamedTuple):
    """The account of a drill.

    ``measured``: frames that the object numbered, ``arrived`` those of them that were stored,
    ``kept``: those measured during the fault and stored after it. ``lost``: numbers that never
    came, and what the object says it dropped. ``back_after_s``: from the end of the fault to the
    first frame, ``None`` if none came. ``restarted``: whether it started anew. ``said``: the states
    it went through, without repetitions.
    """

    measured: int
    arrived: int
    kept: int
    lost: int
    back_after_s: float | None
    restarted: bool
    said: tuple[tuple[str, str], ...]


def account(frames: Sequence[FrameSeen], states: Sequence[StateSeen], fault: Fault) -> Account:
    """Return the account of what was seen from before the fault until after it."""
    # A queue may also send what an earlier start has left in it: that one ended long ago.
    known = {fault.boot} | {frame.boot for frame in frames if frame.measured < fault.began}
    missing = sum(_missing(frames, boot, boot in known) for boot in {f.boot for f in frames})
    dropped = states[-1].dropped - states[0].dropped if states else 0
    arrived = len({(frame.boot, frame.seq) for frame in frames})
    back = min((f.seen for f in frames if f.seen >= fault.ended), default=None)
    return Account(
        measured=arrived + missing,
        arrived=arrived,
        kept=sum(fault.began <= f.measured < fault.ended <= f.seen for f in frames),
        # What was dropped is among the missing numbers, unless it was of an earlier start.
        lost=max(missing, dropped),
        back_after_s=None if back is None else max(0.0, back - fault.ended),
        restarted=any(frame.boot not in known for frame in frames),
        said=_without_repetitions(states),
    )


def passed(drill: Drill, result: Account) -> bool:
    """Whether the object did what it should: came back, lost nothing, said what it should say."""
    if result.back_after_s is None or result.lost:
        return False
    if drill.kind is Kind.SENSOR:
        return any(why.startswith("sensor:") for _state, why in result.said)
    if drill.kind is Kind.POWER:
        return result.restarted
    return result.kept > 0


def _missing(frames: Sequence[FrameSeen], boot: str, known: bool) -> int:
    """Return how many numbers of a boot never came; one that began in the drill begins at 0."""
    numbers = {frame.seq for frame in frames if frame.boot == boot}
    first = min(numbers) if known else 0
    return max(numbers) + 1 - first - len(numbers)


def _without_repetitions(states: Sequence[StateSeen]) -> tuple[tuple[str, str], ...]:
    said: list[tuple[str, str]] = []
    for state in states:
        if not said or said[-1] != (state.state, state.why):
            said.append((state.state, state.why))
    return tuple(said)
