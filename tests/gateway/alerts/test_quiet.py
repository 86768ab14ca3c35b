"""Quiet hours by the clock on the wall: over midnight, and when the clock is changed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.alerts.quiet import is_quiet
from kit.settings import Alerts

PARIS = ZoneInfo("Europe/Paris")
NIGHT = Alerts(quiet_from="21:00", quiet_until="07:00")


def at(text: str) -> float:
    """Return a moment in Paris, the first of two with the same name."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp()


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        ("20:59", False),
        ("21:00", True),
        ("23:59", True),
        ("00:00", True),
        ("06:59", True),
        ("07:00", False),
        ("12:00", False),
    ],
)
def test_a_night_reaches_over_midnight(clock: str, quiet: bool) -> None:
    assert is_quiet(NIGHT, "Europe/Paris", at(f"2026-01-15 {clock}")) is quiet


def test_a_rest_at_noon_does_not() -> None:
    rest = Alerts(quiet_from="12:00", quiet_until="14:00")
    assert is_quiet(rest, "Europe/Paris", at("2026-01-15 13:00"))
    assert not is_quiet(rest, "Europe/Paris", at("2026-01-15 23:00"))


def test_two_equal_ends_mean_none() -> None:
    never = Alerts(quiet_from="08:00", quiet_until="08:00")
    assert not any(is_quiet(never, "Europe/Paris", at("2026-01-15 00:00") + h) for h in range(24))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 9), ("2026-10-25", 11)])
def test_the_night_of_the_change_ends_at_seven_on_the_wall(day: str, hours: int) -> None:
    evening = dt.date.fromisoformat(day) - dt.timedelta(days=1)
    begins = at(f"{evening} 21:00")
    minutes = [begins + 60 * n for n in range(14 * 60)]
    quiet = [moment for moment in minutes if is_quiet(NIGHT, "Europe/Paris", moment)]
    assert quiet == minutes[: hours * 60]
    assert quiet[-1] + 60 == at(f"{day} 07:00")


@given(st.integers(1_735_689_600, 1_893_456_000), st.times(), st.times())
def test_it_depends_on_nothing_but_the_clock_on_the_wall(
    unix: int, begins: dt.time, ends: dt.time
) -> None:
    hours = Alerts(quiet_from=f"{begins:%H:%M}", quiet_until=f"{ends:%H:%M}")
    wall = dt.datetime.fromtimestamp(unix, PARIS).time()
    passed = (wall.hour * 60 + wall.minute - begins.hour * 60 - begins.minute) % 1440
    length = (ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute) % 1440
    assert is_quiet(hours, "Europe/Paris", unix) is (passed < length)
