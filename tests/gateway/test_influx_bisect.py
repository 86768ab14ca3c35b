"""Of a refused batch exactly the culprits are found; all else is stored, with few requests."""

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.influx import bisect
from gateway.influx.lines import Point
from gateway.influx.server import RefusedError, TooLargeError, UnavailableError
from gateway.model import Frame
from kit.names import DeviceKey

FRAME = Frame(DeviceKey("hem", "air-1"), "5f3a", 0, 0.0, {})


def points(count: int) -> list[Point]:
    return [Point(f"m{index:05}", FRAME, "co2") for index in range(count)]


class Server:
    """Refuses bad lines as InfluxDB does: all of the batch, or (``partial``) only those."""

    def __init__(self, bad: Collection[Point], *, partial: bool, largest: int = 10**9) -> None:
        self.bad, self.partial, self.largest = {point.line for point in bad}, partial, largest
        self.stored: set[str] = set()
        self.requests = 0

    def write(self, batch: Sequence[Point]) -> None:
        self.requests += 1
        if len(batch) > self.largest:
            raise TooLargeError
        lines = {point.line for point in batch}
        good = lines - self.bad
        dropped = len(lines) - len(good)
        if dropped and self.partial:
            self.stored |= good
            raise RefusedError(f"partial write: field type conflict dropped={dropped}")
        if dropped:
            raise RefusedError("unable to parse")
        self.stored |= good


@given(
    count=st.integers(1, 60),
    bad=st.sets(st.integers(0, 59)),
    partial=st.booleans(),
    largest=st.integers(1, 80),
)
def test_exactly_the_culprits_are_found(
    count: int, bad: set[int], partial: bool, largest: int
) -> None:
    batch = points(count)
    culprits = [batch[index] for index in sorted(bad) if index < count]
    server = Server(culprits, partial=partial, largest=largest)
    found = bisect.store(server.write, batch)
    assert [culprit.point for culprit in found] == culprits
    assert server.stored == {point.line for point in batch if point not in culprits}


def test_a_measurement_that_is_all_refused_costs_few_requests() -> None:
    batch = points(4096)
    server = Server(batch[1000:2000], partial=True)
    assert len(bisect.store(server.write, list(reversed(batch)))) == 1000
    assert server.requests < 50


def test_a_point_too_large_by_itself_is_a_culprit() -> None:
    server = Server([], partial=False, largest=0)
    (culprit,) = bisect.store(server.write, points(1))
    assert culprit.words == "too large"


def test_two_readings_that_make_the_same_line_are_both_found() -> None:
    other = Frame(FRAME.device, "77aa", 0, 0.0, {"co2": 1.0})
    batch = [Point("m", FRAME, "co2"), Point("m", other, "co2")]
    assert len(bisect.store(Server(batch, partial=False).write, batch)) == 2


def test_the_servers_words_are_kept() -> None:
    batch = points(3)
    (culprit,) = bisect.store(Server(batch[1:2], partial=False).write, batch)
    assert culprit == (batch[1], "unable to parse")


def test_a_server_that_goes_away_meanwhile_is_not_the_datas_fault() -> None:
    def write(batch: Sequence[Point]) -> None:
        if len(batch) < 4:
            raise UnavailableError("away")
        raise RefusedError("unable to parse")

    with pytest.raises(UnavailableError):
        bisect.store(write, points(8))
