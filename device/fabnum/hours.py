"""When a function that runs every hour, or less often, runs next: at full hours of the clock.

Loaded where such a function is. The first run is at the start. A clock that is set late, or set
again, moves the moments of the runs before with it. A run counts for the hour that it is in; one
that the clock's error brought a little too early, up to a sixth of the period, for the hour after
it: so that none is skipped and none comes twice.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fabnum.clock import Clock


def is_due(clock: "Clock", seconds: float, last: int, first: bool) -> bool:
    """Whether a function is to run again now.

    ``seconds``: its period. ``last``: the monotonic second of its last run; ``first``: that was the
    one at the start, which stands for no hour. While the time is not known, periods are counted.
    """
    seconds = int(seconds)
    now = clock.monotonic()
    unix, then = clock.unix_of(now), clock.unix_of(last)
    if unix is None or then is None:
        return now - last >= seconds
    return unix // seconds > (then if first else then + seconds // 6) // seconds
