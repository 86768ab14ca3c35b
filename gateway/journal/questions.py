"""Questions over many channels at once, each one statement: boards ask them (gateway/boards).

Hours that lie wholly within the time asked for come from the roll-ups; the parts of hours at its
two ends, and the frames that wait for their roll-up, from the frames themselves. One statement sees
one state of the file, so that no frame counts twice while a roll-up is made. Time is compared in
whole microseconds where a step is chosen, as InfluxDB does.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gateway.journal.model import Latest, Step, Wanted

HOUR_S = 3600
_MICROSECONDS = 1_000_000

_WANTED = """
WITH wanted AS MATERIALIZED (
    SELECT key AS n, json_extract(value, '$[0]') AS device, json_extract(value, '$[1]') AS channel,
           '$."' || json_extract(value, '$[1]') || '"' AS path,
           json_extract(value, '$[2]') AS bound, json_extract(value, '$[3]') AS few
    FROM json_each(:wanted)
),
"""
_TOLD = "CASE few WHEN 1 THEN 1.0 ELSE value END"
_MAY_BE_TOLD = "value IS NOT NULL AND (bound = 0 OR few = (value > 0 AND value < bound))"

# Frames of a stretch of time, by the index of device and time.
_STRETCH = """
    SELECT n, frames.time AS time, json_extract(frames."values", path) AS value, bound, few
    FROM wanted CROSS JOIN frames INDEXED BY frames_by_device_and_time
    WHERE frames.device = wanted.device AND frames.time >= {start} AND frames.time < {end}
"""
# Frames that are in no hour yet, by the order of arrival.
_PENDING = """
    SELECT n, frames.time AS time, json_extract(frames."values", path) AS value, bound, few
    FROM frames NOT INDEXED CROSS JOIN wanted ON wanted.device = frames.device
    WHERE frames.id > (SELECT COALESCE(MAX(id), 0) FROM marks WHERE mark = 'hours')
      AND frames.time >= :first_hour AND frames.time < :last_hour
"""
_READINGS = f"""
readings AS (
    SELECT n, time, {_TOLD} AS value FROM (
        {_STRETCH.format(start=":start", end=":first_hour")}
        UNION ALL {_STRETCH.format(start=":last_hour", end=":end")}
        UNION ALL {_PENDING}
    ) WHERE {_MAY_BE_TOLD}
),
"""  # noqa: S608 - nothing from outside is put together here
_STEP = "CASE :step_us WHEN 0 THEN 0 ELSE ({us} - :offset_us) / :step_us END"
_START = """
CASE :step_us WHEN 0 THEN :start ELSE (step * :step_us + :offset_us) / 1000000.0 END
"""
_PARTS_OF_FRAMES = f"""
    SELECT n, {_STEP.format(us="CAST(ROUND(time * 1000000) AS INTEGER)")} AS step,
           1 AS count, value AS minimum, value AS total, value AS maximum
    FROM readings
"""  # noqa: S608
_FROM_HOURS = """
    FROM wanted CROSS JOIN hours ON hours.device = wanted.device AND hours.channel = wanted.channel
    WHERE hours.start >= :first_hour AND hours.start < :last_hour
"""
_PARTS_OF_HOURS = f"""
    SELECT n, {_STEP.format(us="hours.start * 1000000")}, count, minimum, total, maximum
    {_FROM_HOURS}
"""
_SUMS = f"""
SELECT n, {_START}, SUM(count), MIN(minimum), SUM(total), MAX(maximum)
FROM parts GROUP BY n, step ORDER BY n, step
"""  # noqa: S608
_STEPS = f"""
{_WANTED} {_READINGS} parts AS ({_PARTS_OF_FRAMES} UNION ALL {_PARTS_OF_HOURS}) {_SUMS}
"""
_STEPS_OF_FRAMES = f"{_WANTED} {_READINGS} parts AS ({_PARTS_OF_FRAMES}) {_SUMS}"
_HOURS = f"""
{_WANTED.rstrip().rstrip(",")}
SELECT n, CAST(hours.start AS REAL), count, minimum, total, maximum {_FROM_HOURS}
"""
_LAST_OF_STEPS = f"""
{_WANTED}
readings AS (
    SELECT n, time, {_TOLD} AS value FROM ({_STRETCH.format(start=":start", end=":end")})
    WHERE {_MAY_BE_TOLD}
),
latest AS (
    SELECT n, {_STEP.format(us="CAST(ROUND(time * 1000000) AS INTEGER)")} AS step,
           MAX(time) AS time, value
    FROM readings GROUP BY n, step
)
SELECT n, {_START}, time, value FROM latest ORDER BY n, step
"""  # noqa: S608
# The roll-ups say in which hour a channel spoke last: a label that stopped long ago is not looked
# for in every frame since.
_NEWEST = f"""
    SELECT frames.id FROM frames INDEXED BY frames_by_device_and_time
    WHERE frames.device = wanted.device AND frames.time >= {{start}} AND frames.time < :end
      AND {_MAY_BE_TOLD.replace("value", 'json_extract(frames."values", path)')}
    ORDER BY frames.time DESC LIMIT 1
