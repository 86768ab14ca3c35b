"""Every name leads to the board's page; nothing that a stranger sends is answered otherwise."""

import struct

import pytest
from fabnum.setup import dns
from hypothesis import given
from hypothesis import strategies as st

ADDRESS = bytes((192, 168, 4, 1))
A, AAAA, ANY, HTTPS = 1, 28, 255, 65


def query(name: str, kind: int = A, number: int = 0x1234, flags: int = 0x0100) -> bytes:
    labels = b"".join(bytes((len(part),)) + part.encode() for part in name.split("."))
    header = struct.pack(">HHHHHH", number, flags, 1, 0, 0, 0)
    return header + labels + b"\0" + struct.pack(">HH", kind, 1)


@pytest.mark.parametrize("name", ["connectivitycheck.gstatic.com", "captive.apple.com", "a"])
def test_every_name_is_that_of_the_board(name: str) -> None:
    asked = query(name)
    answer = dns.answer(asked, ADDRESS)
    assert answer is not None
    number, flags, questions, answers, authorities, more = struct.unpack(">HHHHHH", answer[:12])
    assert (number, questions, answers, authorities, more) == (0x1234, 1, 1, 0, 0)
    assert flags & 0x8000, "it is a response"
    assert flags & 0x000F == 0, "there is no error"
    assert answer[12 : len(asked)] == asked[12:]
    record = answer[len(asked) :]
    pointer, kind, kind_class, ttl, length = struct.unpack(">HHHIH", record[:12])
    assert (pointer, kind, kind_class, length) == (0xC00C, A, 1, 4)
    assert ttl < 60, "elsewhere the name has another address"
    assert record[12:] == ADDRESS


@pytest.mark.parametrize("kind", [AAAA, HTTPS, 15])
def test_what_is_no_ipv4_address_is_said_not_to_exist_at_once(kind: int) -> None:
    answer = dns.answer(query("example.org", kind), ADDRESS)
    assert answer is not None
    assert struct.unpack(">HHHH", answer[:8])[1:] == (0x8580, 1, 0)


def test_what_comes_behind_the_question_does_not_matter() -> None:
    extension = b"\0\0\x29\x05\xac\0\0\0\0\0\0"  # EDNS, as every phone sends it
    asked = bytearray(query("example.org") + extension)
    asked[11] = 1
    answer = dns.answer(bytes(asked), ADDRESS)
    assert answer is not None
    assert answer[-4:] == ADDRESS
    assert answer[10:12] == b"\0\0"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        bytes(12),
        query("a", flags=0x8180),  # an answer: two boards must not talk to each other for ever
        query("a", flags=0x2800),  # an update
        query("a")[:-1],
        b"\0\1\1\0\0\2\0\0\0\0\0\0" + query("a")[12:],  # two questions
        query("a")[:12] + b"\xc0\x0c" + b"\0\1\0\1",  # a name that points to itself
        query(".".join(["a" * 60] * 5)),
        query("a") + bytes(600),
    ],
)
def test_what_is_no_plain_question_is_not_answered(message: bytes) -> None:
    assert dns.answer(message, ADDRESS) is None


@given(st.binary(max_size=600))
def test_any_bytes_are_survived(message: bytes) -> None:
    answer = dns.answer(message, ADDRESS)
    assert answer is None or len(answer) <= len(message) + 16


@given(st.binary(max_size=300))
def test_any_question_is_survived(tail: bytes) -> None:
    dns.answer(b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0" + tail, ADDRESS)
