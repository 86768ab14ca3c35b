"""The clock: moments never go back, and are dated once the time is known."""

import struct
from collections.abc import Iterator

import pytest
from fabnum import clock, ntp
from fabnum.clock import EARLIEST, LATEST, Clock
from hypothesis import given
from hypothesis import strategies as st

PERIOD_MS = 1 << 30
"""Ticks of the ESP32 start again from 0 after this many milliseconds (12.4 days)."""

LONGEST_BETWEEN_CALLS_MS = (1 << 29) - 1

credible = st.integers(EARLIEST, LATEST - 1)


class FakeTime:
    """The module ``time`` of a chip: ticks, and a clock that counts from 1970 or 2000."""

    def __init__(self, epoch: int = 2000, seconds: int = 0, start_ms: int = 0) -> None:
        self.total_ms = start_ms
        self._epoch = epoch
        self._seconds = seconds

    def ticks_ms(self) -> int:
        return self.total_ms % PERIOD_MS

    def ticks_diff(self, end: int, start: int) -> int:
        half = PERIOD_MS // 2
        return (end - start + half) % PERIOD_MS - half

    def time(self) -> int:
        return self._seconds

    def gmtime(self, seconds: int) -> tuple[int, ...]:
        assert seconds == 0
        return (self._epoch, 1, 1, 0, 0, 0, 5, 1)


@pytest.fixture(autouse=True)
def chip() -> Iterator[None]:
    real = clock.time
    yield
    clock.time = real


def clock_of(fake: FakeTime, **options: object) -> Clock:
    clock.time = fake  # type: ignore[assignment]
    return Clock(**options)


@given(
    st.integers(0, PERIOD_MS - 1),
    st.lists(st.integers(0, LONGEST_BETWEEN_CALLS_MS), max_size=50),
)
def test_seconds_are_counted_over_any_number_of_wraps(start_ms: int, steps: list[int]) -> None:
    fake = FakeTime(start_ms=start_ms)
    board = clock_of(fake)
    for step in steps:
        fake.total_ms += step
        assert board.monotonic() == (fake.total_ms - start_ms) // 1000


@given(credible, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_moment_from_before_the_time_was_known_is_dated_afterwards(
    unix: int, before_ms: int, after_ms: int
) -> None:
    fake = FakeTime()
    board = clock_of(fake)
    moment = board.monotonic()
    fake.total_ms += before_ms
    assert board.now() is None
    assert board.unix_of(moment) is None
    assert board.set(unix)
    assert board.unix_of(moment) == unix - before_ms // 1000
    fake.total_ms += after_ms
    assert board.now() == unix - before_ms // 1000 + (before_ms + after_ms) // 1000


@given(st.integers().filter(lambda unix: not EARLIEST <= unix < LATEST))
def test_a_time_that_cannot_be_is_refused(unix: int) -> None:
    board = clock_of(FakeTime())
    assert not board.set(unix)
    assert board.now() is None


@given(credible)
def test_a_clock_that_went_on_through_a_reset_is_believed(unix: int) -> None:
    assert clock_of(FakeTime(1970, unix)).now() == unix
    assert clock_of(FakeTime(2000, unix - 946_684_800)).now() == unix


def test_a_clock_after_power_on_is_not_believed() -> None:
    assert clock_of(FakeTime(2000, 17)).now() is None
    assert clock_of(FakeTime(1970, 17)).now() is None
    assert clock_of(FakeTime(1970, EARLIEST), trust_kept=False).now() is None


@given(st.binary(max_size=40))
def test_any_payload_of_the_time_topic_sets_a_credible_time_or_nothing(payload: bytes) -> None:
    board = clock_of(FakeTime())
    if board.set_from_message(payload):
        now = board.now()
        assert now is not None
        assert EARLIEST <= now < LATEST
    else:
        assert board.now() is None


@pytest.mark.parametrize("payload", [b"1763700000", b"1763700000.75"])
def test_the_time_topic_sets_the_clock(payload: bytes) -> None:
    told: list[int] = []
    board = clock_of(FakeTime(), on_set=told.append)
    assert board.set_from_message(payload)
    assert board.now() == 1_763_700_000
    assert told == [1_763_700_000]


def test_a_message_that_agrees_within_two_seconds_changes_nothing() -> None:
    board = clock_of(FakeTime())
    board.set(1_763_700_000)
    assert not board.set_from_message(b"1763700002")
    assert board.now() == 1_763_700_000
    assert board.set_from_message(b"1763700003")


def test_for_a_day_a_time_server_knows_better_than_messages() -> None:
    fake = FakeTime()
    board = clock_of(fake)
    assert board.set_from_ntp(1_763_700_000)
    assert not board.set_from_message(b"1763709999")
    fake.total_ms += 86_401_000
    assert board.set_from_message(b"1763709999")
    assert board.now() == 1_763_709_999


TOKEN = b"12345678"


def answer(seconds: int, token: bytes = TOKEN, first: int = 0x24, stratum: int = 2) -> bytes:
    return struct.pack(
        "!BB22s8s8sII", first, stratum, bytes(22), token, bytes(8), seconds % 2**32, 0
    )


@given(credible)
def test_a_time_server_is_understood_also_after_2036(unix: int) -> None:
    assert ntp.parse(answer(unix + 2_208_988_800), TOKEN) == unix


@pytest.mark.parametrize(
    "wrong",
    [
        answer(3_972_688_800, token=b"87654321"),  # to another question
        answer(3_972_688_800, first=0xE4),  # its own clock is not set
        answer(3_972_688_800, first=0x23),  # a question
        answer(3_972_688_800, stratum=0),  # "go away"
        answer(3_972_688_800, stratum=16),
        answer(3_900_000_000),  # 2023
        answer(3_972_688_800)[:47],
    ],
)
def test_an_answer_that_is_none_is_not_believed(wrong: bytes) -> None:
    assert ntp.parse(answer(3_972_688_800), TOKEN) is not None
    assert ntp.parse(wrong, TOKEN) is None


@given(st.binary(max_size=100))
def test_any_datagram_gives_a_credible_time_or_nothing(datagram: bytes) -> None:
    unix = ntp.parse(datagram, datagram[24:32])
    assert unix is None or EARLIEST <= unix < LATEST
