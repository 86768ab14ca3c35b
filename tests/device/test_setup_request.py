"""Requests to the board's own page: read within bounds, understood, or refused in HTTP's words."""

import asyncio
import contextlib
import urllib.parse

import pytest
from fabnum.setup import request
from fabnum.setup.request import BadRequestError
from hypothesis import given
from hypothesis import strategies as st


class Stream:
    """What a visitor sends, in pieces of that size; then the visitor goes."""

    def __init__(self, data: bytes, piece: int = 1) -> None:
        self._data = data
        self._piece = piece
        self.taken = 0

    async def read(self, most: int) -> bytes:
        size = min(most, self._piece)
        data, self._data = self._data[:size], self._data[size:]
        self.taken += len(data)
        return data


def read(data: bytes, piece: int = 512) -> request.Request:
    return asyncio.run(request.read(Stream(data, piece)))


def head(*lines: bytes) -> request.Request:
    return read(b"\r\n".join([b"POST / HTTP/1.1", *lines]) + b"\r\n\r\n")


GET = b"GET /?lang=en HTTP/1.1\r\nHost: 192.168.4.1\r\nAccept: */*\r\n\r\n"
POST = (
    b"POST / HTTP/1.1\r\nhost: 192.168.4.1:80\r\nOrigin: http://192.168.4.1\r\n"
    b"Content-Length: 11\r\n\r\nssid=a&key="
)


@pytest.mark.parametrize("piece", [1, 7, 512])
def test_requests_are_read_however_they_are_cut(piece: int) -> None:
    got = read(GET, piece)
    assert (got.method, got.path, got.host, got.origin) == ("GET", "/", "192.168.4.1", "")
    assert got.english
    got = read(POST, piece)
    assert (got.method, got.host, got.origin) == ("POST", "192.168.4.1", "192.168.4.1")
    assert got.body == b"ssid=a&key="
    assert not got.english


def test_the_referer_stands_in_for_the_origin() -> None:
    line = b"Referer: http://evil.example/192.168.4.1"
    assert head(line).origin == "evil.example"
    assert head(b"Origin: http://192.168.4.1", line).origin == "192.168.4.1"
    assert head(line, b"Origin: http://192.168.4.1").origin == "192.168.4.1"


@pytest.mark.parametrize("origin", ["null", "https://192.168.4.1", "http://192.168.4.1.evil.org"])
def test_strange_origins_are_not_taken_for_the_board(origin: str) -> None:
    assert head(f"Origin: {origin}".encode()).origin not in ("", "192.168.4.1")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\xff\xfe\xfd", "400"),
        (b"GET /", "400"),
        (b"GET / SMTP", "400"),
        (b"DELETE / HTTP/1.1", "405"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1", "400"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 1000, "400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 5000", "413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked", "411"),
        (b"GET / HTTP/1.1\r\nCookie: " + b"x" * 10_000, "431"),
    ],
)
def test_what_is_no_request_of_ours_is_refused(sent: bytes, status: str) -> None:
    with pytest.raises(BadRequestError) as refusal:
        read(sent + b"\r\n\r\n")
    assert refusal.value.status.startswith(status)


def test_of_an_endless_request_only_so_much_is_taken() -> None:
    stream = Stream(b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000, 512)
    with pytest.raises(BadRequestError):
        asyncio.run(request.read(stream))
    assert stream.taken < 3000


@pytest.mark.parametrize("data", [b"", GET[:-1], POST[:-1]])
def test_a_visitor_who_goes_half_way_is_noticed(data: bytes) -> None:
    with pytest.raises(EOFError):
        read(data)


@given(st.dictionaries(st.text(min_size=1), st.text(), min_size=1, max_size=5))
def test_forms_are_read_as_browsers_write_them(fields: dict[str, str]) -> None:
    sent = urllib.parse.urlencode(fields).encode()
    assert request.fields(sent) == fields


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_a_bad_request(body: bytes) -> None:
    with contextlib.suppress(BadRequestError):
        request.fields(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_a_bad_one(sent: bytes) -> None:
    for whole in (sent, b"GET / HTTP/1.1\r\n" + sent):
        with contextlib.suppress(BadRequestError, EOFError):
            read(whole)