"""  # noqa: S608
_LAST_HOUR = """
    MAX(:start, (
        SELECT MAX(start) FROM hours
        WHERE hours.device = wanted.device AND hours.channel = wanted.channel AND start < :end
    ))
"""
_LAST = f"""
{_WANTED}
found AS (
    SELECT n, path, few, COALESCE(
        ({_NEWEST.format(start=_LAST_HOUR)}),
        ({_NEWEST.format(start=":start")})
    ) AS id
    FROM wanted
)
SELECT n, :start, frames.time, {_TOLD.replace("value", 'json_extract(frames."values", path)')}
FROM found JOIN frames ON frames.id = found.id ORDER BY n
"""  # noqa: S608
_CHANNELS = """
WITH RECURSIVE spoke(device, channel) AS (
    SELECT value, (SELECT MIN(channel) FROM hours WHERE device = value) FROM json_each(:devices)
    UNION ALL
    SELECT device, (
        SELECT MIN(channel) FROM hours
        WHERE hours.device = spoke.device AND hours.channel > spoke.channel
    )
    FROM spoke WHERE channel IS NOT NULL
)
SELECT device, channel FROM spoke WHERE channel IS NOT NULL
UNION
SELECT frames.device, reading.key
FROM frames NOT INDEXED, json_each(frames."values") AS reading
WHERE frames.id > (SELECT COALESCE(MAX(id), 0) FROM marks WHERE mark = 'hours')
  AND frames.device IN (SELECT value FROM json_each(:devices))
"""


class Window(NamedTuple):
    """start ≤ time < end (Unix seconds), in steps that begin at multiples of ``step_s``.

    ``offset_s`` shifts where they begin; no ``step_s``: one step, which begins at ``start``.
    """

    start: float
    end: float
    step_s: int = 0
    offset_s: int = 0

    @property
    def is_hourly(self) -> bool:
        """Whether its steps are made of whole hours, so that roll-ups can answer."""
        return self.step_s % HOUR_S == 0 and (not self.step_s or self.offset_s % HOUR_S == 0)


def channels(connection: sqlite3.Connection, devices: Iterable[int]) -> list[tuple[int, str]]:
    """Return (device, channel) of all that these devices have ever told and is still known."""
    return connection.execute(_CHANNELS, {"devices": json.dumps(list(devices))}).fetchall()


def steps(
    connection: sqlite3.Connection,
    wanted: Sequence[Wanted],
    numbers: Sequence[int | None],
    window: Window,
    *,
    by_hours: bool,
) -> list[Step]:
    """Return what each wanted channel told in each step, those without readings left out.

    ``numbers``: of the devices, in the order of ``wanted``. ``by_hours``: may use roll-ups, which
    know nothing of what is too small to be told.
    """
    first = -(-window.start // HOUR_S) * HOUR_S
    last = window.end // HOUR_S * HOUR_S
    if not by_hours or not window.is_hourly or last <= first or any(one.bound for one in wanted):
        first = last = window.end
    values = {**_values(wanted, numbers, window), "first_hour": first, "last_hour": last}
    if first < last and window.step_s == HOUR_S:
        return _single_hours(connection, values)
    return [Step(*row) for row in connection.execute(_STEPS, values)]


def _single_hours(connection: sqlite3.Connection, values: Mapping[str, object]) -> list[Step]:
    """Return the roll-ups as they are, and what is in none of them yet: half the work."""
    connection.execute("BEGIN")  # both statements see the same state of the file
    try:
        found = [Step(*row) for row in connection.execute(_HOURS, values)]
        fresh = [Step(*row) for row in connection.execute(_STEPS_OF_FRAMES, values)]
    finally:
        connection.execute("ROLLBACK")
    if not fresh:
        return found
    by_hour = {(step.which, step.start): step for step in found}
    for step in fresh:
        hour = (step.which, step.start)
        before = by_hour.get(hour)
        by_hour[hour] = step if before is None else before.plus(step)
    return [by_hour[hour] for hour in sorted(by_hour)]


def last(
    connection: sqlite3.Connection,
    wanted: Sequence[Wanted],
    numbers: Sequence[int | None],
    window: Window,
) -> list[Latest]:
    """Return the last value of each wanted channel; with steps, of each step, at its beginning."""
    values = _values(wanted, numbers, window)
    statement = _LAST_OF_STEPS if window.step_s else _LAST
    return [Latest._make(row) for row in connection.execute(statement, values)]


def _values(
    wanted: Sequence[Wanted], numbers: Sequence[int | None], window: Window
) -> dict[str, object]:
    pairs = [
        (number, one.channel, one.bound, int(one.few))
        for one, number in zip(wanted, numbers, strict=True)
        if '"' not in one.channel
    ]
    return {
        "wanted": json.dumps(pairs),
        "start": window.start,
        "end": window.end,
        "step_us": window.step_s * _MICROSECONDS,
        "offset_us": window.offset_s * _MICROSECONDS,
    }
