"""Each answer of a server means one of: taken, the data's fault, too large, or wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.influx.backoff import Backoff
from gateway.influx.connect import checked
from gateway.influx.server import (
    RETRY_AFTER_CAP_S,
    DatabaseMissingError,
    RefusedError,
    TooLargeError,
    UnavailableError,
    raise_for,
    retry_after,
)
from kit.errors import FabnumError

URL = "http://127.0.0.1:8086"


def answer(status: int, body: bytes = b"", **headers: str) -> None:
    raise_for(URL, "fabnum_hem", status, headers, body)


@pytest.mark.parametrize("status", [200, 204])
def test_a_write_that_was_taken_raises_nothing(status: int) -> None:
    answer(status)


@pytest.mark.parametrize(
    ("status", "body", "words", "dropped"),
    [
        # As InfluxDB 1.6, 2.7 and 3.0 write them.
        (
            400,
            b'{"error":"partial write: field type conflict: input field \\"value\\" dropped=2"}',
            'partial write: field type conflict: input field "value" dropped=2',
            2,
        ),
        (
            422,
            b'{"code":"unprocessable entity","message":"partial write: type conflict dropped=11"}',
            "partial write: type conflict dropped=11",
            11,
        ),
        (
            400,
            b'{"code":"invalid","message":"unable to parse \'co2\': missing fields"}',
            "unable to parse 'co2': missing fields",
            0,
        ),
        (
            400,
            b'{"error":"partial write of line protocol","data":[{"error_message":"bad column"}]}',
            "partial write of line protocol: bad column",
            0,
        ),
    ],
)
def test_the_datas_fault_is_told_in_the_servers_words(
    status: int, body: bytes, words: str, dropped: int
) -> None:
    with pytest.raises(RefusedError) as caught:
        answer(status, body)
    assert (caught.value.words, caught.value.dropped) == (words, dropped)


@pytest.mark.parametrize(
    "body",
    [
        b"Client sent an HTTP request to an HTTPS server.\n",
        b"<html><body>400 Bad Request</body></html>",
        b"",
        b"{}",
        b"[1]",
        b"\xff",
    ],
)
def test_a_400_that_does_not_come_from_influxdb_says_nothing_about_the_data(body: bytes) -> None:
    with pytest.raises(UnavailableError):
        answer(400, body)


@pytest.mark.parametrize(
    "words",
    [
        "Authorization header is missing or malformed",
        "insufficient permissions for write",
        "database is required",
        "invalid precision",
        "organization name is required",
    ],
)
def test_a_400_about_the_request_itself_says_nothing_about_the_data(words: str) -> None:
    with pytest.raises(UnavailableError) as caught:
        answer(400, f'{{"error":"{words}"}}'.encode())
    assert words in caught.value.cause


@pytest.mark.parametrize("status", [301, 401, 403, 404, 405, 408, 429, 500, 502, 503])
def test_whatever_else_it_answers_is_not_the_datas_fault(status: int) -> None:
    with pytest.raises(UnavailableError) as caught:
        answer(status, b'{"error":"no"}')
    assert URL in caught.value.cause
    assert caught.value.action


def test_a_missing_database_is_told_from_a_page_that_is_not_there() -> None:
    with pytest.raises(DatabaseMissingError):
        answer(404, b'{"error":"database not found"}')
    with pytest.raises(UnavailableError) as caught:
        answer(404, b"404 page not found")
    assert not isinstance(caught.value, DatabaseMissingError)


def test_a_body_too_large_is_not_a_refusal() -> None:
    with pytest.raises(TooLargeError):
        answer(413, b'{"error":"Request Entity Too Large"}')


def test_the_patience_that_the_server_asks_for_is_carried_along() -> None:
    with pytest.raises(UnavailableError) as caught:
        answer(429, b"", **{"retry-after": "17"})
    assert caught.value.retry_after_s == 17


def test_retry_after_may_be_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    seconds = retry_after({"Retry-After": soon})
    assert seconds is not None
    assert 0 < seconds <= 101


@given(st.text())
def test_any_retry_after_is_survived(asked: str) -> None:
    seconds = retry_after({"Retry-After": asked})
    assert seconds is None or 0 <= seconds <= RETRY_AFTER_CAP_S


@given(st.integers(min_value=0, max_value=2000), st.binary())
def test_any_answer_is_one_of_ours(status: int, body: bytes) -> None:
    try:
        answer(status, body)
    except (RefusedError, TooLargeError, UnavailableError):
        pass
    else:
        assert 200 <= status < 300


def test_waits_grow_to_a_cap_and_start_again_after_success() -> None:
    backoff = Backoff(first_s=1, cap_s=8)
    for ceiling in (1, 2, 4, 8, 8, 8):
        assert 0 <= backoff.next_s() <= ceiling
    backoff.reset()
    assert backoff.next_s() <= 1


def test_waits_are_spread_over_the_whole_range() -> None:
    waits = [Backoff(first_s=1).next_s() for _ in range(200)]
    assert min(waits) < 0.25
    assert max(waits) > 0.75


@pytest.mark.parametrize("url", ["http://127.0.0.1:8086", "https://influx.example/base/"])
def test_a_usable_address_loses_only_its_last_slash(url: str) -> None:
    assert checked(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8086", "ftp://a", "http://", "http://[", "http://a:b"]
)
def test_an_unusable_address_is_said_in_a_sentence(url: str) -> None:
    with pytest.raises(FabnumError):
        checked(url)


@pytest.mark.parametrize("url", ["http://me:hush@127.0.0.1:8086", "http://127.0.0.1/?p=hush"])
def test_an_address_that_holds_a_password_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(FabnumError) as caught:
        checked(url)
    assert "hush" not in str(caught.value)
