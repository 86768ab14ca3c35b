"""A sensor that hangs is found by the number that it repeats, also over a restart."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.live import Reading
from gateway.signals.constancy import Run, run_before, varying
from kit.catalogue import load_build
from kit.names import DeviceKey
from tests.gateway.frames import AIR
from tests.gateway.signals.signal_site import SignalSite


async def hang(site: SignalSite, minutes: int, **values: float) -> None:
    """Repeat the same numbers, one reading a minute."""
    for _ in range(minutes):
        site.now += 60
        await site.measure(AIR, **values)


async def test_the_most_constant_sensor_counts(site: SignalSite) -> None:
    site.add()
    for minute in range(5):
        await hang(site, 1, co2=500 + minute, temperature=21.5)
    assert site.of()["unchanged"] == 4 * 60
    await hang(site, 1, co2=505, temperature=21.6)
    assert site.of()["unchanged"] == 0


async def test_silence_is_not_constancy(site: SignalSite) -> None:
    site.add()
    await hang(site, 3, co2=500)
    site.now += 86_400
    assert site.of()["unchanged"] == 120


async def test_a_sensor_that_is_missing_meanwhile_still_hangs(site: SignalSite) -> None:
    site.add()
    await hang(site, 2, co2=500, temperature=21.5)
    for minute in range(3):
        await hang(site, 1, co2=600 + minute)
    await hang(site, 1, co2=700, temperature=21.5)
    assert site.of()["unchanged"] == 5 * 60


def test_what_is_counted_switched_or_set_may_stay_as_it_is() -> None:
    assert varying(load_build("air")).keys() == {"co2", "temperature", "humidity"}
    for build in ("lamp", "passage", "vote"):
        assert varying(load_build(build)) == {}


async def test_an_object_without_a_sensor_tells_no_constancy(site: SignalSite) -> None:
    site.add(AIR, build="lamp")
    await hang(site, 3, brightness=50, on=1)
    assert "unchanged" not in site.of()


async def test_no_light_at_night_is_no_fault(site: SignalSite) -> None:
    site.add(AIR, build="garden")
    for minute in range(60):
        await hang(site, 1, moisture=40 + minute / 100, light=0)
    assert site.of()["unchanged"] == 0
    await hang(site, 3, moisture=50, light=7)
    assert site.of()["unchanged"] == 120


async def test_what_comes_late_does_not_make_it_younger(site: SignalSite) -> None:
    site.add()
    await site.measure(AIR, at=site.now - 600, co2=500)
    await site.measure(AIR, co2=500)
    await site.measure(AIR, at=site.now - 900, co2=432)  # of a backlog, from before
    assert site.of()["unchanged"] == 600


async def test_a_restarted_gateway_knows_for_how_long_it_has_hung(site: SignalSite) -> None:
    site.add()
    await site.measure(AIR, co2=480, temperature=20)
    await hang(site, 10, co2=500, temperature=21.5)
    await hang(site, 1, co2=501, temperature=21.5)
    site.restart()
    await site.signals.recall()
    assert site.of()["unchanged"] == 600
    await hang(site, 1, co2=502, temperature=21.5)
    assert site.of()["unchanged"] == 660
    await hang(site, 1, co2=503, temperature=21.6)
    assert site.of()["unchanged"] == 0


async def test_what_changes_while_the_journal_is_read_is_believed(site: SignalSite) -> None:
    site.add()
    await hang(site, 10, co2=500)
    site.restart()
    await hang(site, 1, co2=600)
    await site.signals.recall()
    assert site.of()["unchanged"] == 0


class Past:
    """A journal of one reading a minute, and its hours."""

    def __init__(self, readings: list[tuple[float, float]]) -> None:
        self._readings = readings

    def series(
        self, _key: DeviceKey, _channel: str, start: float, end: float
    ) -> list[tuple[float, float]]:
        return [reading for reading in self._readings if start <= reading[0] < end]

    def hourly(self, _key: DeviceKey, _channel: str, start: float, end: float) -> list["Hour"]:
        starts = sorted({time // 3600 * 3600 for time, _value in self._readings})
        return [Hour(self, hour) for hour in starts if start <= hour < end]


class Hour:
    def __init__(self, past: Past, start: float) -> None:
        values = [value for _time, value in past.series(AIR, "co2", start, start + 3600)]
        self.start, self.minimum, self.maximum = start, min(values), max(values)


# At most 140 hours, within the week that is looked at.
@given(
    st.lists(st.tuples(st.integers(1, 700), st.sampled_from([1.0, 2.0])), min_size=1, max_size=12)
)
def test_the_run_is_found_wherever_it_begins(runs: list[tuple[int, float]]) -> None:
    values = [value for minutes, value in runs for _ in range(minutes)]
    readings = [(1763700000.0 + 60 * minute, value) for minute, value in enumerate(values)]
    last = Reading(*readings[-1])
    since = last.time
    for time, value in reversed(readings):
        if value != last.value:
            break
        since = time
    assert run_before(Past(readings), AIR, "co2", last) == Run(last.value, since)
